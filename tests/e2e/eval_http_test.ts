/** Evaluations by a service, from inside of the cage: one host more is within its reach, and the run outlives the server. */
import assert from "node:assert/strict";
import { EvalService } from "../support/eval_service.ts";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { until } from "../support/until.ts";

// deno-lint-ignore no-explicit-any -- the value's shape is the tool's.
async function call(url: string, name: string, args: Record<string, unknown>): Promise<any> {
  const { result } = await (await post(url, "tools/call", { name, arguments: args })).json();
  assert.notEqual(result.isError, true, JSON.stringify(result));
  return result.structuredContent;
}

/** Waits until a job has a status. */
function untilIs(url: string, jobId: string, status: string) {
  return until(() => call(url, "status", { jobId }), (job) => job.status === status);
}

Deno.test("a service's run is watched by the server that began it, and by the one after a kill -9", async () => {
  await using root = await TempRoot.create({ git: false });
  await using state = await TempRoot.create({ git: false });
  await using service = new EvalService();
  const env = {
    LUKHAS_REPO_ROOT: root.root,
    LUKHAS_MCP_DB: `${state.root}/state.db`,
    LUKHAS_EVAL_BACKEND: "http",
    LUKHAS_EVAL_URL: service.url,
    LUKHAS_EVAL_TOKEN: "service-token",
  };
  await using main = new MainProcess({ env });
  const { jobId } = await call(await main.url(), "run_eval", { taskId: "mmlu", configId: "chat/2" });
  await until(() => service.requests, (requests) => requests.some(({ method }) => method === "GET"));
  main.kill("SIGKILL");
  await main.ended();
  await using next = new MainProcess({ env });
  const url = await next.url();
  assert.equal((await untilIs(url, jobId, "RUNNING")).attempt, 1);
  service.set({ state: "completed", result: { accuracy: 0.75 } });
  const job = await untilIs(url, jobId, "COMPLETED");
  assert.deepEqual([job.backend, job.result, job.attempt], ["http", { accuracy: 0.75 }, 1]);
  assert.equal(service.runs, 1, "it was begun once");
  assert.ok(service.requests.every(({ authorization }) => authorization === "Bearer service-token"));
  assert.equal(service.requests[0]?.idempotencyKey, jobId);
  next.kill("SIGTERM");
  assert.equal(await next.ended(), 0);
});
