/** API keys. The server is told digests only, and learns a key from the request that it lets in. No key is logged. */
import { nodeCrypto } from "../core/node_modules.ts";
import { isSameText } from "../core/same_text.ts";
import type { Scope } from "../core/scope.ts";

/** What the server knows of a key. */
export interface KeyDigest {
  /** SHA-256 of the key, hexadecimal. */
  readonly sha256: string;
  /** Who has it, in the operator's words. */
  readonly name?: string;
  /** What it is good for; everything, where nothing is said. */
  readonly scopes?: readonly Scope[];
}

/** Who sends a request. */
export type Caller =
  | { readonly kind: "open" }
  /** `fingerprint`: the first 8 digits of the key's SHA-256. `scopes`: undefined for all. */
  | {
    readonly kind: "key";
    readonly fingerprint: string;
    /** Whose budgets its requests are counted on. */
    readonly payer: string;
    readonly scopes: readonly Scope[] | undefined;
    /** Whether it is the key of processes on this machine. */
    readonly isLocal: boolean;
  }
  | { readonly kind: "refused"; readonly fingerprint: string | undefined };

/** Digits of a key's SHA-256 that name it in the log. */
const FINGERPRINT_DIGITS = 8;

/** Keys that are remembered: of the callers that are busy at one time, most servers have fewer. */
const KEYS_REMEMBERED_MAX = 8;

/** The keys that are let in. */
export class KeyRing {
  /** Whether anybody is let in without a key. */
  readonly isOpen: boolean;
  /** By digest, hexadecimal. Who does not know a key cannot choose its digest, so the time of a look-up tells nothing. */
  #byDigest: ReadonlyMap<string, KeyDigest> = new Map();
  readonly #localKey: KeyDigest;
  /**
   * The keys that were let in last. A digest is the most expensive step of a short request; this spares all but the
   * first request of a key the step.
   */
  #remembered: { readonly key: string; readonly caller: Caller }[] = [];

  /**
   * @param parts.isOpen Whether anybody is let in without a key.
   * @param parts.localKey The key of processes on this machine, accepted beside the operator's.
   */
  constructor(parts: { keys: readonly KeyDigest[]; localKey: KeyDigest; isOpen: boolean }) {
    this.isOpen = parts.isOpen;
    this.#localKey = parts.localKey;
    this.replace(parts.keys);
  }

  /**
   * From now on these are the operator's keys. A ring that is not open stays closed when there are none.
   *
   * @returns The fingerprints of the keys that are gone, or good for other things than before.
   */
  replace(keys: readonly KeyDigest[]): ReadonlySet<string> {
    const before = this.#byDigest;
    this.#remembered = [];
    this.#byDigest = new Map([...keys, this.#localKey].map((key) => [key.sha256, key]));
    const changed = [...before.values()].filter(({ sha256, scopes }) => {
      const now = this.#byDigest.get(sha256);
      return now === undefined || now.scopes?.join() !== scopes?.join();
    });
    return new Set(changed.map(({ sha256 }) => fingerprintOf(sha256)));
  }

  /**
   * Looks for a key in `X-API-Key`, then in `Authorization: Bearer`.
   *
   * @param otherKey What counts where the headers have none.
   */
  identify(headers: Headers, otherKey?: string): Caller {
    if (this.isOpen) return { kind: "open" };
    const key = headers.get("x-api-key") ?? bearer(headers.get("authorization")) ?? otherKey;
    if (key === undefined) return { kind: "refused", fingerprint: undefined };
    const remembered = this.#remembered.find(({ key: known }) => isSameText(known, key));
    return remembered?.caller ?? this.#judge(key);
  }

  #judge(key: string): Caller {
    const digest = nodeCrypto().hash("sha256", key, "hex");
    const fingerprint = fingerprintOf(digest);
    const known = this.#byDigest.get(digest);
    if (known === undefined) return { kind: "refused", fingerprint };
    const caller = {
      kind: "key",
      fingerprint,
      payer: `key ${fingerprint}`,
      scopes: known.scopes,
      isLocal: known === this.#localKey,
    } as const;
    this.#remembered.push({ key, caller });
    if (this.#remembered.length > KEYS_REMEMBERED_MAX) this.#remembered.shift();
    return caller;
  }
}

function fingerprintOf(digest: string): string {
  return digest.slice(0, FINGERPRINT_DIGITS);
}

function bearer(authorization: string | null): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
