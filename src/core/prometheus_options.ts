/** How Prometheus is asked for the figures of a model: what the operator says, and the monitor does. */

/** The unit that latencies have in Prometheus. */
export type LatencyUnit = "s" | "ms";

/** Templates of PromQL (see `promql_template.ts`). */
export type PrometheusQueries =
  | {
    readonly kind: "counts";
    readonly total: string;
    readonly errors: string | undefined;
    /** Gives a histogram's buckets by `le`. */
    readonly buckets: string | undefined;
  }
  | {
    readonly kind: "points";
    readonly latency: string | undefined;
    readonly errorRate: string | undefined;
  };

/** How Prometheus is asked. */
export interface PrometheusOptions {
  readonly queries: PrometheusQueries;
  readonly latencyUnit: LatencyUnit;
  /** How often Prometheus reads the model's figures. */
  readonly scrapeIntervalMs: number;
  /** How long after a moment its figures are all there. */
  readonly ingestDelayMs: number;
}
