/** The figures behind a canary's decision: thresholds, counts, the test of each target, and the looks themselves. */
import type { Json, JsonObject } from "../../core/json.ts";
import { WHY_TICKS_MAX } from "../../core/release_limits.ts";
import type { Canary, CanaryStore, CanaryTick } from "../../store/canary.ts";
import { type ReadCanary, readCanary } from "../canary/canary_memory.ts";
import { type TargetEvidence, weighCounts } from "../canary/evidence.ts";
import type { Decision } from "../canary/judge.ts";
import { targetSentence, type TargetVerdict, verdictOn } from "./math_words.ts";

/** One target. */
export type TargetMath = TargetEvidence & { readonly verdict: TargetVerdict; readonly explanation: string };

/** One look. */
export type LookMath = JsonObject & {
  readonly tick: number;
  readonly at: string;
  readonly kind: CanaryTick["kind"];
};

/** See the module. Times are ISO 8601. */
export interface CanaryMath {
  readonly id: string;
  readonly status: Canary["status"];
  readonly phase: Canary["phase"];
  /** What the caller asked for. */
  readonly thresholds: JsonObject;
  /** What was measured since the start; null for what was not. */
  readonly observed: JsonObject;
  /** Usable looks. */
  readonly samples: number;
  /** Looks by what came of them. */
  readonly looks: JsonObject;
  readonly targets: readonly TargetMath[];
  readonly test: JsonObject & { readonly name: string };
  readonly assurance: string;
  /** More requests that would prove every target kept at the rates seen; null where they point the other way. */
  readonly requestsNeededForProof: number | null;
  readonly decision: Decision;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly decidedAt: string | null;
  /** From the start to the end of what followed from the decision; null while there is none. */
  readonly timeToActionMs: number | null;
  /** The newest looks, oldest first. */
  readonly evidence: readonly LookMath[];
  /** Whether there were more looks than these. */
  readonly evidenceTruncated: boolean;
}

/** Collects the figures. */
export async function canaryMath(record: Canary, store: CanaryStore): Promise<CanaryMath> {
  const read = readCanary(record);
  const last = await store.lastTick(record.canaryId);
  const afterTick = Math.max(0, (last?.tick ?? 0) - WHY_TICKS_MAX);
  const ticks = await store.ticks(record.canaryId, { afterTick, limit: WHY_TICKS_MAX });
  const targets = targetsOf(read, ticks).map((evidence) => ({
    ...evidence,
    verdict: verdictOn(evidence),
    explanation: targetSentence(evidence),
  }));
  const { decision, reason, decidedAt } = decisionOf(record, ticks);
  const judged = read?.memory.judge;
  return {
    id: record.canaryId,
    status: record.status,
    phase: record.phase,
    thresholds: read?.policy.targets ?? {},
    observed: observedOf(read),
    samples: judged?.seen.ok ?? 0,
    looks: judged?.seen ?? {},
    targets,
    test: testOf(read),
    assurance: read?.memory.assurance ?? "unknown",
    requestsNeededForProof: read?.memory.requestsNeeded ?? null,
    decision,
    reason,
    startedAt: iso(record.createdAt),
    decidedAt: decidedAt === undefined ? null : iso(decidedAt),
    timeToActionMs: record.endedAt === undefined ? null : record.endedAt - record.createdAt,
    evidence: ticks.map(lookOf),
    evidenceTruncated: afterTick > 0,
  };
}

/** What the last usable look said; before the first, what no request at all says. */
function targetsOf(read: ReadCanary | undefined, ticks: readonly CanaryTick[]): readonly TargetEvidence[] {
  const math = ticks.findLast(({ verdict }) => Array.isArray(verdict.math))?.verdict.math;
  if (math !== undefined) return math as unknown as readonly TargetEvidence[];
  if (read === undefined || read.memory.assurance === "point_estimates") return [];
  return weighCounts(read.memory.judge.counts, { policy: read.policy });
}

function decisionOf(
  { status, phase, reason, endedAt }: Canary,
  ticks: readonly CanaryTick[],
): { decision: Decision; reason: string | null; decidedAt: number | undefined } {
  const decision = status === "PROMOTED" || phase === "promoting"
    ? "promote"
    : status === "ROLLED_BACK" || phase === "rolling_back"
    ? "rollback"
    : phase === "held"
    ? "hold"
    : "none";
  const decisive = ticks.findLast(({ verdict }) => verdict.decision === decision && decision !== "none");
  return { decision, reason: reason ?? null, decidedAt: decisive?.at ?? endedAt };
}

function observedOf(read: ReadCanary | undefined): JsonObject {
  if (read === undefined) return {};
  const { counts } = read.memory.judge;
  const { error_rate = null, latency_p95_ms = null } = read.memory.sample ?? {};
  const figures = { error_rate, latency_p95_ms };
  if (read.memory.assurance === "point_estimates") return figures;
  return {
    ...figures,
    requests: counts.requests,
    errors: counts.errors,
    slowAtLeast: counts.slowLow,
    slowAtMost: counts.slowHigh,
  };
}

/** What the statistic is, so that a reader can check it by hand. */
function testOf(read: ReadCanary | undefined): CanaryMath["test"] {
  if (read === undefined) return { name: "unknown" };
  if (read.memory.assurance === "point_estimates") {
    return {
      name: "point estimates",
      rule:
        `A breach in ${read.policy.minBreachTicks} looks in a row rolls back; the window's end promotes what is within every target.`,
    };
  }
  return {
    name: "confidence sequence method (Robbins 1970; Ding, Gandy and Hahn 2017)",
    formula:
      "ln C(n,s) + s ln p + (n-s) ln(1-p) + ln(n+1); below ln(eps) it is proof, above or below p as s/n is",
    eps: read.policy.eps,
    minRequests: read.policy.minRequests,
    minBreachLooks: read.policy.minBreachTicks,
    assumes: "Requests fail independently of each other: a burst of one cause can convict an innocent model.",
  };
}

function lookOf(
  { tick, at, evalTime, kind, latencyP95Ms, errorRate, source, observation, verdict }: CanaryTick,
): LookMath {
  const { decision, reason, notes } = verdict;
  const counts: Json | undefined = observation.counts;
  return {
    tick,
    at: iso(at),
    evalTime: iso(evalTime),
    kind,
    source,
    error_rate: errorRate ?? null,
    latency_p95_ms: latencyP95Ms ?? null,
    ...(counts !== undefined && { counts }),
    decision: decision ?? null,
    reason: reason ?? null,
    ...(Array.isArray(notes) && notes.length > 0 && { notes }),
    ...(kind === "provider_error" && { error: observation.message ?? observation.code ?? null }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
