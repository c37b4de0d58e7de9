/**
 * Decides about a canary after each tick. A pure function: the same state, observation, policy and time give the same
 * decision, so that every decision can be explained, and checked, from what is stored.
 */
import type { Observation } from "../../adapters/slo/slo_monitor.ts";
import { type Assurance, type Evidence, type TargetEvidence, weigh } from "./evidence.ts";
import { type CanaryPolicy, targetNames } from "./policy.ts";
import type { JudgeState } from "./state.ts";
import { kindOf, type TickKind } from "./tick_kind.ts";

/** Why time ran out without a decision. */
export type Inconclusive =
  | "inconclusive_provider_down"
  | "inconclusive_bad_data"
  | "inconclusive_no_data"
  | "inconclusive_insufficient_traffic"
  | "inconclusive_not_proven";

/** Why a decision fell, or did not. */
export type Reason =
  | "not_observing"
  | "aborted_by_user"
  | "clock_regressed"
  | "slo_breach_error_rate"
  | "slo_breach_latency_p95"
  | "demonstrated_within_slo"
  | "observed_within_slo"
  | "within_slo_by_point_estimates"
  | Inconclusive
  | "config_error"
  | "provider_outage_waiting"
  | "waiting";

/** What is to be done. */
export type Decision = "none" | "promote" | "rollback" | "hold";

/** What the judge says of one tick. */
export interface Judgement {
  readonly next: JudgeState;
  readonly decision: Decision;
  readonly reason: Reason;
  /** Which kind of tick it was; undefined where the tick was not looked at. */
  readonly kind: TickKind | undefined;
  /** What the decision rests on; undefined where the tick was not usable. */
  readonly math: readonly TargetEvidence[] | undefined;
  /** What somebody who watches should be told. */
  readonly notes: readonly string[];
}

/** What one tick brought. */
export interface Tick {
  /** Null where nothing was asked. */
  readonly observation: Observation | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A gap in time counts as so many intervals: a sleep, a restart or a jump of the clock earns no more. */
const GAP_INTERVALS_MAX = 2;

/** The order of these steps is part of the contract: an abort, say, beats a last good tick. */
export function judge(state: JudgeState, { observation, now }: Tick, policy: CanaryPolicy): Judgement {
  const untouched = { next: state, kind: undefined, math: undefined, notes: [] };
  if (state.phase !== "observing" && state.phase !== "held") {
    return { ...untouched, decision: "none", reason: "not_observing" };
  }
  if (state.abort) return { ...untouched, decision: "rollback", reason: "aborted_by_user" };
  const gapMax = GAP_INTERVALS_MAX * policy.intervalMs;
  if (state.lastTickAt !== null && now <= state.lastTickAt) {
    // A clock that went far back is the clock from now on; one that trembled will soon be where it was.
    const next = state.lastTickAt - now > gapMax ? { ...state, lastTickAt: now } : state;
    return { ...untouched, next, decision: "none", reason: "clock_regressed" };
  }
  const kind = kindOf(observation, targetNames(policy));
  const elapsed = Math.min(Math.max(now - (state.lastTickAt ?? state.startedAt), 0), gapMax);
  const timed = withTime(state, { kind, elapsed, now, observation });
  if (kind !== "ok" || observation === null || observation.kind === "error") {
    return { kind, math: undefined, notes: [], ...decideWithoutEvidence(timed, { now, policy }) };
  }
  const evidence = weigh(observation, { counts: timed.counts, policy });
  const next = withEvidence(timed, evidence);
  const assurance = observation.kind === "points" ? "point_estimates" : policy.assurance;
  const decided = decideByEvidence(next, { evidence, policy, assurance });
  return { kind, math: evidence.targets, notes: evidence.notes, ...decided };
}

function withTime(
  state: JudgeState,
  { kind, elapsed, now, observation }: {
    kind: TickKind;
    elapsed: number;
    now: number;
    observation: Observation | null;
  },
): JudgeState {
  const isError = observation?.kind === "error";
  const { failures } = state;
  const isPermanent = isError && !observation.retryable;
  return {
    ...state,
    lastTickAt: now,
    ticks: state.ticks + 1,
    seen: { ...state.seen, [kind]: state.seen[kind] + 1 },
    supervisedMs: state.supervisedMs + elapsed,
    observedMs: state.observedMs + (kind === "ok" ? elapsed : 0),
    failures: isError
      ? {
        ...failures,
        count: failures.count + 1,
        permanent: isPermanent ? failures.permanent + 1 : 0,
        since: failures.since ?? now,
      }
      : kind === "not_asked"
      ? failures
      : { count: 0, permanent: 0, since: null, isOutageTold: false },
  };
}

function withEvidence(state: JudgeState, { targets, counts }: Evidence): JudgeState {
  const breaches = { ...state.breaches };
  for (const { target, isBreach } of targets) breaches[target] = isBreach ? breaches[target] + 1 : 0;
  const isGood = targets.every(({ isWithin }) => isWithin);
  return { ...state, counts, breaches, goodTicks: isGood ? state.goodTicks + 1 : 0 };
}

type Outcome = Pick<Judgement, "next" | "decision" | "reason"> & { readonly notes?: readonly string[] };

function decideByEvidence(
  state: JudgeState,
  { evidence, policy, assurance }: { evidence: Evidence; policy: CanaryPolicy; assurance: Assurance },
): Outcome {
  const isEnough = assurance === "point_estimates" || state.counts.requests >= policy.minRequests;
  const breach = evidence.targets.find(({ target }) => state.breaches[target] >= policy.minBreachTicks);
  if (isEnough && breach !== undefined) {
    const reason = breach.target === "max_error_rate" ? "slo_breach_error_rate" : "slo_breach_latency_p95";
    return { next: state, decision: "rollback", reason };
  }
  const isWindowOver = state.observedMs >= policy.windowSeconds * 1000;
  if (!isEnough || !isWindowOver || state.phase !== "observing") return decideByTime(state, policy);
  // Every further look at whether it seems good would make it likelier to promote a bad model: there is one.
  const next = { ...state, lookedAtEnd: true };
  const reason = reasonToPromote(state, { evidence, policy, assurance });
  return reason === undefined ? decideByTime(next, policy) : { next, decision: "promote", reason };
}

function reasonToPromote(
  state: JudgeState,
  { evidence: { targets }, policy, assurance }: {
    evidence: Evidence;
    policy: CanaryPolicy;
    assurance: Assurance;
  },
): Reason | undefined {
  if (assurance === "point_estimates") {
    return state.goodTicks >= policy.minBreachTicks ? "within_slo_by_point_estimates" : undefined;
  }
  if (targets.some(({ target }) => state.breaches[target] > 0)) return undefined;
  if (targets.every(({ isProvenWithin }) => isProvenWithin)) return "demonstrated_within_slo";
  const mayLook = assurance === "observed" && !state.lookedAtEnd;
  return mayLook && targets.every(({ isWithin }) => isWithin) ? "observed_within_slo" : undefined;
}

function decideWithoutEvidence(
  state: JudgeState,
  { now, policy }: { now: number; policy: CanaryPolicy },
): Outcome {
  const byTime = decideByTime(state, policy);
  if (byTime.decision !== "none") return byTime;
  const { count, permanent, since, isOutageTold } = state.failures;
  if (permanent >= policy.configErrors && state.phase === "observing") {
    return { next: state, decision: "hold", reason: "config_error" };
  }
  const isOutage = count >= policy.outageErrors && since !== null && now - since >= policy.outageMs;
  if (!isOutage) return byTime;
  return {
    next: { ...state, failures: { ...state.failures, isOutageTold: true } },
    decision: "none",
    reason: "provider_outage_waiting",
    notes: isOutageTold ? [] : ["provider_outage"],
  };
}

/** Time alone ends a canary in a rollback or a hold, and never in a promotion. */
function decideByTime(state: JudgeState, policy: CanaryPolicy): Outcome {
  const isLate = state.supervisedMs >= policy.deadlineWindows * policy.windowSeconds * 1000;
  if (!isLate) return { next: state, decision: "none", reason: "waiting" };
  const reason = whyInconclusive(state, policy);
  if (policy.onInconclusive === "rollback") return { next: state, decision: "rollback", reason };
  return { next: state, decision: state.phase === "held" ? "none" : "hold", reason };
}

function whyInconclusive(state: JudgeState, policy: CanaryPolicy): Inconclusive {
  const { seen, observedMs, counts } = state;
  if (observedMs < policy.windowSeconds * 1000) {
    if (seen.provider_error > 0 && seen.provider_error >= Math.max(seen.bad_data, seen.no_data)) {
      return "inconclusive_provider_down";
    }
    return seen.bad_data > seen.no_data ? "inconclusive_bad_data" : "inconclusive_no_data";
  }
  const isByPoints = seen.ok > 0 && counts.requests === 0;
  if (!isByPoints && counts.requests < policy.minRequests) return "inconclusive_insufficient_traffic";
  return "inconclusive_not_proven";
}
