/** API keys. The server knows digests only; a key is never kept, logged or compared as it is. */
import { hash, timingSafeEqual } from "node:crypto";

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
  readonly #digests: readonly Uint8Array[];

  /**
   * @param keys The operator's; none opens the server.
   * @param localKey The key of processes on this machine, accepted beside them.
   */
  constructor(keys: readonly KeyDigest[], localKey: KeyDigest) {
    this.isOpen = keys.length === 0;
    this.#digests = [...keys, localKey].map(({ sha256 }) => Uint8Array.fromHex(sha256));
  }

  /** Looks for a key in `X-API-Key`, then in `Authorization: Bearer`. */
  identify(headers: Headers): Caller {
    if (this.isOpen) return { kind: "open" };
    const key = headers.get("x-api-key") ?? bearer(headers.get("authorization"));
    if (key === undefined) return { kind: "refused", fingerprint: undefined };
    const hex = hash("sha256", key, "hex");
    const digest = Uint8Array.fromHex(hex);
    const fingerprint = hex.slice(0, FINGERPRINT_DIGITS);
    // Every digest is compared, so that the time tells nothing about which one fits.
    let known = false;
    for (const candidate of this.#digests) known = timingSafeEqual(candidate, digest) || known;
    return { kind: known ? "key" : "refused", fingerprint };
  }
}

function bearer(authorization: string | null): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
