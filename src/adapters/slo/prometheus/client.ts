/** Instant queries over Prometheus' HTTP API, which Thanos, Mimir and VictoriaMetrics speak too. */
import { boundedFetch } from "../../bounded_fetch.ts";
import { type QueryResult, readAnswer } from "./result.ts";

/** Where Prometheus is, and how to be let in. */
export interface PrometheusAccess {
  /** The address with its path, without a slash at the end. From the operator alone: never from a caller. */
  readonly url: string;
  /** Sent with each query: `Authorization`, `X-Scope-OrgID`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether results that Prometheus warns about, as being incomplete, are good enough. */
  readonly allowsWarnings: boolean;
}

/** One query. */
export interface Query {
  readonly promql: string;
  /** The moment of evaluation, in milliseconds since 1970; undefined for Prometheus' own now. */
  readonly time: number | undefined;
  /** How long everything may take, in milliseconds. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

/** How long one request may take, and how much of that the server is told to use. */
const REQUEST_TIMEOUT_MS = 5_000;
const SERVER_SHARE = 0.8;

/** Series that one answer may hold: a histogram has a few dozen buckets. */
const SERIES_MAX = 200;

/** See the module. */
export class PrometheusClient {
  readonly #access: PrometheusAccess;
  readonly #elapsed: () => number;

  /** @param elapsed Milliseconds since some moment, for what is left of a budget. */
  constructor(access: PrometheusAccess, elapsed: () => number) {
    this.#access = access;
    this.#elapsed = elapsed;
  }

  /** Asks; and once more where the first answer never came and there is time. */
  async query(query: Query): Promise<QueryResult> {
    const started = this.#elapsed();
    const first = await this.#send(query, query.budgetMs);
    const isWorthAnother = first.kind === "error" && (first.code === "network" || first.code === "http_5xx");
    const left = query.budgetMs - (this.#elapsed() - started);
    return isWorthAnother && left > query.budgetMs / 2 ? await this.#send(query, left) : first;
  }

  async #send({ promql, time, signal }: Query, budgetMs: number): Promise<QueryResult> {
    const { url, headers, allowsWarnings } = this.#access;
    const timeoutMs = Math.max(1, Math.floor(Math.min(REQUEST_TIMEOUT_MS, budgetMs)));
    const outcome = await boundedFetch({
      url: `${url}/api/v1/query`,
      // A POST, because a query may be longer than an address.
      method: "POST",
      headers: {
        ...headers,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      body: new URLSearchParams({
        query: promql,
        ...(time !== undefined && { time: (time / 1000).toFixed(3) }),
        timeout: `${Math.max(1, Math.floor(timeoutMs * SERVER_SHARE))}ms`,
        limit: String(SERIES_MAX),
      }).toString(),
      timeoutMs,
      signal,
    });
    if (outcome.kind === "answer") return readAnswer(outcome, { allowsWarnings });
    switch (outcome.why) {
      case "timeout":
        return {
          kind: "error",
          code: "timeout",
          retryable: true,
          found: `there was no answer in ${timeoutMs} ms`,
        };
      case "network":
        return { kind: "error", code: "network", retryable: true, found: "it cannot be reached" };
      case "too_large":
        return { kind: "error", code: "bad_response", retryable: true, found: "the answer is too large" };
      default:
        return outcome.why satisfies never;
    }
  }
}
