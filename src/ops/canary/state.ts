/** What the judge remembers of one canary from tick to tick: plain JSON, so that a restart loses nothing. */
import type { TargetName } from "../../adapters/slo/slo_monitor.ts";
import type { CanaryPhase } from "../../store/canary.ts";
import type { TickKind } from "./tick_kind.ts";

/** Cumulative counts of whole requests, as last judged. */
export type CountState = {
  readonly requests: number;
  readonly errors: number;
  readonly slowLow: number;
  readonly slowHigh: number;
};

/** See the module. Times are milliseconds since 1970. */
export type JudgeState = {
  readonly phase: CanaryPhase;
  /** Someone wants it to end. Once set, it stays. */
  readonly abort: boolean;
  readonly startedAt: number;
  readonly lastTickAt: number | null;
  /** Ticks so far. */
  readonly ticks: number;
  readonly seen: Readonly<Record<TickKind, number>>;
  /** Time with usable measurements, and time altogether. A gap counts as two intervals at most. */
  readonly observedMs: number;
  readonly supervisedMs: number;
  readonly failures: {
    /** Of the monitor, in a row. */
    readonly count: number;
    /** Those at the end of that row that waiting cannot mend. */
    readonly permanent: number;
    readonly since: number | null;
    readonly isOutageTold: boolean;
  };
  /** Usable ticks in a row that showed a breach, by target. */
  readonly breaches: Readonly<Record<TargetName, number>>;
  /** Usable ticks in a row that were within every target. */
  readonly goodTicks: number;
  readonly counts: CountState;
  /** Whether the one look at the end of the window is over. */
  readonly lookedAtEnd: boolean;
};

/** A canary that begins to observe. */
export function initialState(startedAt: number): JudgeState {
  return {
    phase: "observing",
    abort: false,
    startedAt,
    lastTickAt: null,
    ticks: 0,
    seen: { ok: 0, no_data: 0, bad_data: 0, provider_error: 0, not_asked: 0 },
    observedMs: 0,
    supervisedMs: 0,
    failures: { count: 0, permanent: 0, since: null, isOutageTold: false },
    breaches: { max_error_rate: 0, latency_p95_ms: 0 },
    goodTicks: 0,
    counts: { requests: 0, errors: 0, slowLow: 0, slowHigh: 0 },
    lookedAtEnd: false,
  };
}
