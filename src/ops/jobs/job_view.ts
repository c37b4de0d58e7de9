/** A job as it is told: in the answers of tools, in events, and in lists. */
import type { JsonObject } from "../../core/json.ts";
import type { Job } from "../../store/job.ts";

/** A job on the wire; times are ISO 8601. */
export type JobView = JsonObject & {
  readonly jobId: string;
  readonly status: Job["status"];
  readonly taskId: string;
  readonly configId: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly error?: { readonly code: string; readonly message: string; readonly details?: JsonObject };
};

/** See the module. */
export function jobView(job: Job): JobView {
  return {
    jobId: job.jobId,
    status: job.status,
    taskId: job.taskId,
    configId: job.configId,
    startedAt: new Date(job.startedAt).toISOString(),
    updatedAt: new Date(job.updatedAt).toISOString(),
    backend: job.backend,
    attempt: job.attempt,
    ...(job.outcome !== undefined && { outcome: job.outcome }),
    ...(job.cancelRequestedAt !== undefined && { cancelRequested: true }),
    // How far a job was before its result came says nothing any more.
    ...(job.progress !== undefined && job.status !== "COMPLETED" && { progress: job.progress }),
    ...(job.result !== undefined && { result: job.result }),
    ...(job.run !== undefined && { run: job.run }),
    ...(job.error !== undefined && { error: { ...job.error } }),
  };
}
