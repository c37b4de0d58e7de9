/** Canaries as they are kept: a record with a version that every change must name, and a row for each tick. */
import type { Tell } from "./change.ts";
import type { JsonObject } from "../core/json.ts";
import type { Created, IdempotencyKey } from "./idempotency.ts";
import type { Counts, Page, PageRequest, TimeSpan } from "./page.ts";

/** On the wire too. The last two are final. */
export const CANARY_STATUSES = ["PENDING", "RUNNING", "PROMOTED", "ROLLED_BACK"] as const;
export type CanaryStatus = (typeof CANARY_STATUSES)[number];

/** What a canary does, finer than its status. */
export const CANARY_PHASES = [
  "pending",
  "observing",
  "held",
  "promoting",
  "promoted",
  "rolling_back",
  "rolled_back",
  "action_failed",
] as const;
export type CanaryPhase = (typeof CANARY_PHASES)[number];

/** What a canary is about to do to a gate, written down before it is done. */
export interface CanaryIntent {
  readonly actionId: string;
  readonly action: "promote" | "rollback";
  /** Who held the gate when it was decided, null for nobody: what a rollback restores. */
  readonly fromModel: string | null;
}

/** A canary. Times are milliseconds since 1970. */
export interface Canary {
  readonly canaryId: string;
  readonly modelId: string;
  readonly fromGate: string;
  readonly toGate: string;
  readonly status: CanaryStatus;
  readonly phase: CanaryPhase;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it ended. */
  readonly endedAt?: number;
  /** Why it is where it is, as `observed_within_slo` or `aborted_by_user`. */
  readonly reason?: string;
  /** The fingerprint of the key of whoever asked for it; undefined where nobody had to say. */
  readonly caller: string | undefined;
  /** Which SLO monitor measures it, as `simulated`. */
  readonly monitor: string;
  /** As the caller gave it, and the settings it is judged by. */
  readonly policy: JsonObject;
  /** The judge's, to go on from after a restart. */
  readonly state: JsonObject;
  /** Whether a caller wants it to end. */
  readonly abort: boolean;
  readonly intent?: CanaryIntent;
  /** Grows by one with each change. */
  readonly version: number;
}

/** A canary that is asked for; its version is 1. */
export type NewCanary = Omit<
  Canary,
  "createdAt" | "updatedAt" | "endedAt" | "version" | "abort" | "intent" | "reason"
>;

/** One look at a canary. */
export interface CanaryTick {
  /** From 1 on. */
  readonly tick: number;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
  /** The moment that was measured, in milliseconds since 1970. */
  readonly evalTime: number;
  /** What the judge made of the observation. */
  readonly kind: "ok" | "no_data" | "bad_data" | "provider_error" | "none";
  readonly latencyP95Ms?: number;
  readonly errorRate?: number;
  /** Which monitor it is from. */
  readonly source: string;
  /** What the monitor answered: counts, resolved queries, raw values. */
  readonly observation: JsonObject;
  /** What the judge decided: statistic, thresholds, decision, reason. */
  readonly verdict: JsonObject;
}

/** What changes; what is not named stays as it is. A final status stamps `endedAt`. */
export interface CanaryChange {
  readonly status?: CanaryStatus;
  readonly phase?: CanaryPhase;
  readonly reason?: string;
  readonly state?: JsonObject;
  readonly abort?: boolean;
  /** Null takes it away. */
  readonly intent?: CanaryIntent | null;
  /** A look that is written with the change; one of the same number and `evalTime` is written once. */
  readonly tick?: Omit<CanaryTick, "at">;
}

/** What came of asking for a canary. */
export type CanaryCreated =
  | Created<Canary>
  /** One of the same model into the same gate is not over. */
  | { readonly kind: "already_running"; readonly record: Canary };

/** See the module. */
export interface CanaryStore {
  create(
    canary: NewCanary,
    options: { readonly idempotency?: IdempotencyKey; readonly tell: Tell<Canary> },
  ): Promise<CanaryCreated>;
  /** What an earlier call with this key has made; undefined when there was none. */
  earlier(key: IdempotencyKey): Promise<Exclude<Created<Canary>, { kind: "created" }> | undefined>;
  get(canaryId: string): Promise<Canary | undefined>;
  list(
    filter: { readonly status?: CanaryStatus; readonly modelId?: string; readonly toGate?: string },
    page: PageRequest,
  ): Promise<Page<Canary>>;
  counts(): Promise<Counts<CanaryStatus>>;
  /** Every canary that is not over, oldest first: what goes on after a restart. */
  active(): Promise<readonly Canary[]>;
  /**
   * Compare and swap: changes the canary when its version is still `version`, and returns it as it is then; undefined
   * when somebody else was faster.
   */
  change(
    canary: { readonly canaryId: string; readonly version: number },
    change: CanaryChange,
    tell: Tell<Canary>,
  ): Promise<Canary | undefined>;
  /** The next ticks after a number, in order. */
  ticks(
    canaryId: string,
    range: { readonly afterTick?: number; readonly limit: number },
  ): Promise<readonly CanaryTick[]>;
  /** The ticks of every canary that were written in a time span, in the order of their rows: the next after a row. */
  ticksBetween(range: TimeSpan & { readonly afterRow?: number; readonly limit: number }): Promise<
    readonly (CanaryTick & { readonly canaryId: string; readonly row: number })[]
  >;
  /** The newest tick. */
  lastTick(canaryId: string): Promise<CanaryTick | undefined>;
}
