/** How much a caller may ask for: requests in a window, wrong keys in a minute, and requests at one time. */
import { WRONG_KEYS_MAX, WRONG_KEYS_WINDOW_MS } from "../core/limits.ts";
import { INTERNAL_ERROR, RATE_LIMITED } from "../mcp/jsonrpc.ts";
import type { Arrival } from "./arrival.ts";
import { type Answer, refuse, retryAfter, unauthorized } from "./mcp_route.ts";
import { type BucketState, TokenBuckets } from "./token_buckets.ts";

/** What is allowed. */
export interface AdmissionOptions {
  /** Requests that one caller may send in a window, and at once; 0 for no limit. */
  readonly rateBucket: number;
  readonly rateWindowMs: number;
  /** Requests that are at work at one time. */
  readonly concurrencyMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
}

/** See the module. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #requests: TokenBuckets | undefined;
  readonly #wrongKeys: TokenBuckets;
  /** Requests that are at work now, this one included. */
  atWork = 0;

  constructor(options: AdmissionOptions) {
    const { rateBucket: capacity, rateWindowMs: windowMs, elapsed } = options;
    this.#options = options;
    this.#requests = capacity === 0 ? undefined : new TokenBuckets({ capacity, windowMs, elapsed });
    this.#wrongKeys = new TokenBuckets({ capacity: WRONG_KEYS_MAX, windowMs: WRONG_KEYS_WINDOW_MS, elapsed });
  }

  /** Why a request is not answered now; undefined when it is. What is left of its caller's budget is noted on it. */
  refusal(arrival: Arrival): Answer | undefined {
    const { concurrencyMax } = this.#options;
    if (this.atWork > concurrencyMax) {
      const message = `Busy: ${concurrencyMax} requests are at work; MCP_MAX_CONCURRENCY sets the limit`;
      return refuse(503, INTERNAL_ERROR, message, { "retry-after": "1" });
    }
    if (this.charge(arrival) || arrival.budget === undefined) return undefined;
    return tooMany("Rate limit: too many requests", arrival.budget);
  }

  /** Counts messages of a request on its caller's budget, and notes on the request what is left; false for too many. */
  charge(arrival: Arrival, messages = 1): boolean {
    const { sender } = arrival;
    // Who can read the note of the lock stands for the person at this machine, on stdio without any limit.
    if (this.#requests === undefined || (sender.kind === "key" && sender.isLocal)) return true;
    arrival.budget = this.#requests.take(arrival.payer, messages);
    return arrival.budget.allowed;
  }

  /** The answer to a request with a key that is none, or with none. A valid key of the same address is not held up. */
  unauthorized(arrival: Arrival): Answer {
    const { sender } = arrival;
    if (sender.kind !== "refused" || sender.fingerprint === undefined) {
      return this.refusal(arrival) ?? unauthorized();
    }
    const state = this.#wrongKeys.take(arrival.payer);
    return state.allowed
      ? unauthorized()
      : tooMany("Rate limit: too many wrong keys from this address", state);
  }
}

function tooMany(message: string, state: BucketState): Answer {
  const seconds = retryAfter(state);
  return refuse(429, RATE_LIMITED, `${message}; try again in ${seconds} s`, { "retry-after": seconds });
}

/**
 * Says what is left of a budget (draft-ietf-httpapi-ratelimit-headers-06), once less than half of it is: a caller with
 * room has nothing to mind, and an answer with further headers costs the server a third more.
 */
export function tellBudget(response: Response, { capacity, remaining, resetMs }: BucketState): void {
  if (remaining >= capacity / 2) return;
  const { headers } = response;
  headers.set("ratelimit-limit", String(capacity));
  headers.set("ratelimit-remaining", String(remaining));
  headers.set("ratelimit-reset", String(Math.ceil(resetMs / 1000)));
}
