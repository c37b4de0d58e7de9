/** Jobs as tasks of the protocol: the same id, and the job's view for a result. */
import { TASK_POLL_INTERVAL_MS } from "../../core/limits.ts";
import type { Task, TaskState } from "../../mcp/tasks.ts";
import { successResult } from "../../mcp/tools.ts";
import type { Job, JobStore } from "../../store/job.ts";
import type { TaskSource } from "../ops_tasks.ts";
import { jobView } from "./job_view.ts";
import type { Jobs } from "./jobs.ts";

/** @param options.jobTtlMs How long a job is kept after its end, in milliseconds: at least so long is its task. */
export function jobTasks(
  store: JobStore,
  { jobs, jobTtlMs }: { jobs: Pick<Jobs, "cancel">; jobTtlMs: number },
): TaskSource {
  return {
    prefix: "job/",
    async get(taskId) {
      const job = await store.get(taskId);
      return job && jobTask(job, jobTtlMs);
    },
    async cancel(taskId) {
      const job = await store.get(taskId);
      // The protocol has made sure that the task is the caller's own.
      await jobs.cancel(taskId, job?.caller);
    },
  };
}

function jobTask(job: Job, jobTtlMs: number): Task {
  return {
    taskId: job.jobId,
    caller: job.caller,
    scope: "ops",
    createdAt: job.startedAt,
    lastUpdatedAt: job.updatedAt,
    ttlMs: jobTtlMs,
    pollIntervalMs: TASK_POLL_INTERVAL_MS,
    statusMessage: `${job.status}: ${job.taskId} with ${job.configId}`,
    state: stateOf(job),
  };
}

function stateOf(job: Job): TaskState {
  switch (job.status) {
    case "QUEUED":
    case "RUNNING":
      return { status: "working" };
    // A job that failed is a good answer to the question how it went: "failed" is for calls that could not be made.
    case "COMPLETED":
    case "FAILED":
    case "DRY_RUN":
      return {
        status: "completed",
        result: { resultType: "complete", ...JSON.parse(successResult(jobView(job))) },
      };
    case "CANCELED":
      return { status: "cancelled" };
    default:
      return job.status satisfies never;
  }
}
