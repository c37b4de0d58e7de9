/** Canaries as tasks of the protocol: the same id, and the canary's view for a result. */
import type { Task, TaskState } from "../../mcp/tasks.ts";
import { successResult } from "../../mcp/tools.ts";
import type { Canary, CanaryStore } from "../../store/canary.ts";
import type { TaskSource } from "../ops_tasks.ts";
import type { Canaries } from "./canaries.ts";
import { canaryView } from "./canary_view.ts";

/** How often a client is to ask for a canary: they take minutes. */
const POLL_INTERVAL_MS = 5_000;

/** See the module. */
export function canaryTasks(store: CanaryStore, canaries: Pick<Canaries, "abort">): TaskSource {
  return {
    prefix: "canary/",
    async get(taskId) {
      const canary = await store.get(taskId);
      return canary && canaryTask(canary);
    },
    async cancel(taskId) {
      const canary = await store.get(taskId);
      if (canary === undefined || canary.status === "PROMOTED") return;
      // The protocol has made sure that the task is the caller's own.
      await canaries.abort(taskId, canary.caller);
    },
  };
}

function canaryTask(canary: Canary): Task {
  return {
    taskId: canary.canaryId,
    caller: canary.caller,
    scope: "ops",
    createdAt: canary.createdAt,
    lastUpdatedAt: canary.updatedAt,
    ttlMs: null,
    pollIntervalMs: POLL_INTERVAL_MS,
    statusMessage: `${canary.status}: ${canary.modelId} into ${canary.toGate}`,
    state: stateOf(canary),
  };
}

function stateOf(canary: Canary): TaskState {
  if (canary.status === "PENDING" || canary.status === "RUNNING") return { status: "working" };
  if (canary.reason === "aborted_by_user") return { status: "cancelled" };
  // A canary that was rolled back is a good answer to the question whether the model may pass.
  return {
    status: "completed",
    result: { resultType: "complete", ...JSON.parse(successResult(canaryView(canary))) },
  };
}
