/** What the server before this one left behind: its JSON file and its database, made by hand from their shapes. */
import { DatabaseSync } from "node:sqlite";

/** Its JSON file. `odd` stands for whatever somebody has added. */
export const OLD_JSON = {
  jobs: [
    {
      jobId: "old-done",
      taskId: "mmlu",
      configId: "chat/1",
      status: "COMPLETED",
      startedAt: "2025-05-01T10:00:00.000Z",
      updatedAt: "2025-05-01T10:00:02.000Z",
      result: { accuracy: 0.91 },
      odd: [1, { two: 3 }],
    },
    {
      jobId: "old-running",
      taskId: "mmlu",
      configId: "chat/2",
      status: "RUNNING",
      startedAt: "2025-05-01T11:00:00.000Z",
      updatedAt: "2025-05-01T11:00:00.000Z",
    },
    {
      jobId: "old-queued",
      taskId: "mmlu",
      configId: "chat/3",
      status: "QUEUED",
      startedAt: "2025-05-01T12:00:00.000Z",
      updatedAt: "2025-05-01T12:00:00.000Z",
    },
  ],
  models: [
    {
      modelId: "chat/1",
      gates: ["production", "staging"],
      promoted: true,
      promotedAt: "2025-05-02T00:00:00.000Z",
    },
    { modelId: "plain", gates: [], promoted: false, promotedAt: null, odd: "kept" },
  ],
  odd: { kept: true },
};

/** Its schema, column by column. `ts` is what some of its versions called `created_at` of a metric. */
function schema(metricTime: "created_at" | "ts"): string {
  const metricColumns = metricTime === "created_at" ? ", gate TEXT, source TEXT, raw_data TEXT" : "";
  // SQLite counts the ids that it has given away in some tables alone.
  const auditIds = metricTime === "created_at" ? " AUTOINCREMENT" : "";
  return `
    CREATE TABLE jobs (job_id TEXT PRIMARY KEY, task_id TEXT NOT NULL, config_id TEXT NOT NULL, status TEXT NOT NULL,
      started_at TEXT NOT NULL, updated_at TEXT NOT NULL, result_json TEXT);
    CREATE TABLE models (model_id TEXT PRIMARY KEY, promoted INTEGER NOT NULL DEFAULT 0, promoted_at TEXT);
    CREATE TABLE model_gates (model_id TEXT NOT NULL, gate TEXT NOT NULL, PRIMARY KEY (model_id, gate),
      FOREIGN KEY (model_id) REFERENCES models(model_id) ON DELETE CASCADE);
    CREATE TABLE audits (id INTEGER PRIMARY KEY${auditIds}, ts TEXT NOT NULL, actor TEXT, action TEXT NOT NULL,
      payload_json TEXT);
    CREATE TABLE canaries (canary_id TEXT PRIMARY KEY, model_id TEXT NOT NULL, from_gate TEXT NOT NULL,
      to_gate TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
      policy_json TEXT NOT NULL);
    CREATE TABLE canary_metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, canary_id TEXT NOT NULL,
      ${metricTime} TEXT NOT NULL, latency_p95_ms REAL NOT NULL, error_rate REAL NOT NULL${metricColumns},
      FOREIGN KEY(canary_id) REFERENCES canaries(canary_id) ON DELETE CASCADE);
    CREATE TABLE audits_narrative (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TEXT, event_type TEXT,
      entity_id TEXT, entity_type TEXT, message TEXT, operator TEXT, context TEXT);`;
}

/** Makes its database at a path. */
export function writeOldDatabase(path: string, { metricTime }: { metricTime: "created_at" | "ts" }): void {
  const db = new DatabaseSync(path);
  db.exec(schema(metricTime));
  db.exec(`
    INSERT INTO jobs VALUES
      ('old-done', 'mmlu', 'chat/1', 'COMPLETED', '2025-05-01T10:00:00.000Z', '2025-05-01T10:00:02.000Z', '{"accuracy":0.91}'),
      ('old-running', 'mmlu', 'chat/2', 'RUNNING', '2025-05-01T11:00:00.000Z', '2025-05-01T11:00:00.000Z', NULL),
      ('old-queued', 'mmlu', 'chat/3', 'QUEUED', '2025-05-01T12:00:00.000Z', '2025-05-01T12:00:00.000Z', NULL);
    INSERT INTO models VALUES ('chat/1', 1, '2025-05-02T00:00:00.000Z'), ('plain', 0, NULL);
    INSERT INTO model_gates VALUES ('chat/1', 'production'), ('chat/1', 'staging');
    INSERT INTO audits (ts, actor, action, payload_json) VALUES
      ('2025-05-01T10:00:00.000Z', 'local', 'run_eval', '{"jobId":"old-done"}'),
      ('2025-05-02 00:00:00', NULL, 'promote', 'not json'),
      ('whenever', 'x', 'odd', NULL);
    INSERT INTO canaries VALUES
      ('old-failed', 'chat/1', 'staging', 'production', 'FAILED', '2025-05-03T00:00:00.000Z', '2025-05-03T00:05:00.000Z',
        '{"windowSeconds":300,"targets":{"max_error_rate":0.01}}'),
      ('old-promoted', 'chat/1', 'staging', 'production', 'PROMOTED', '2025-05-02T00:00:00.000Z', '2025-05-02T00:05:00.000Z',
        '{"windowSeconds":300,"targets":{"latency_p95_ms":200}}'),
      ('old-observing', 'chat/2', 'staging', 'production', 'RUNNING', '2025-05-04T00:00:00.000Z', '2025-05-04T00:00:00.000Z',
        '{"windowSeconds":300,"targets":{"latency_p95_ms":200}}');
    INSERT INTO canary_metrics (canary_id, ${metricTime}, latency_p95_ms, error_rate) VALUES
      ('old-promoted', '2025-05-02T00:01:00.000Z', 120.5, 0.001),
      ('old-promoted', '2025-05-02T00:02:00.000Z', 130, 0);
    INSERT INTO audits_narrative (created_at, event_type, entity_id, message) VALUES
      ('2025-05-02T00:05:00.000Z', 'canary', 'old-promoted', 'it was good');`);
  db.close();
}

/** Its rows, as they stand in its own columns. */
export function readOldRows(path: string): Record<string, unknown[]> {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = (sql: string) => db.prepare(sql).all().map((row) => ({ ...row }));
  const read = {
    jobs: rows(
      "SELECT job_id, task_id, config_id, status, started_at, updated_at, result_json FROM jobs WHERE job_id LIKE 'old-%' ORDER BY 1",
    ),
    models: rows("SELECT model_id, promoted, promoted_at FROM models ORDER BY 1"),
    gates: rows("SELECT model_id, gate FROM model_gates ORDER BY 1, 2"),
    audits: rows("SELECT id, ts, actor, action, payload_json FROM audits WHERE id <= 3 ORDER BY 1"),
    canaries: rows(
      "SELECT canary_id, model_id, from_gate, to_gate, status, created_at, updated_at, policy_json FROM canaries ORDER BY 1",
    ),
    metrics: rows("SELECT * FROM canary_metrics ORDER BY 1"),
    narrative: rows("SELECT * FROM audits_narrative ORDER BY 1"),
  };
  db.close();
  return read;
}
