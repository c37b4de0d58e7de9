/** Figures that are made up, and say so: a monitor for whoever has no Prometheus yet. */
import type { Look, Measurand, Observation, Preflight, SloMonitor } from "./slo_monitor.ts";

/** Requests a second. */
const REQUESTS_PER_SECOND = 50;

/** What a model may be like: a 95th percentile in milliseconds, and a share of errors. */
const P95_MS = { least: 120, most: 480 };
const ERROR_RATE = { least: 0.0005, most: 0.004 };

/**
 * A model's figures follow from its id and gate alone: the same canary ends in the same way each time. Latencies fall
 * off exponentially, so that a target below the model's percentile is breached, and one above it is kept.
 */
export class SimulatedMonitor implements SloMonitor {
  readonly name = "simulated";
  readonly measures = "counts";

  async check(measurand: Measurand, { now }: Omit<Look, "startedAt">): Promise<Preflight> {
    const startedAt = now - measurand.windowSeconds * 1000;
    return { kind: "ready", sample: measure(measurand, { startedAt, now }) };
  }

  async observe(measurand: Measurand, look: Look): Promise<Observation> {
    return measure(measurand, look);
  }
}

function measure(
  { modelId, gate, targets }: Measurand,
  { startedAt, now }: Pick<Look, "startedAt" | "now">,
): Observation & { kind: "counts" } {
  const latencyP95Ms = Math.round(between(P95_MS, share(`latency ${gate} ${modelId}`)));
  const errorRate = between(ERROR_RATE, share(`errors ${gate} ${modelId}`));
  const total = Math.floor((Math.max(0, now - startedAt) / 1000) * REQUESTS_PER_SECOND);
  const { latency_p95_ms: target } = targets;
  const slow = target === undefined ? undefined : Math.floor(total * 0.05 ** (target / latencyP95Ms));
  return {
    kind: "counts",
    evalTime: now,
    counts: {
      total,
      errors: Math.floor(total * errorRate),
      ...(slow !== undefined && { slowLow: slow, slowHigh: slow }),
    },
    latencyP95Ms,
    raw: { simulated: true, requestsPerSecond: REQUESTS_PER_SECOND, latencyP95Ms, errorRate },
  };
}

function between({ least, most }: { least: number; most: number }, share: number): number {
  return least + (most - least) * share;
}

/** A number from 0 to 1 that a text stands for (FNV-1a, with its bits mixed as in MurmurHash3). */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
