/** What an operator does from an evaluation to the end of a canary, through a client of the official SDK. */
import assert from "node:assert/strict";
import { valueOf } from "./authoring_loop.ts";
import type { ConnectedClient } from "./sdk_client.ts";

/** Evaluates, starts a canary, reads, explains, plans and ends it; every answer is held against its output schema. */
export async function evaluateAndRelease(client: ConnectedClient, modelId: string): Promise<void> {
  await client.toolNames();
  const { jobId } = await valueOf(client.call("run_eval", { taskId: "mmlu", configId: modelId }));
  const job = JSON.parse(await client.read(`lukhas://job/${jobId}`));
  assert.deepEqual([job.jobId, job.taskId, job.configId], [jobId, "mmlu", modelId]);

  const gates = { fromGate: "staging", toGate: "production" };
  const canary = { modelId, ...gates, windowSeconds: 60, targets: { max_error_rate: 0.1 } };
  const { canaryId } = await valueOf(client.call("start_canary", canary));
  assert.equal(JSON.parse(await client.read(`lukhas://canary/${canaryId}`)).status, "RUNNING");
  assert.ok((await client.complete("explain_canary", "canaryId")).includes(canaryId));
  assert.ok((await client.complete("plan_release", "modelId")).includes(modelId));
  assert.match(await client.prompt("explain_canary", { canaryId }), /started a canary/);
  assert.match(await client.prompt("plan_release", { modelId }), /Plan the release/);

  assert.equal((await valueOf(client.call("why_math", { id: canaryId }))).thresholds.max_error_rate, 0.1);
  assert.equal((await valueOf(client.call("abort_canary", { canaryId }))).status, "ROLLED_BACK");
  assert.match((await valueOf(client.call("why", { id: canaryId }))).narrative, /aborted/);
  const promoted = await valueOf(client.call("promote_model", { modelId, gate: "staging" }));
  assert.deepEqual([promoted.changed, promoted.currentGates], [true, ["staging"]]);
}
