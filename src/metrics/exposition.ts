/** What the server knows of itself as Prometheus reads it (text exposition format 0.0.4). */
import { Counter, Gauge, type Metric, Registry } from "prom-client";
import type { Figure } from "./figure.ts";
import { LATENCY_BOUNDS_SECONDS, type RequestLedger, type RequestSeries } from "./request_ledger.ts";

/** The media type of the text. */
export const EXPOSITION_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Writes the text. A registry is made for each scrape, so that no series outlives what it was about. */
export function expose(ledger: RequestLedger, figures: readonly Figure[]): Promise<string> {
  const registry = new Registry();
  registry.registerMetric(durations(ledger));
  const refused = new Counter({
    name: "lukhas_mcp_refused_requests_total",
    help: "Requests that were turned away, by reason",
    labelNames: ["reason"],
    registers: [registry],
  });
  for (const [reason, count] of Object.entries(ledger.refused)) refused.inc({ reason }, count);
  for (const { name, help, samples } of figures) {
    const labelNames = [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
    for (const { labels = {}, value } of samples) gauge.set(labels, value);
  }
  return registry.metrics();
}

const DURATION = "lukhas_mcp_request_duration_seconds";

/**
 * What the ledger has counted, as a metric. The library's histogram has no way to be told counts, and counting takes it
 * longer than a short request may cost; of a metric its registry asks no more than this.
 */
function durations(ledger: RequestLedger): Metric {
  const metric = {
    name: DURATION,
    get: async () => ({
      name: DURATION,
      help: "How long requests took to be answered, by route, JSON-RPC method, tool and outcome",
      type: "histogram",
      values: [...ledger.series].flatMap(histogramValues),
    }),
  };
  return metric as unknown as Metric;
}

/** A bucket counts all that took at most its bound, and so all of the smaller ones. */
function histogramValues({ labels, buckets, count, sumSeconds }: RequestSeries) {
  let atMost = 0;
  const counted = [...LATENCY_BOUNDS_SECONDS, "+Inf" as const].map((le, index) => {
    atMost += buckets[index] ?? 0;
    return { metricName: `${DURATION}_bucket`, labels: { ...labels, le }, value: atMost };
  });
  return [
    ...counted,
    { metricName: `${DURATION}_sum`, labels, value: sumSeconds },
    { metricName: `${DURATION}_count`, labels, value: count },
  ];
}
