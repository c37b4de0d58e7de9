/** Idempotency keys: a caller that repeats a call with the same key gets what the first one made. */

/** A key as a caller sent it with one call of a tool. */
export interface IdempotencyKey {
  /** The fingerprint of the caller's API key; undefined where nobody has to say. Keys of two callers never meet. */
  readonly caller: string | undefined;
  readonly tool: string;
  readonly key: string;
  /** What the call was about: SHA-256 of its canonical arguments. The same key for another call is a mistake. */
  readonly fingerprint: string;
  /** How long the key is remembered. */
  readonly lifeMs: number;
}

/** What came of a creation. */
export type Created<Kept> =
  | { readonly kind: "created"; readonly record: Kept }
  /** The same call was made before, with this outcome. */
  | { readonly kind: "known"; readonly record: Kept }
  /** Another call was made with the same key; it made this record, if that is still there. */
  | { readonly kind: "key_reused"; readonly id: string };
