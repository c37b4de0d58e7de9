/** API keys. The server knows digests only; a key is never kept, logged or compared as it is. */
import { hash } from "node:crypto";

/** What the server knows of a key. */
export interface KeyDigest {
  /** SHA-256 of the key, hexadecimal. */
  readonly sha256: string;
}

/** Who sends a request. */
export type Caller =
  | { readonly kind: "open" }
  /** `fingerprint`: the first 8 digits of the key's SHA-256. */
  | { readonly kind: "key"; readonly fingerprint: string }
  | { readonly kind: "refused"; readonly fingerprint: string | undefined };

/** Digits of a key's SHA-256 that name it in the log. */
const FINGERPRINT_DIGITS = 8;

/** The keys that are let in. */
export class KeyRing {
  /** Whether anybody is let in without a key. */
  readonly isOpen: boolean;
  /**
   * Hexadecimal. The time that a look-up takes tells nothing that helps: who does not know a key cannot choose its
   * digest, and which digests share a place in the set is decided anew, at random, in each process.
   */
  readonly #digests: ReadonlySet<string>;

  /**
   * @param keys The operator's; none opens the server.
   * @param localKey The key of processes on this machine, accepted beside them.
   */
  constructor(keys: readonly KeyDigest[], localKey: KeyDigest) {
    this.isOpen = keys.length === 0;
    this.#digests = new Set([...keys, localKey].map(({ sha256 }) => sha256));
  }

  /** Looks for a key in `X-API-Key`, then in `Authorization: Bearer`. */
  identify(headers: Headers): Caller {
    if (this.isOpen) return { kind: "open" };
    const key = headers.get("x-api-key") ?? bearer(headers.get("authorization"));
    if (key === undefined) return { kind: "refused", fingerprint: undefined };
    const digest = hash("sha256", key, "hex");
    const fingerprint = digest.slice(0, FINGERPRINT_DIGITS);
    return { kind: this.#digests.has(digest) ? "key" : "refused", fingerprint };
  }
}

function bearer(authorization: string | null): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
