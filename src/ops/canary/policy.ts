/** The rules that one canary is judged by. They are fixed when it starts, and stored with it. */
import { TARGET_NAMES, type TargetName, type Targets } from "../../adapters/slo/slo_monitor.ts";

/** See the module. */
export type CanaryPolicy = {
  /** Time to observe before the model may be promoted. */
  readonly windowSeconds: number;
  readonly targets: Targets;
  readonly intervalMs: number;
  /** The chance, for each target, of ever convicting a model that is exactly at its limit. */
  readonly eps: number;
  /** Fewer requests convict nobody, and promote nobody. */
  readonly minRequests: number;
  /** Ticks in a row that must show a breach. */
  readonly minBreachTicks: number;
  /** So many failures of the monitor in a row, for so long, are an outage. */
  readonly outageErrors: number;
  readonly outageMs: number;
  /** So many failures in a row that waiting cannot mend hold the canary until a person looks. */
  readonly configErrors: number;
  /** A canary that is not decided after so many windows, as the judge counts time, is inconclusive. */
  readonly deadlineWindows: number;
  readonly onInconclusive: "rollback" | "hold";
  /** Whether a window that looks good is enough, or must prove that both targets are kept. */
  readonly assurance: "observed" | "demonstrated";
};

/** The share of requests that may be slower than a 95th percentile. */
export const P95_TAIL = 0.05;

/** Everything but what the caller of `start_canary` says. */
export const DEFAULT_RULES = {
  eps: 0.05,
  minRequests: 50,
  minBreachTicks: 2,
  outageErrors: 5,
  outageMs: 300_000,
  configErrors: 3,
  deadlineWindows: 3,
  onInconclusive: "rollback",
  assurance: "observed",
} as const satisfies Partial<CanaryPolicy>;

/** The targets that a policy has. */
export function targetNames({ targets }: CanaryPolicy): ReadonlySet<TargetName> {
  return new Set(TARGET_NAMES.filter((name) => targets[name] !== undefined));
}
