/** What a usable measurement says about each target, by counts or, where there are none, by two numbers. */
import {
  type Counts,
  type CountsObservation,
  type PointsObservation,
  TARGET_NAMES,
  type TargetName,
} from "../../adapters/slo/slo_monitor.ts";
import { type Proof, proofOf, requestsNeeded, statistic } from "./csm.ts";
import { type CanaryPolicy, P95_TAIL } from "./policy.ts";
import type { CountState } from "./state.ts";

/** How much a decision may be trusted. */
export type Assurance = "observed" | "demonstrated" | "point_estimates";

/** One target against what was measured. Plain JSON: it is shown by `why_math`. */
export type TargetEvidence = {
  readonly target: TargetName;
  /** As the caller gave it: a share, or milliseconds. */
  readonly limit: number;
  /** On the scale of `limit`; null where the monitor knows no such figure. */
  readonly observed: number | null;
  /** What is compared: bad requests among all, against the share that may be bad. */
  readonly test?: {
    readonly requests: number;
    readonly bad: number;
    /** Higher than `bad` where no bucket ends exactly at the target. */
    readonly badAtMost: number;
    readonly allowedShare: number;
    /** Of `bad`: below `threshold` is proof. Null for a share of zero, where one bad request is proof. */
    readonly statistic: number | null;
    readonly threshold: number;
    /** Requests that would prove the target kept at this rate; null: the counts point the other way. */
    readonly requestsNeeded: number | null;
  };
  /** Whether this tick counts as a breach. */
  readonly isBreach: boolean;
  /** Whether the measured value itself is within the limit. */
  readonly isWithin: boolean;
  readonly isProvenWithin: boolean;
};

/** What follows from one usable tick. */
export interface Evidence {
  readonly targets: readonly TargetEvidence[];
  readonly counts: CountState;
  /** Something odd that was mended: evidence of a monitor with troubles. */
  readonly notes: readonly string[];
}

/** Folds a usable observation into the counts so far, and holds it against the targets. */
export function weigh(
  observation: CountsObservation | PointsObservation,
  { counts: before, policy }: { counts: CountState; policy: CanaryPolicy },
): Evidence {
  if (observation.kind === "points") {
    const values = { max_error_rate: observation.errorRate, latency_p95_ms: observation.latencyP95Ms };
    return { targets: weighPoints(values, policy), counts: before, notes: [] };
  }
  const { counts, notes } = fold(before, observation.counts);
  return { targets: weighCounts(counts, { policy, latencyP95Ms: observation.latencyP95Ms }), counts, notes };
}

function fold(before: CountState, { total = 0, errors = 0, slowLow = 0, slowHigh = slowLow }: Counts): {
  counts: CountState;
  notes: string[];
} {
  const notes: string[] = [];
  const requests = Math.round(total);
  const clamp = (count: number) => Math.min(Math.round(count), requests);
  if (Math.round(errors) > requests || Math.round(slowHigh) > requests) notes.push("counts_exceed_total");
  const low = clamp(slowLow);
  const fresh = { requests, errors: clamp(errors), slowLow: low, slowHigh: Math.max(low, clamp(slowHigh)) };
  if (requests >= before.requests) return { counts: fresh, notes };
  // Counts since a fixed moment cannot fall: series went away. What was once seen stays seen.
  const counts = {
    requests: before.requests,
    errors: Math.max(before.errors, fresh.errors),
    slowLow: Math.max(before.slowLow, fresh.slowLow),
    slowHigh: Math.max(before.slowHigh, fresh.slowHigh),
  };
  return { counts, notes: [...notes, "counts_went_down"] };
}

/** What the counts say, at any time: no measurement is needed. */
export function weighCounts(
  { requests, errors, slowLow, slowHigh }: CountState,
  { policy, latencyP95Ms }: { policy: CanaryPolicy; latencyP95Ms?: number | undefined },
): TargetEvidence[] {
  const { eps, targets } = policy;
  const bad = {
    max_error_rate: { low: errors, high: errors, observed: requests === 0 ? null : errors / requests },
    latency_p95_ms: { low: slowLow, high: slowHigh, observed: latencyP95Ms ?? null },
  };
  return TARGET_NAMES.flatMap((target) => {
    const limit = targets[target];
    if (limit === undefined) return [];
    const allowedShare = target === "latency_p95_ms" ? P95_TAIL : limit;
    const { low, high, observed } = bad[target];
    const proof = (count: number): Proof =>
      requests === 0 ? "none" : proofOf({ requests, bad: count }, { limit: allowedShare, eps });
    const isDegenerate = allowedShare <= 0 || allowedShare >= 1;
    return {
      target,
      limit,
      observed,
      test: {
        requests,
        bad: low,
        badAtMost: high,
        allowedShare,
        statistic: isDegenerate ? null : statistic({ requests, bad: low }, allowedShare),
        threshold: Math.log(eps),
        requestsNeeded: requestsNeeded({ requests, bad: high }, { limit: allowedShare, eps }),
      },
      isBreach: proof(low) === "above",
      isWithin: requests > 0 && high / requests <= allowedShare,
      isProvenWithin: proof(high) === "below" || allowedShare >= 1,
    };
  });
}

function weighPoints(
  values: Readonly<Record<TargetName, number | undefined>>,
  { targets }: CanaryPolicy,
): TargetEvidence[] {
  return TARGET_NAMES.flatMap((target) => {
    const limit = targets[target];
    const observed = values[target];
    if (limit === undefined || observed === undefined) return [];
    const isWithin = observed <= limit;
    return { target, limit, observed, isBreach: !isWithin, isWithin, isProvenWithin: false };
  });
}
