/** The tables, as a list of steps that is only ever added to. `user_version` says how many of them a database has had. */
import { modelName } from "../model.ts";
import type { Now } from "../../core/clock.ts";
import type { Database } from "./database.ts";

type Migration = (db: Database, now: Now) => void;

/** Each is applied once, in this order, in a transaction of its own. */
const MIGRATIONS: readonly Migration[] = [createFirstTables, addColumnsAndTables, readFirstRows];

/**
 * Brings a database up to date.
 *
 * @throws {RangeError} When a newer version of the server has made it.
 */
export function migrate(db: Database, now: Now): void {
  const version = db.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
  if (version > MIGRATIONS.length) {
    throw new RangeError(
      `it has version ${version}, and this server knows versions up to ${MIGRATIONS.length}: a newer one made it`,
    );
  }
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      step(db, now);
      db.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

/** What the server before this one had. Its databases are taken as they are: there, nothing is created. */
function createFirstTables(db: Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS jobs (
      job_id TEXT PRIMARY KEY, task_id TEXT NOT NULL, config_id TEXT NOT NULL, status TEXT NOT NULL,
      started_at TEXT NOT NULL, updated_at TEXT NOT NULL, result_json TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS models (
      model_id TEXT PRIMARY KEY, promoted INTEGER NOT NULL DEFAULT 0, promoted_at TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS model_gates (
      model_id TEXT NOT NULL, gate TEXT NOT NULL, PRIMARY KEY (model_id, gate),
      FOREIGN KEY (model_id) REFERENCES models (model_id) ON DELETE CASCADE) STRICT;
    CREATE TABLE IF NOT EXISTS audits (
      id INTEGER PRIMARY KEY AUTOINCREMENT, ts TEXT NOT NULL, actor TEXT, action TEXT NOT NULL,
      payload_json TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS canaries (
      canary_id TEXT PRIMARY KEY, model_id TEXT NOT NULL, from_gate TEXT NOT NULL, to_gate TEXT NOT NULL,
      status TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, policy_json TEXT NOT NULL) STRICT;
  `);
}

function addColumnsAndTables(db: Database): void {
  db.exec(`
    ALTER TABLE jobs ADD COLUMN outcome TEXT;
    ALTER TABLE jobs ADD COLUMN progress_json TEXT;
    ALTER TABLE jobs ADD COLUMN error_json TEXT;
    ALTER TABLE jobs ADD COLUMN run_json TEXT;
    ALTER TABLE jobs ADD COLUMN caller TEXT;
    ALTER TABLE jobs ADD COLUMN backend TEXT NOT NULL DEFAULT 'unknown';
    ALTER TABLE jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE jobs ADD COLUMN cancel_requested_at INTEGER;
    ALTER TABLE jobs ADD COLUMN run_after INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE jobs ADD COLUMN external_id TEXT;
    ALTER TABLE jobs ADD COLUMN lease_token TEXT;
    ALTER TABLE jobs ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX jobs_by_age ON jobs (started_at, job_id);
    CREATE INDEX jobs_by_status ON jobs (status, run_after);

    CREATE TABLE job_attempts (
      job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE, attempt INTEGER NOT NULL,
      started_at INTEGER NOT NULL, ended_at INTEGER, external_id TEXT, outcome TEXT, error_json TEXT,
      PRIMARY KEY (job_id, attempt)) STRICT, WITHOUT ROWID;

    CREATE TABLE idempotency_keys (
      caller TEXT NOT NULL, tool TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
      record_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
      PRIMARY KEY (caller, tool, key)) STRICT, WITHOUT ROWID;

    ALTER TABLE audits ADD COLUMN subject TEXT;
    ALTER TABLE audits ADD COLUMN hash TEXT;
    CREATE INDEX audits_by_subject ON audits (subject, id);
    CREATE TABLE audit_anchor (first_id INTEGER NOT NULL, previous_hash TEXT NOT NULL) STRICT;

    CREATE TABLE events (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL,
      data_json TEXT NOT NULL) STRICT;
    CREATE INDEX events_by_subject ON events (subject, id);

    CREATE TABLE gate_stays (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, gate TEXT NOT NULL, model_id TEXT NOT NULL,
      from_at INTEGER NOT NULL, until_at INTEGER, by TEXT NOT NULL, action_id TEXT) STRICT;
    CREATE INDEX gate_stays_open ON gate_stays (name, gate) WHERE until_at IS NULL;
    CREATE INDEX gate_stays_by_model ON gate_stays (model_id, id);

    ALTER TABLE canaries ADD COLUMN phase TEXT NOT NULL DEFAULT 'observing';
    ALTER TABLE canaries ADD COLUMN ended_at INTEGER;
    ALTER TABLE canaries ADD COLUMN reason TEXT;
    ALTER TABLE canaries ADD COLUMN caller TEXT;
    ALTER TABLE canaries ADD COLUMN monitor TEXT NOT NULL DEFAULT 'unknown';
    ALTER TABLE canaries ADD COLUMN state_json TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE canaries ADD COLUMN abort INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE canaries ADD COLUMN intent_json TEXT;
    ALTER TABLE canaries ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
    CREATE INDEX canaries_by_age ON canaries (created_at, canary_id);
    CREATE INDEX canaries_active ON canaries (model_id, to_gate) WHERE status IN ('PENDING', 'RUNNING');

    CREATE TABLE canary_ticks (
      id INTEGER PRIMARY KEY, canary_id TEXT NOT NULL REFERENCES canaries (canary_id) ON DELETE CASCADE,
      tick INTEGER NOT NULL,
      eval_time INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, latency_p95_ms REAL, error_rate REAL,
      source TEXT NOT NULL, observation_json TEXT NOT NULL, verdict_json TEXT NOT NULL,
      UNIQUE (canary_id, tick, eval_time)) STRICT;
  `);
}

/** Gives what an older server has left behind a place in the new tables; its own rows stay as they are. */
function readFirstRows(db: Database, now: Now): void {
  // How long a job is kept begins when this server first sees it: else the first start would forget them all.
  db.prepare("UPDATE jobs SET run_after = :now").run({ now: now() });
  const gates = db.prepare<{ model_id: string; gate: string; promoted_at: string | null }>(
    "SELECT g.model_id, g.gate, m.promoted_at FROM model_gates g LEFT JOIN models m USING (model_id) " +
      "ORDER BY m.promoted_at, g.rowid",
  ).all();
  const stay = db.prepare(
    "INSERT INTO gate_stays (name, gate, model_id, from_at, by) " +
      `VALUES (:name, :gate, :modelId, ${msOf(":at")}, 'unknown')`,
  );
  for (const { model_id: modelId, gate, promoted_at: at } of gates) {
    stay.run({ name: modelName(modelId), gate, modelId, at });
  }
  db.exec(`
    UPDATE canaries SET phase = CASE status WHEN 'PROMOTED' THEN 'promoted' ELSE 'rolled_back' END,
      reason = CASE status WHEN 'FAILED' THEN 'failed' END,
      ended_at = ${msOf("updated_at")}
      WHERE status NOT IN ('PENDING', 'RUNNING');
  `);
  copyFirstMetrics(db);
}

/** The metrics of older canaries. Two versions of that table are about: one calls the time `ts`. */
function copyFirstMetrics(db: Database): void {
  const columns = db.prepare<{ name: string }>("SELECT name FROM pragma_table_info('canary_metrics')").all()
    .map(({ name }) => name);
  const time = ["created_at", "ts"].find((name) => columns.includes(name));
  if (time === undefined) return;
  const column = (name: string, otherwise: string) => columns.includes(name) ? name : otherwise;
  db.exec(`
    INSERT INTO canary_ticks (canary_id, tick, eval_time, at, kind, latency_p95_ms, error_rate, source,
        observation_json, verdict_json)
      SELECT canary_id, tick, at, at, 'ok', latency_p95_ms, error_rate, source, observation, '{}' FROM (
        SELECT canary_id, row_number() OVER (PARTITION BY canary_id ORDER BY id) AS tick,
          ${msOf(time)} AS at,
          latency_p95_ms, error_rate, coalesce(${column("source", "NULL")}, 'unknown') AS source,
          json_object('raw', ${column("raw_data", "NULL")}) AS observation
        FROM canary_metrics WHERE canary_id IN (SELECT canary_id FROM canaries));
  `);
}

/** A time that stands as text, in milliseconds; 0 where it is none. */
function msOf(expression: string): string {
  return `CAST(coalesce(round(unixepoch(${expression}, 'subsec') * 1000), 0) AS INTEGER)`;
}
