/** One look at a canary as it is kept: what was seen, and what the judge made of it. */
import type { Observation } from "../../adapters/slo/slo_monitor.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { CanaryTick } from "../../store/canary.ts";
import type { CanaryMemory, Sample } from "./canary_memory.ts";
import type { TargetEvidence } from "./evidence.ts";
import type { Judgement } from "./judge.ts";

/** What a look is made of. */
export interface Look {
  /** Null where nothing was asked. */
  readonly observation: Observation | null;
  readonly judgement: Judgement;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Which monitor was asked. */
  readonly source: string;
}

/** The row of a look. */
export function tickOf({ observation, judgement, now, source }: Look): Omit<CanaryTick, "at"> {
  const { kind, next, decision, reason, notes, math } = judgement;
  const { errorRate, latencyP95Ms } = figuresOf(observation);
  return {
    tick: next.ticks,
    evalTime: observation === null || observation.kind === "error" ? now : observation.evalTime,
    kind: kind === undefined || kind === "not_asked" ? "none" : kind,
    ...(latencyP95Ms !== undefined && { latencyP95Ms }),
    ...(errorRate !== undefined && { errorRate }),
    source,
    observation: observationJson(observation),
    verdict: { decision, reason, notes, ...(math !== undefined && { math }) },
  };
}

/** What those who watch are told of a look. */
export function metricOf(look: Look): JsonObject {
  const { tick, kind, latencyP95Ms, errorRate, evalTime } = tickOf(look);
  const { observation, judgement } = look;
  const notes = [...judgement.notes, ...(observation?.kind === "error" ? [observation.code] : [])];
  return {
    tick,
    kind,
    at: new Date(evalTime).toISOString(),
    latency_p95_ms: latencyP95Ms ?? null,
    error_rate: errorRate ?? null,
    ...(observation?.kind === "counts" && { requests: judgement.next.counts.requests }),
    decision: judgement.decision,
    ...(judgement.decision !== "none" && { reason: judgement.reason }),
    ...(notes.length > 0 && { note: notes.join(", ") }),
  };
}

/** What is remembered of a look beside the judge's state. */
export function remembered(
  { observation, judgement }: Look,
): Pick<CanaryMemory, "sample" | "requestsNeeded"> {
  const { math, next } = judgement;
  if (math === undefined || observation === null || observation.kind === "error") return {};
  const { errorRate, latencyP95Ms } = figuresOf(observation);
  const sample: Sample = {
    at: observation.evalTime,
    ...(observation.kind === "counts" && { requests: next.counts.requests }),
    ...(errorRate !== undefined && { error_rate: errorRate }),
    ...(latencyP95Ms !== undefined && { latency_p95_ms: latencyP95Ms }),
  };
  return { sample, ...(observation.kind === "counts" && { requestsNeeded: neededByAll(math) }) };
}

/** The most that any target needs; null where one can never be proven as things are. */
function neededByAll(math: readonly TargetEvidence[]): number | null {
  const needs = math.map(({ test }) => test?.requestsNeeded ?? null);
  return needs.includes(null) ? null : Math.max(...needs.map(Number));
}

/** The two figures that people look at, where they are numbers. */
function figuresOf(observation: Observation | null): { errorRate?: number; latencyP95Ms?: number } {
  if (observation === null || observation.kind === "error") return {};
  const errorRate = observation.kind === "points"
    ? observation.errorRate
    : shareOf(observation.counts.errors, observation.counts.total);
  const { latencyP95Ms } = observation;
  return {
    ...(isFinite(errorRate) && { errorRate }),
    ...(isFinite(latencyP95Ms) && { latencyP95Ms }),
  };
}

function shareOf(errors: number | undefined, total: number | undefined): number | undefined {
  return errors === undefined || total === undefined ? undefined : errors / total;
}

function isFinite(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function observationJson(observation: Observation | null): JsonObject {
  if (observation === null) return { kind: "none" };
  const { kind, raw } = observation;
  const evidence = raw === undefined ? {} : { raw };
  switch (observation.kind) {
    case "error":
      return {
        kind,
        code: observation.code,
        retryable: observation.retryable,
        message: observation.message,
        ...evidence,
      };
    case "counts": {
      const counts = Object.entries(observation.counts).map(([name, count]) => [name, numberJson(count)]);
      return { kind, counts: Object.fromEntries(counts), ...evidence };
    }
    case "points":
      return {
        kind,
        errorRate: numberJson(observation.errorRate),
        latencyP95Ms: numberJson(observation.latencyP95Ms),
        ...evidence,
      };
    default:
      return observation satisfies never;
  }
}

/** JSON knows no NaN and no infinity. */
function numberJson(value: number | undefined): Json {
  if (value === undefined) return null;
  return Number.isFinite(value) ? value : String(value);
}
