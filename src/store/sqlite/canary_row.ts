/** Rows of the tables `canaries` and `canary_ticks`. */
import type { JsonObject } from "../../core/json.ts";
import type { Canary, CanaryIntent, CanaryPhase, CanaryStatus, CanaryTick } from "../canary.ts";
import { CANARY_STATUSES } from "../canary.ts";
import { fromIso, fromJson, optional } from "./values.ts";

/** As it stands in the table. */
export interface CanaryRow {
  readonly canary_id: string;
  readonly model_id: string;
  readonly from_gate: string;
  readonly to_gate: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly policy_json: string;
  readonly phase: string;
  readonly ended_at: number | null;
  readonly reason: string | null;
  readonly caller: string | null;
  readonly monitor: string;
  readonly state_json: string;
  readonly abort: number;
  readonly intent_json: string | null;
  readonly version: number;
}

/** As it stands in the table. */
export interface TickRow {
  /** Of `ticksBetween` alone. */
  readonly row?: number;
  readonly canary_id: string;
  readonly tick: number;
  readonly eval_time: number;
  readonly at: number;
  readonly kind: string;
  readonly latency_p95_ms: number | null;
  readonly error_rate: number | null;
  readonly source: string;
  readonly observation_json: string;
  readonly verdict_json: string;
}

/** The value of a row. */
export function toCanary(row: CanaryRow): Canary {
  return {
    canaryId: row.canary_id,
    modelId: row.model_id,
    fromGate: row.from_gate,
    toGate: row.to_gate,
    status: toStatus(row.status),
    phase: row.phase as CanaryPhase,
    createdAt: fromIso(row.created_at),
    updatedAt: fromIso(row.updated_at),
    caller: row.caller ?? undefined,
    monitor: row.monitor,
    policy: toObject(row.policy_json),
    state: toObject(row.state_json),
    abort: row.abort === 1,
    version: row.version,
    ...optional("endedAt", row.ended_at),
    ...optional("reason", row.reason),
    ...optional("intent", fromJson(row.intent_json) as unknown as CanaryIntent | undefined),
  };
}

/** The value of a row. */
export function toTick(row: TickRow): CanaryTick {
  return {
    tick: row.tick,
    at: row.at,
    evalTime: row.eval_time,
    kind: row.kind as CanaryTick["kind"],
    source: row.source,
    observation: toObject(row.observation_json),
    verdict: toObject(row.verdict_json),
    ...optional("latencyP95Ms", row.latency_p95_ms),
    ...optional("errorRate", row.error_rate),
  };
}

/** An older server knew a status FAILED, which left the gates as they were. */
function toStatus(text: string): CanaryStatus {
  return CANARY_STATUSES.find((status) => status === text) ?? "ROLLED_BACK";
}

function toObject(text: string): JsonObject {
  const value = fromJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as JsonObject : {};
}
