/** The statements of the canaries and their ticks. */
import type { CanaryRow, TickRow } from "./canary_row.ts";
import type { Database, Statement } from "./database.ts";

/** See the module. */
export interface CanaryStatements {
  readonly insert: Statement;
  readonly get: Statement<CanaryRow>;
  readonly list: Statement<CanaryRow>;
  readonly counts: Statement<{ status: string; count: number }>;
  readonly active: Statement<CanaryRow>;
  readonly rival: Statement<CanaryRow>;
  readonly change: Statement<CanaryRow>;
  readonly insertTick: Statement;
  readonly ticks: Statement<TickRow>;
  readonly ticksBetween: Statement<TickRow>;
  readonly lastTick: Statement<TickRow>;
}

const ACTIVE = "status IN ('PENDING', 'RUNNING')";

/** Prepares them, once for the life of the database. */
export function prepareCanaryStatements(db: Database): CanaryStatements {
  return {
    insert: db.prepare(
      "INSERT INTO canaries (canary_id, model_id, from_gate, to_gate, status, phase, created_at, updated_at, caller, " +
        "monitor, policy_json, state_json) VALUES (:canaryId, :modelId, :fromGate, :toGate, :status, :phase, :at, :at, " +
        ":caller, :monitor, :policy, :state)",
    ),
    get: db.prepare("SELECT * FROM canaries WHERE canary_id = :canaryId"),
    list: db.prepare(
      "SELECT * FROM canaries WHERE (:status IS NULL OR status = :status) AND (:modelId IS NULL OR model_id = :modelId) " +
        "AND (:toGate IS NULL OR to_gate = :toGate) AND (:age IS NULL OR (created_at, canary_id) < (:age, :id)) " +
        "ORDER BY created_at DESC, canary_id DESC LIMIT :limit",
    ),
    counts: db.prepare("SELECT status, count(*) AS count FROM canaries GROUP BY status"),
    active: db.prepare(`SELECT * FROM canaries WHERE ${ACTIVE} ORDER BY created_at, rowid`),
    rival: db.prepare(
      `SELECT * FROM canaries WHERE model_id = :modelId AND to_gate = :toGate AND ${ACTIVE} ORDER BY rowid LIMIT 1`,
    ),
    change: db.prepare(
      "UPDATE canaries SET version = version + 1, updated_at = :at, status = coalesce(:status, status), " +
        "phase = coalesce(:phase, phase), reason = coalesce(:reason, reason), " +
        "state_json = coalesce(:state, state_json), abort = coalesce(:abort, abort), " +
        "intent_json = CASE :keepIntent WHEN 1 THEN intent_json ELSE :intent END, " +
        "ended_at = CASE WHEN :status IN ('PROMOTED', 'ROLLED_BACK') THEN :now ELSE ended_at END " +
        "WHERE canary_id = :canaryId AND version = :version RETURNING *",
    ),
    insertTick: db.prepare(
      "INSERT INTO canary_ticks (canary_id, tick, eval_time, at, kind, latency_p95_ms, error_rate, source, " +
        "observation_json, verdict_json) VALUES (:canaryId, :tick, :evalTime, :now, :kind, :latencyP95Ms, :errorRate, " +
        ":source, :observation, :verdict) ON CONFLICT DO NOTHING",
    ),
    ticks: db.prepare(
      "SELECT * FROM canary_ticks WHERE canary_id = :canaryId AND tick > :afterTick ORDER BY tick LIMIT :limit",
    ),
    ticksBetween: db.prepare(
      "SELECT id AS row, * FROM canary_ticks WHERE id > :afterRow AND (:from IS NULL OR at >= :from) " +
        "AND (:to IS NULL OR at < :to) ORDER BY id LIMIT :limit",
    ),
    lastTick: db.prepare("SELECT * FROM canary_ticks WHERE canary_id = :canaryId ORDER BY tick DESC LIMIT 1"),
  };
}
