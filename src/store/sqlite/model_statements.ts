/** The statements of the models and their gates. */
import type { GateStay, Model } from "../model.ts";
import type { Database, Statement } from "./database.ts";
import { fromIso, optional } from "./values.ts";

/** As it is selected: a model with the JSON list of its gates. */
export interface ModelRow {
  readonly model_id: string;
  readonly promoted_at: string | null;
  readonly gates: string;
}

/** As it stands in the table `gate_stays`. */
export interface StayRow {
  readonly id: number;
  readonly name: string;
  readonly gate: string;
  readonly model_id: string;
  readonly from_at: number;
  readonly until_at: number | null;
  readonly by: string;
  readonly action_id: string | null;
}

/** The value of a row. */
export function toModel(row: ModelRow): Model {
  const gates: string[] = JSON.parse(row.gates);
  return {
    modelId: row.model_id,
    gates,
    promoted: gates.length > 0,
    ...(row.promoted_at !== null && { promotedAt: fromIso(row.promoted_at) }),
  };
}

/** The value of a row. */
export function toStay(row: StayRow): GateStay {
  return {
    name: row.name,
    gate: row.gate,
    modelId: row.model_id,
    from: row.from_at,
    by: row.by,
    ...optional("until", row.until_at),
    ...optional("actionId", row.action_id),
  };
}

/** See the module. */
export interface ModelStatements {
  readonly get: Statement<ModelRow>;
  readonly list: Statement<ModelRow>;
  readonly holder: Statement<StayRow>;
  readonly stays: Statement<StayRow>;
  readonly staysBetween: Statement<StayRow>;
  /** Take whoever is in a gate out of it: in this order. */
  readonly leave: { readonly gates: Statement; readonly models: Statement; readonly stays: Statement };
  /** Put a model into a gate. */
  readonly enter: { readonly models: Statement; readonly gates: Statement; readonly stays: Statement };
}

const SELECT_MODEL =
  "SELECT model_id, promoted_at, (SELECT json_group_array(gate ORDER BY gate) FROM model_gates g " +
  "WHERE g.model_id = m.model_id) AS gates FROM models m";

/** Prepares them, once for the life of the database. */
export function prepareModelStatements(db: Database): ModelStatements {
  const stayOpen = "name = :name AND gate = :gate AND until_at IS NULL";
  const leaving = `model_id IN (SELECT model_id FROM gate_stays WHERE ${stayOpen})`;
  return {
    get: db.prepare(`${SELECT_MODEL} WHERE model_id = :modelId`),
    list: db.prepare(
      `${SELECT_MODEL} WHERE (:gate IS NULL OR EXISTS (SELECT 1 FROM model_gates g WHERE g.model_id = m.model_id ` +
        "AND g.gate = :gate)) AND (:age IS NULL OR (coalesce(promoted_at, ''), model_id) < (:age, :id)) " +
        "ORDER BY coalesce(promoted_at, '') DESC, model_id DESC LIMIT :limit",
    ),
    holder: db.prepare(`SELECT * FROM gate_stays WHERE ${stayOpen} ORDER BY id DESC LIMIT 1`),
    stays: db.prepare(
      "SELECT * FROM gate_stays WHERE (:name IS NULL OR name = :name) AND (:gate IS NULL OR gate = :gate) " +
        "AND (:modelId IS NULL OR model_id = :modelId) AND (:below IS NULL OR id < :below) " +
        "ORDER BY id DESC LIMIT :limit",
    ),
    staysBetween: db.prepare(
      "SELECT * FROM gate_stays WHERE id > :afterRow AND (:to IS NULL OR from_at < :to) " +
        "AND (:from IS NULL OR until_at IS NULL OR until_at >= :from) ORDER BY id LIMIT :limit",
    ),
    leave: {
      gates: db.prepare(`DELETE FROM model_gates WHERE gate = :gate AND ${leaving}`),
      models: db.prepare(
        "UPDATE models SET promoted = EXISTS (SELECT 1 FROM model_gates g WHERE g.model_id = models.model_id) " +
          `WHERE ${leaving}`,
      ),
      stays: db.prepare(`UPDATE gate_stays SET until_at = :now WHERE ${stayOpen}`),
    },
    enter: {
      models: db.prepare(
        "INSERT INTO models (model_id, promoted, promoted_at) VALUES (:modelId, 1, :at) " +
          "ON CONFLICT (model_id) DO UPDATE SET promoted = 1, promoted_at = :at",
      ),
      gates: db.prepare("INSERT OR IGNORE INTO model_gates (model_id, gate) VALUES (:modelId, :gate)"),
      stays: db.prepare(
        "INSERT INTO gate_stays (name, gate, model_id, from_at, by, action_id) " +
          "VALUES (:name, :gate, :modelId, :now, :by, :actionId)",
      ),
    },
  };
}
