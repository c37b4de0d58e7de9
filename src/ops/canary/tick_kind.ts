/** Which kind of tick an observation makes: whether it can be judged at all. */
import type { Counts, Observation, TargetName } from "../../adapters/slo/slo_monitor.ts";

/** The four kinds of ticks, and a tick at which nothing was asked. Only `ok` convicts or promotes. */
export type TickKind = "ok" | "no_data" | "bad_data" | "provider_error" | "not_asked";

/** Which kind a tick is; null where nothing was asked. */
export function kindOf(observation: Observation | null, targets: ReadonlySet<TargetName>): TickKind {
  if (observation === null) return "not_asked";
  switch (observation.kind) {
    case "error":
      return "provider_error";
    case "counts":
      return kindOfCounts(observation.counts, targets);
    case "points":
      return kindOfPoints([
        ...(targets.has("max_error_rate") ? [observation.errorRate] : []),
        ...(targets.has("latency_p95_ms") ? [observation.latencyP95Ms] : []),
      ]);
    default:
      return observation satisfies never;
  }
}

/** Fewer requests are no traffic: extrapolation makes crumbs. */
const REQUESTS_MIN = 0.5;

function kindOfCounts(
  { total, errors, slowLow, slowHigh }: Counts,
  targets: ReadonlySet<TargetName>,
): TickKind {
  if (total === undefined || !(total >= REQUESTS_MIN)) return "no_data";
  const needed = [
    total,
    ...(targets.has("max_error_rate") ? [errors] : []),
    ...(targets.has("latency_p95_ms") ? [slowLow, slowHigh] : []),
  ];
  return needed.every(isCount) ? "ok" : "bad_data";
}

function kindOfPoints(values: readonly (number | undefined)[]): TickKind {
  if (values.includes(undefined)) return "no_data";
  return values.every(isCount) ? "ok" : "bad_data";
}

function isCount(value: number | undefined): boolean {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}
