/** Token buckets: each caller may send so much at once, and what was used comes back continuously. */
import { BUCKETS_MAX } from "../core/limits.ts";

/** How much of what is allowed. */
export interface BucketOptions {
  /** What a full bucket holds. */
  readonly capacity: number;
  /** How long an empty bucket takes to fill, in milliseconds. */
  readonly windowMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
}

/** A bucket after something was asked of it. */
export interface BucketState {
  readonly allowed: boolean;
  readonly capacity: number;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Until there are the tokens that were refused, or else another one; in milliseconds, 0 when there are. */
  readonly retryMs: number;
  /** Until the bucket is full, in milliseconds. */
  readonly resetMs: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * The buckets of all callers. A bucket that was not used for a window is full, and so is one that is not there: the table
 * can be bounded by forgetting the one that was unused for longest.
 */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #buckets = new Map<string, Bucket>();
  /** Whose bucket is the last one of the table: most requests are its owner's. */
  #newest: string | undefined;

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** How many callers are known. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes so many tokens, where there are as many, or none. */
  take(caller: string, count = 1): BucketState {
    const bucket = this.#filled(caller);
    const allowed = bucket.tokens >= count;
    if (allowed) bucket.tokens -= count;
    return this.#state(bucket, { allowed, wanted: allowed ? 1 : count });
  }

  #filled(caller: string): Bucket {
    const { capacity, windowMs, elapsed } = this.#options;
    const now = elapsed();
    const bucket = this.#buckets.get(caller) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.at) * capacity / windowMs);
    bucket.at = now;
    if (caller === this.#newest) return bucket;
    // A map keeps its keys in the order of their arrival: the first is the one that was unused for longest.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    this.#newest = caller;
    if (this.#buckets.size > BUCKETS_MAX) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket;
  }

  #state(
    { tokens }: Bucket,
    { allowed, wanted }: { allowed: boolean; wanted: number },
  ): BucketState {
    const { capacity, windowMs } = this.#options;
    const msPerToken = windowMs / capacity;
    return {
      allowed,
      capacity,
      remaining: Math.floor(tokens),
      retryMs: Math.max(0, wanted - tokens) * msPerToken,
      resetMs: (capacity - tokens) * msPerToken,
    };
  }
}
