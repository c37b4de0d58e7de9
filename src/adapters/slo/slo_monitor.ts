/** The port to whoever measures how a model serves: what is asked of it, and what it may answer. */
import type { JsonObject } from "../../core/json.ts";

/** What a canary may be held to. */
export const TARGET_NAMES = ["max_error_rate", "latency_p95_ms"] as const;

/** One of {@linkcode TARGET_NAMES}. */
export type TargetName = (typeof TARGET_NAMES)[number];

/** What a canary is held to; at least one of them. A value exactly at the limit passes. */
export type Targets = {
  /** A share, from 0 to 1. 0 is special: any error convicts, once there are enough requests. */
  readonly max_error_rate?: number;
  /** Milliseconds that 95 of 100 requests may take. */
  readonly latency_p95_ms?: number;
};

/** Requests since the canary began. Fractions come from extrapolation, and are rounded by the judge. */
export interface Counts {
  /** Undefined where the monitor has no series at all. */
  readonly total: number | undefined;
  readonly errors?: number;
  /** Requests that were slower than the target for certain. */
  readonly slowLow?: number;
  /** Requests that may have been: more than `slowLow` where no bucket ends exactly at the target. */
  readonly slowHigh?: number;
}

/** Why a monitor could not answer. */
export type MonitorErrorCode =
  | "timeout"
  | "network"
  | "http_5xx"
  | "http_4xx"
  | "auth"
  | "bad_query"
  | "bad_response"
  | "ambiguous_result"
  | "partial_data"
  | "clock_skew"
  | "target_above_largest_bucket"
  | "window_too_short"
  | "not_measured";

/** A monitor that could not answer. */
export interface MonitorError {
  readonly kind: "error";
  readonly code: MonitorErrorCode;
  /** Whether waiting can help. */
  readonly retryable: boolean;
  /** What was asked, what was found, and what to do. */
  readonly message: string;
  readonly raw?: JsonObject;
}

interface Measured {
  /** The moment that the figures are of, in milliseconds since 1970. */
  readonly evalTime: number;
  /** What was asked and answered: evidence, never judged. */
  readonly raw?: JsonObject;
}

/** Cumulative counts, which the full judge wants. The percentile, in milliseconds, is for display alone. */
export type CountsObservation =
  & Measured
  & { readonly kind: "counts"; readonly counts: Counts; readonly latencyP95Ms?: number };

/** Two numbers of this moment, of unknown weight: a share from 0 to 1, and milliseconds. */
export type PointsObservation =
  & Measured
  & { readonly kind: "points"; readonly errorRate?: number; readonly latencyP95Ms?: number };

/** What was seen at one tick. */
export type Observation = CountsObservation | PointsObservation | MonitorError;

/** What is to be measured. */
export interface Measurand {
  readonly modelId: string;
  /** The gate that the model is on its way into. */
  readonly gate: string;
  readonly windowSeconds: number;
  readonly targets: Targets;
}

/** One look. */
export interface Look {
  /** When the canary began, in milliseconds since 1970. Nothing before it counts. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long the answer may take, in milliseconds. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

/** What a monitor says before a canary starts: sample values of the window before, or why it could not be measured. */
export type Preflight =
  | { readonly kind: "ready"; readonly sample: CountsObservation | PointsObservation }
  | MonitorError;

/** See the module. Neither method throws for what the other side does. */
export interface SloMonitor {
  readonly name: "simulated" | "prometheus";
  /** `points`: it knows no request counts, and decisions by it are weaker. */
  readonly measures: "counts" | "points";
  /** Asks everything once. No traffic is no problem; a question that cannot be answered is. */
  check(measurand: Measurand, look: Omit<Look, "startedAt">): Promise<Preflight>;
  observe(measurand: Measurand, look: Look): Promise<Observation>;
}
