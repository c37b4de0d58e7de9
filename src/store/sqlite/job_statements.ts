/** The statements of the jobs. A write under a lease names its token, and is done only while the lease is good. */
import type { Database, Statement } from "./database.ts";
import type { AttemptRow, JobRow } from "./job_row.ts";

const FENCED = "WHERE job_id = :jobId AND lease_token = :token AND status = 'RUNNING' AND lease_until > :now";

/** Over for so long that it is forgotten. A job of an older server begins to age when it is first seen. */
const OLD = "status NOT IN ('QUEUED', 'RUNNING') AND updated_at < :before AND run_after < :beforeMs";

/** See the module. */
export interface JobStatements {
  readonly insert: Statement;
  readonly get: Statement<JobRow>;
  readonly list: Statement<JobRow>;
  readonly counts: Statement<{ status: string; count: number }>;
  readonly attempts: Statement<AttemptRow>;
  readonly claim: Statement<JobRow>;
  readonly reclaim: Statement<JobRow>;
  readonly nextDueAt: Statement<{ due: number | null }>;
  readonly renew: Statement<JobRow>;
  readonly letGo: Statement;
  readonly setExternalId: Statement<JobRow>;
  readonly setProgress: Statement<JobRow>;
  readonly finish: Statement<JobRow>;
  readonly requeue: Statement<JobRow>;
  readonly requestCancel: Statement;
  readonly beginAttempt: Statement;
  readonly setAttemptExternalId: Statement;
  readonly endAttempt: Statement;
  readonly sweep: Statement;
  readonly sweepEvents: Statement;
}

/** Prepares them, once for the life of the database. */
export function prepareJobStatements(db: Database): JobStatements {
  return { ...prepareReads(db), ...prepareLeases(db), ...prepareWrites(db) };
}

function prepareReads(
  db: Database,
): Pick<JobStatements, "get" | "list" | "counts" | "attempts" | "nextDueAt"> {
  return {
    get: db.prepare("SELECT * FROM jobs WHERE job_id = :jobId"),
    list: db.prepare(
      "SELECT * FROM jobs WHERE (:status IS NULL OR status = :status) AND (:taskId IS NULL OR task_id = :taskId) " +
        "AND (:configId IS NULL OR config_id = :configId) " +
        "AND (:age IS NULL OR (started_at, job_id) < (:age, :id)) ORDER BY started_at DESC, job_id DESC LIMIT :limit",
    ),
    counts: db.prepare("SELECT status, count(*) AS count FROM jobs GROUP BY status"),
    attempts: db.prepare("SELECT * FROM job_attempts WHERE job_id = :jobId ORDER BY attempt"),
    nextDueAt: db.prepare(
      "SELECT min(due) AS due FROM (SELECT min(run_after) AS due FROM jobs WHERE status = 'QUEUED' " +
        "UNION ALL SELECT min(lease_until) FROM jobs WHERE status = 'RUNNING')",
    ),
  };
}

function prepareLeases(
  db: Database,
): Pick<JobStatements, "claim" | "reclaim" | "renew" | "letGo" | "requeue"> {
  return {
    claim: db.prepare(
      "UPDATE jobs SET status = 'RUNNING', attempt = attempt + 1, external_id = NULL, progress_json = NULL, " +
        "backend = :backend, lease_token = :token, lease_until = :until, updated_at = :at " +
        "WHERE rowid = (SELECT rowid FROM jobs WHERE status = 'QUEUED' AND run_after <= :now " +
        "ORDER BY started_at, rowid LIMIT 1) RETURNING *",
    ),
    reclaim: db.prepare(
      "UPDATE jobs SET lease_token = :token, lease_until = :until " +
        "WHERE rowid = (SELECT rowid FROM jobs WHERE status = 'RUNNING' AND lease_until <= :now " +
        "ORDER BY lease_until, rowid LIMIT 1) RETURNING *",
    ),
    renew: db.prepare(`UPDATE jobs SET lease_until = :until ${FENCED} RETURNING *`),
    letGo: db.prepare(`UPDATE jobs SET lease_token = NULL, lease_until = 0 ${FENCED}`),
    requeue: db.prepare(
      "UPDATE jobs SET status = 'QUEUED', attempt = attempt - :released, run_after = :runAfter, " +
        `lease_token = NULL, lease_until = 0, updated_at = :at ${FENCED} RETURNING *`,
    ),
  };
}

function prepareWrites(db: Database): Omit<
  JobStatements,
  keyof ReturnType<typeof prepareReads> | keyof ReturnType<typeof prepareLeases>
> {
  return {
    insert: db.prepare(
      "INSERT INTO jobs (job_id, task_id, config_id, status, started_at, updated_at, caller, backend, run_after) " +
        "VALUES (:jobId, :taskId, :configId, :status, :at, :at, :caller, :backend, :runAfter)",
    ),
    setExternalId: db.prepare(`UPDATE jobs SET external_id = :externalId ${FENCED} RETURNING *`),
    setProgress: db.prepare(
      `UPDATE jobs SET progress_json = :progress, updated_at = :at ${FENCED} RETURNING *`,
    ),
    finish: db.prepare(
      "UPDATE jobs SET status = :status, outcome = :outcome, result_json = :result, error_json = :error, " +
        `run_json = :run, lease_token = NULL, lease_until = 0, updated_at = :at ${FENCED} RETURNING *`,
    ),
    requestCancel: db.prepare(
      "UPDATE jobs SET cancel_requested_at = :now, updated_at = :at, " +
        "outcome = CASE status WHEN 'QUEUED' THEN 'canceled' END, " +
        "status = CASE status WHEN 'QUEUED' THEN 'CANCELED' ELSE status END " +
        "WHERE job_id = :jobId AND status IN ('QUEUED', 'RUNNING')",
    ),
    beginAttempt: db.prepare(
      "INSERT OR REPLACE INTO job_attempts (job_id, attempt, started_at) VALUES (:jobId, :attempt, :now)",
    ),
    setAttemptExternalId: db.prepare(
      "UPDATE job_attempts SET external_id = :externalId WHERE job_id = :jobId AND attempt = :attempt",
    ),
    endAttempt: db.prepare(
      "UPDATE job_attempts SET ended_at = :now, outcome = :outcome, error_json = :error " +
        "WHERE job_id = :jobId AND attempt = :attempt",
    ),
    sweep: db.prepare(`DELETE FROM jobs WHERE ${OLD}`),
    sweepEvents: db.prepare(
      `DELETE FROM events WHERE subject IN (SELECT 'job/' || job_id FROM jobs WHERE ${OLD})`,
    ),
  };
}
