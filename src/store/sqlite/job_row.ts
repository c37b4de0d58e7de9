/** Rows of the tables `jobs` and `job_attempts`. */
import {
  type Job,
  JOB_STATUSES,
  type JobAttempt,
  type JobError,
  type JobOutcome,
  type JobStatus,
} from "../job.ts";
import type { JsonObject } from "../../core/json.ts";
import { fromIso, fromJson, optional } from "./values.ts";

/** As it stands in the table. */
export interface JobRow {
  readonly job_id: string;
  readonly task_id: string;
  readonly config_id: string;
  readonly status: string;
  readonly started_at: string;
  readonly updated_at: string;
  readonly result_json: string | null;
  readonly outcome: string | null;
  readonly progress_json: string | null;
  readonly error_json: string | null;
  readonly run_json: string | null;
  readonly caller: string | null;
  readonly backend: string;
  readonly attempt: number;
  readonly cancel_requested_at: number | null;
  readonly run_after: number;
  readonly external_id: string | null;
  readonly lease_token: string | null;
  readonly lease_until: number;
}

/** As it stands in the table. */
export interface AttemptRow {
  readonly attempt: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly external_id: string | null;
  readonly outcome: string | null;
  readonly error_json: string | null;
}

/** The value of a row. */
export function toJob(row: JobRow): Job {
  return {
    jobId: row.job_id,
    taskId: row.task_id,
    configId: row.config_id,
    status: toStatus(row.status),
    startedAt: fromIso(row.started_at),
    updatedAt: fromIso(row.updated_at),
    caller: row.caller ?? undefined,
    backend: row.backend,
    attempt: row.attempt,
    runAfter: row.run_after,
    ...optional("outcome", row.outcome as JobOutcome | null),
    ...optional("progress", fromJson(row.progress_json)),
    ...optional("result", fromJson(row.result_json)),
    ...optional("error", fromJson(row.error_json) as unknown as JobError | undefined),
    ...optional("run", fromJson(row.run_json) as JsonObject | undefined),
    ...optional("cancelRequestedAt", row.cancel_requested_at),
    ...optional("externalId", row.external_id),
  };
}

/** The value of a row. */
export function toAttempt(row: AttemptRow): JobAttempt {
  return {
    attempt: row.attempt,
    startedAt: row.started_at,
    ...optional("endedAt", row.ended_at),
    ...optional("externalId", row.external_id),
    ...optional("outcome", row.outcome as JobAttempt["outcome"]),
    ...optional("error", fromJson(row.error_json) as unknown as JobError | undefined),
  };
}

/** An older server may have left a status of its own; such a job is over, and nobody knows how. */
function toStatus(text: string): JobStatus {
  return JOB_STATUSES.find((status) => status === text) ?? "FAILED";
}
