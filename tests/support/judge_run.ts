/** A canary as the judge sees it, tick by tick. */
import { judge, type Judgement } from "../../src/ops/canary/judge.ts";
import type { Counts, Observation } from "../../src/adapters/slo/slo_monitor.ts";
import { type CanaryPolicy, DEFAULT_RULES } from "../../src/ops/canary/policy.ts";
import { initialState, type JudgeState } from "../../src/ops/canary/state.ts";

/** When the canary of a test begins, in milliseconds since 1970. */
export const START = 1_800_000_000_000;
export const INTERVAL_MS = 1_000;

/** A window of 20 ticks, a deadline of 60, and both targets, unless a test says otherwise. */
export function policyWith(changes: Partial<CanaryPolicy> = {}): CanaryPolicy {
  return {
    ...DEFAULT_RULES,
    windowSeconds: 20,
    intervalMs: INTERVAL_MS,
    targets: { max_error_rate: 0.01, latency_p95_ms: 800 },
    ...changes,
  };
}

/** See the module. */
export class JudgeRun {
  state: JudgeState;
  now = START;
  last: Judgement | undefined;
  readonly policy: CanaryPolicy;

  constructor(policy: CanaryPolicy = policyWith()) {
    this.policy = policy;
    this.state = initialState(START);
  }

  /** One tick, an interval after the last one unless `afterMs` says otherwise. */
  tick(observation: Observation | null, afterMs = this.policy.intervalMs): Judgement {
    this.now += afterMs;
    const judgement = judge(this.state, { observation, now: this.now }, this.policy);
    this.state = judgement.next;
    return this.last = judgement;
  }

  /** Ticks until a decision falls, or `most` times; returns the number of ticks. `each` gets 1, 2, …. */
  untilDecided(each: (tick: number) => Observation | null, most = 200): number {
    for (let tick = 1; tick <= most; tick++) {
      if (this.tick(each(tick)).decision !== "none") return tick;
    }
    return most;
  }
}

/** Counts so far. */
export function counts(total: number, bad: Partial<Omit<Counts, "total">> = {}): Observation {
  const { errors = 0, slowLow = 0, slowHigh = slowLow } = bad;
  return { kind: "counts", evalTime: START, counts: { total, errors, slowLow, slowHigh } };
}

/** Two numbers of this moment. */
export function points(errorRate?: number, latencyP95Ms?: number): Observation {
  return {
    kind: "points",
    evalTime: START,
    ...(errorRate !== undefined && { errorRate }),
    ...(latencyP95Ms !== undefined && { latencyP95Ms }),
  };
}

/** A failure of the monitor. */
export function failure(retryable = true): Observation {
  return { kind: "error", code: retryable ? "timeout" : "bad_query", retryable, message: "no answer" };
}
