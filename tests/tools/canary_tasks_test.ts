/** Canaries as tasks, for clients that take them. */
import assert from "node:assert/strict";
import { AppClient } from "../support/app_client.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type Json, TAKES_TASKS } from "../support/mcp_client.ts";
import { TempRoot } from "../support/temp_repo.ts";

const CANARY = { modelId: "chat/7", fromGate: "staging", toGate: "production", windowSeconds: 20 };
const TAKES = { capabilities: TAKES_TASKS };

async function begin(targets: Json): Promise<{ client: AppClient; clock: FakeClock; task: Json }> {
  const clock = new FakeClock();
  const client = await AppClient.create({ git: false, time: { clock, later: clock.later } });
  const params = { name: "start_canary", arguments: { ...CANARY, targets } };
  return { client, clock, task: (await client.modern("tools/call", params, TAKES)).last.result };
}

function taskOf(client: AppClient, taskId: string): Promise<Json> {
  return client.modern("tasks/get", { taskId }, TAKES).then(({ last }) => last.result);
}

Deno.test("a client that takes tasks gets the canary as one, with its end as the result", async () => {
  const ends: [Json, string][] = [[{ max_error_rate: 0.1 }, "PROMOTED"], [
    { latency_p95_ms: 1 },
    "ROLLED_BACK",
  ]];
  for (const [targets, status] of ends) {
    const { client, clock, task } = await begin(targets);
    await using _ = client;
    assert.deepEqual([task.resultType, task.status, task.ttlMs], ["task", "working", null]);
    await clock.pass(1_000);
    assert.equal((await taskOf(client, task.taskId)).status, "working");
    await clock.pass(20_000);
    const { status: state, result } = await taskOf(client, task.taskId);
    assert.equal(state, "completed");
    assert.equal(result.structuredContent.status, status);
    assert.deepEqual(
      result.structuredContent,
      await client.app.call("canary_status", { canaryId: task.taskId }),
    );
  }
});

Deno.test("to cancel the task is to abort the canary, and a promoted one stays", async () => {
  const { client, clock, task } = await begin({ max_error_rate: 0.1 });
  await using _ = client;
  await client.modern("tasks/cancel", { taskId: task.taskId }, TAKES);
  assert.equal((await taskOf(client, task.taskId)).status, "cancelled");
  assert.equal((await client.app.call("canary_status", { canaryId: task.taskId })).reason, "aborted_by_user");
  const { canaryId } = await client.app.call("start_canary", { ...CANARY, targets: { max_error_rate: 0.1 } });
  await clock.pass(20_000);
  await client.modern("tasks/cancel", { taskId: canaryId }, TAKES);
  assert.equal((await client.app.call("canary_status", { canaryId })).status, "PROMOTED");
});

Deno.test("a server that only reads shows the tasks of the one before it, and cancels none", async () => {
  await using root = await TempRoot.create({ git: false });
  const place = { kind: "sqlite", path: `${root.outside}/state.db` } as const;
  const options = { root, place };
  let taskId: string;
  {
    await using client = await AppClient.create(options);
    const args = { ...CANARY, targets: { max_error_rate: 0.1 }, windowSeconds: 600 };
    const call = { name: "start_canary", arguments: args };
    taskId = (await client.modern("tools/call", call, TAKES)).last.result.taskId;
  }
  await using reader = await AppClient.create({ ...options, env: { MCP_READ_ONLY: "1" } });
  assert.equal((await taskOf(reader, taskId)).status, "working");
  const { last } = await reader.modern("tasks/cancel", { taskId }, TAKES);
  assert.match(last.error.message, /only reads/);
  assert.equal((await taskOf(reader, taskId)).status, "working");
});

Deno.test("a dry run is no task: there is nothing to wait for", async () => {
  await using client = await AppClient.create({ git: false });
  const args = { ...CANARY, targets: { max_error_rate: 0.1 }, dryRun: true };
  const { result } =
    (await client.modern("tools/call", { name: "start_canary", arguments: args }, TAKES)).last;
  assert.equal(result.structuredContent.dryRun, true);
});
