/** Counts requests. It is on the way of every one: one look-up, and no object that outlives it. */
import { METRIC_SERIES_MAX } from "../core/release_limits.ts";

/** Upper bounds of the latency buckets, in seconds: a look-up takes well under a millisecond, a commit seconds. */
export const LATENCY_BOUNDS_SECONDS = [
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  30,
] as const;

/** What tells requests apart. A label is empty where there is nothing to say. */
export interface RequestLabels {
  /** `POST /mcp` and the like. */
  readonly route: string;
  /** The JSON-RPC method. */
  readonly method: string;
  readonly tool: string;
  /** `ok`, or the error's code or number. */
  readonly outcome: string;
}

/** Requests of one kind. */
export interface RequestSeries {
  readonly labels: RequestLabels;
  /** How many took at most each of the bounds and more than the one before; the last took longer than all. */
  readonly buckets: readonly number[];
  readonly count: number;
  readonly sumSeconds: number;
}

/** Why requests were turned away before anything was done for them. */
export type RefusalReason = "unauthorized" | "forbidden" | "rate_limited";

const REFUSALS: Readonly<Record<number, RefusalReason>> = {
  401: "unauthorized",
  403: "forbidden",
  429: "rate_limited",
};

interface Tally {
  readonly labels: RequestLabels;
  readonly buckets: number[];
  count: number;
  sumSeconds: number;
}

/** A request that was answered. */
export interface AnsweredRequest {
  /** `POST /mcp` and the like: never a path that a caller made up. */
  readonly route: string;
  readonly facts: { readonly method?: string; readonly tool?: string; readonly error?: string | number };
  readonly status: number;
  readonly tookMs: number;
}

/** See the module. */
export class RequestLedger {
  readonly #tallies = new Map<string, Tally>();
  readonly #refused = { unauthorized: 0, forbidden: 0, rate_limited: 0 };
  /** Most requests are of the kind of the one before; comparing is cheaper than putting a key together. */
  #last: { readonly kind: RequestKind; readonly tally: Tally } | undefined;

  count(request: AnsweredRequest): void {
    const reason = REFUSALS[request.status];
    if (reason !== undefined) this.#refused[reason]++;
    const tally = this.#tally(request);
    const seconds = request.tookMs / 1000;
    let bucket = 0;
    while (bucket < LATENCY_BOUNDS_SECONDS.length && seconds > (LATENCY_BOUNDS_SECONDS[bucket] ?? 0)) {
      bucket++;
    }
    tally.buckets[bucket] = (tally.buckets[bucket] ?? 0) + 1;
    tally.count++;
    tally.sumSeconds += seconds;
  }

  get series(): Iterable<RequestSeries> {
    return this.#tallies.values();
  }

  get refused(): Readonly<Record<RefusalReason, number>> {
    return this.#refused;
  }

  #tally({ route, facts: { method, tool, error }, status }: AnsweredRequest): Tally {
    const kind: RequestKind = { route, method, tool, error, status };
    if (this.#last === undefined || !isSame(this.#last.kind, kind)) {
      this.#last = { kind, tally: this.#find(kind) };
    }
    return this.#last.tally;
  }

  #find({ route, method = "", tool = "", error, status }: RequestKind): Tally {
    const outcome = error === undefined ? (status < 400 ? "ok" : `${status}`) : `${error}`;
    const key = `${route}\n${method}\n${tool}\n${outcome}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    // A caller makes up methods of HTTP, one a request; memory and scrapes are to stay small all the same.
    if (this.#tallies.size >= METRIC_SERIES_MAX) return this.#add("other", OTHER);
    return this.#add(key, { route, method, tool, outcome });
  }

  #add(key: string, labels: RequestLabels): Tally {
    const tally: Tally = this.#tallies.get(key) ?? {
      labels,
      buckets: new Array(LATENCY_BOUNDS_SECONDS.length + 1).fill(0),
      count: 0,
      sumSeconds: 0,
    };
    this.#tallies.set(key, tally);
    return tally;
  }
}

/** What decides where a request is counted. */
interface RequestKind {
  readonly route: string;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  readonly error: string | number | undefined;
  readonly status: number;
}

function isSame(a: RequestKind, b: RequestKind): boolean {
  return a.tool === b.tool && a.method === b.method && a.error === b.error && a.status === b.status &&
    a.route === b.route;
}

const OTHER: RequestLabels = { route: "other", method: "other", tool: "other", outcome: "other" };
