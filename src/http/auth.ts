/** API keys. The server is told digests only, and learns a key from the request that it lets in. No key is logged. */
import { hash } from "node:crypto";
import { isSameText } from "../core/same_text.ts";

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

/** Keys that are remembered: of the callers that are busy at one time, most servers have fewer. */
const KEYS_REMEMBERED_MAX = 8;

/** The keys that are let in. */
export class KeyRing {
  /** Whether anybody is let in without a key. */
  readonly isOpen: boolean;
  /** Hexadecimal. Who does not know a key cannot choose its digest, so the time of a look-up tells nothing. */
  readonly #digests: ReadonlySet<string>;
  /**
   * The keys that were let in last. A digest is the most expensive step of a short request; this spares all but the
   * first request of a key the step.
   */
  readonly #remembered: { readonly key: string; readonly caller: Caller }[] = [];

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
    const remembered = this.#remembered.find(({ key: known }) => isSameText(known, key));
    return remembered?.caller ?? this.#judge(key);
  }

  #judge(key: string): Caller {
    const digest = hash("sha256", key, "hex");
    const fingerprint = digest.slice(0, FINGERPRINT_DIGITS);
    if (!this.#digests.has(digest)) return { kind: "refused", fingerprint };
    const caller = { kind: "key", fingerprint } as const;
    this.#remembered.push({ key, caller });
    if (this.#remembered.length > KEYS_REMEMBERED_MAX) this.#remembered.shift();
    return caller;
  }
}

function bearer(authorization: string | null): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
