/** The rules that a new canary is judged by: what its caller says, and what the operator has set. */
import type { Targets } from "../../adapters/slo/slo_monitor.ts";
import { type CanaryPolicy, DEFAULT_RULES } from "./policy.ts";

/** What the operator has set. */
export interface CanarySettings {
  /** Undefined: as the window is long. */
  readonly intervalMs: number | undefined;
  readonly minRequests: number;
  readonly outageMs: number;
  readonly assurance: CanaryPolicy["assurance"];
  readonly onInconclusive: CanaryPolicy["onInconclusive"];
}

/** Without a setting there are so many looks in a window, but none more or less often than this. */
const LOOKS = 20;
const INTERVAL_MS = { least: 1_000, most: 30_000 };

/** See the module. */
export function startPolicy(
  { windowSeconds, targets }: { windowSeconds: number; targets: Targets },
  { intervalMs, minRequests, outageMs, assurance, onInconclusive }: CanarySettings,
): CanaryPolicy {
  const even = Math.round((windowSeconds * 1000) / LOOKS);
  return {
    ...DEFAULT_RULES,
    minRequests,
    outageMs,
    assurance,
    onInconclusive,
    windowSeconds,
    targets,
    intervalMs: intervalMs ?? Math.min(Math.max(even, INTERVAL_MS.least), INTERVAL_MS.most),
  };
}
