/** Links to `/files/…` that open in a browser without a key: signed over path and content, and short-lived. */
import { nodeCrypto } from "../core/node_modules.ts";
import type { Now } from "../core/clock.ts";

/** How long a link works. */
export const FILE_LINK_TTL_MS = 60 * 60 * 1000;

/** What a link proves: that this server handed out this file, with this content. */
export interface FileGrant {
  readonly path: string;
  /** SHA-256 of the content that the link is for. */
  readonly sha256: string;
}

/** Makes and checks links. */
export class FileLinks {
  readonly #secret: Uint8Array;
  readonly #now: Now;
  readonly #signed: boolean;

  /**
   * @param parts.secret At least 32 random bytes.
   * @param parts.signed Whether links need a signature: they do where the server asks for keys.
   */
  constructor(parts: { secret: Uint8Array; now: Now; signed: boolean }) {
    this.#secret = parts.secret;
    this.#now = parts.now;
    this.#signed = parts.signed;
  }

  /** The link, relative to the server's address. */
  pathFor({ path, sha256 }: FileGrant): string {
    const url = `/files/${path.split("/").map(encodeURIComponent).join("/")}`;
    if (!this.#signed) return url;
    const expires = String(this.#now() + FILE_LINK_TTL_MS);
    const query = new URLSearchParams({ sha256, expires, signature: this.#sign(path, sha256, expires) });
    return `${url}?${query}`;
  }

  /** The content that a link's query grants for `path`; undefined when it grants nothing (any more). */
  verify(path: string, query: URLSearchParams): FileGrant | undefined {
    const sha256 = query.get("sha256") ?? "";
    const expires = query.get("expires") ?? "";
    const given = new TextEncoder().encode(query.get("signature") ?? "");
    const wanted = new TextEncoder().encode(this.#sign(path, sha256, expires));
    if (given.length !== wanted.length || !nodeCrypto().timingSafeEqual(given, wanted)) return undefined;
    return Number(expires) >= this.#now() ? { path, sha256 } : undefined;
  }

  #sign(path: string, sha256: string, expires: string): string {
    // JSON keeps the parts apart, whatever they hold.
    return nodeCrypto().createHmac("sha256", this.#secret).update(JSON.stringify([path, sha256, expires]))
      .digest(
        "base64url",
      );
  }
}
