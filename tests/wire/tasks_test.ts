/** Calls that become tasks: for whom, how they are asked for, and how they end. */
import assert from "node:assert/strict";
import { say, tool } from "../conformance/fixture_tool.ts";
import { type Json, McpClient, TAKES_TASKS } from "../support/mcp_client.ts";
import { until } from "../support/until.ts";

const TAKES = { capabilities: { ...TAKES_TASKS, elicitation: {} } };
const SLOW = { name: "slow_compute", arguments: { seconds: 60, label: "x" } };
const SUMMARY = [
  "_meta",
  "createdAt",
  "lastUpdatedAt",
  "pollIntervalMs",
  "resultType",
  "status",
  "taskId",
  "ttlMs",
];

async function start(client: McpClient, params: Json): Promise<Json> {
  const { result } = (await client.ask("tools/call", params, TAKES)).last;
  assert.equal(result.resultType, "task");
  return result;
}

async function taskOf(client: McpClient, taskId: string): Promise<Json> {
  return (await client.ask("tasks/get", { taskId }, TAKES)).last.result;
}

/** Waits for the calls that run in the background. */
function untilIs(client: McpClient, taskId: string, status: string): Promise<Json> {
  return until(() => taskOf(client, taskId), (task) => task.status === status);
}

Deno.test("a task is answered flat to who takes tasks, and to nobody else", async () => {
  await using client = new McpClient();
  const task = await start(client, SLOW);
  assert.deepEqual(Object.keys(task).sort(), SUMMARY);
  assert.equal(task.status, "working");
  assert.ok(Number.isInteger(task.ttlMs) && Number.isInteger(task.pollIntervalMs));
  await client.ask("tasks/cancel", { taskId: task.taskId }, TAKES);
  const quick = { name: "slow_compute", arguments: { seconds: 0, label: "x" } };
  for (const capabilities of [{}, { extensions: {} }, { tasks: {} }, TAKES_TASKS]) {
    const { result } =
      (await client.ask("tools/call", { ...quick, task: { ttl: 1 } }, { capabilities })).last;
    assert.deepEqual([result.resultType, result.taskId], ["complete", undefined]);
  }
  const old = await client.askOld("tools/call", { ...quick, task: { ttl: 1 } });
  assert.equal(old.last.result.taskId, undefined);
});

Deno.test("a tool that must be a task refuses who takes none, before anything has happened", async () => {
  await using client = new McpClient();
  const { status, last } = await client.ask("tools/call", { name: "failing_job" });
  assert.deepEqual([status, last.error.code], [400, -32021]);
  assert.deepEqual(last.error.data, { requiredCapabilities: TAKES_TASKS });
  assert.equal((await client.askOld("tools/call", { name: "failing_job" })).last.result.isError, true);
});

Deno.test("the methods of tasks are refused without the extension, before the id is looked at", async () => {
  await using client = new McpClient();
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const { status, last } = await client.ask(method, { taskId: "nope", inputResponses: {} });
    assert.deepEqual([status, last.error.code], [400, -32021], method);
    assert.equal((await client.askOld(method, { taskId: "nope" })).last.error.code, -32601);
  }
  for (const method of ["tasks/list", "tasks/result"]) {
    const { status, last } = await client.ask(method, { taskId: "nope" }, TAKES);
    assert.deepEqual([status, last.error.code], [404, -32601]);
  }
});

Deno.test("a tool's failure completes its task with isError, a protocol error fails it, and neither carries the other", async () => {
  await using client = new McpClient({
    tools: [tool("quick_failure", {}, async (_, { call }) => {
      await call.startTask();
      return call.ask({ roots: { method: "roots/list" } });
    })],
  });
  const job = await start(client, { name: "failing_job" });
  const broken = await start(client, { name: "protocol_error_job" });
  const unasked = await start(client, { name: "quick_failure" });
  const failed = await untilIs(client, broken.taskId, "failed");
  assert.deepEqual([failed.error.code, failed.result, failed.resultType], [-32603, undefined, "complete"]);
  assert.equal((await untilIs(client, unasked.taskId, "failed")).error.code, -32021);
  const completed = await untilIs(client, job.taskId, "completed");
  assert.deepEqual([completed.result.isError, completed.error, completed.task], [true, undefined, undefined]);
});

Deno.test("cancel says nothing but that it was heard, also of a task that is over, and the work stops", async () => {
  await using client = new McpClient();
  const { taskId } = await start(client, SLOW);
  for (let i = 0; i < 2; i++) {
    const { status, last } = await client.ask("tasks/cancel", { taskId }, TAKES);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(last.result).sort(), ["_meta", "resultType"]);
    assert.equal(last.result.resultType, "complete");
  }
  const task = await taskOf(client, taskId);
  assert.deepEqual([task.status, task.result, task.error], ["cancelled", undefined, undefined]);
});

Deno.test("a task asks in its state, goes on when all is answered, and ignores what it did not ask", async () => {
  await using client = new McpClient();
  const { taskId } = await start(client, { name: "multi_input" });
  const asking = await untilIs(client, taskId, "input_required");
  assert.deepEqual(Object.keys(asking.inputRequests), ["first", "second"]);
  assert.equal(asking.requestState, undefined);
  const answer = (inputResponses: Json) => client.ask("tasks/update", { taskId, inputResponses }, TAKES);
  await answer({ first: { action: "accept" }, other: {} });
  assert.deepEqual(Object.keys((await taskOf(client, taskId)).inputRequests), ["second"]);
  assert.equal((await answer({ second: 1 })).last.error.code, -32602);
  const { last } = await answer({ second: { action: "accept" }, first: { action: "late" } });
  assert.deepEqual(Object.keys(last.result).sort(), ["_meta", "resultType"]);
  const { result } = await untilIs(client, taskId, "completed");
  assert.doesNotMatch(result.content[0].text, /late/);
});

Deno.test("neither the end of the request nor a closed connection ends its task", async () => {
  await using client = new McpClient();
  const leaving = new AbortController();
  const response = await client.open("tools/call", SLOW, { ...TAKES, signal: leaving.signal });
  const { taskId } = (await response.json()).result;
  leaving.abort();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await taskOf(client, taskId)).status, "working");
  await client.ask("tasks/cancel", { taskId }, TAKES);
});

Deno.test("a task tells of no progress and sends no log message", async () => {
  await using client = new McpClient({
    tools: [tool("chatty", {}, async (_, { call }) => {
      await call.startTask();
      call.progress({ progress: 1 });
      call.log("error", "x");
      return say("ok");
    })],
  });
  const meta = { progressToken: 1, "io.modelcontextprotocol/logLevel": "debug" };
  const { messages } = await client.ask("tools/call", { name: "chatty" }, { ...TAKES, meta });
  assert.equal(messages.length, 1);
  await untilIs(client, messages[0].result.taskId, "completed");
});

Deno.test("another caller's task is as unknown as one that never was", async () => {
  const sha256 = async (key: string) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))).toHex();
  await using client = new McpClient({ keys: [await sha256("ada"), await sha256("bob")] });
  const as = (key: string) => ({ ...TAKES, headers: { "x-api-key": key } });
  const { taskId } = (await client.ask("tools/call", SLOW, as("ada"))).last.result;
  const foreign = (await client.ask("tasks/get", { taskId }, as("bob"))).last.error;
  const unknown = (await client.ask("tasks/get", { taskId: "nope" }, as("bob"))).last.error;
  assert.deepEqual(foreign, unknown);
  await client.ask("tasks/cancel", { taskId }, as("bob"));
  assert.equal((await client.ask("tasks/get", { taskId }, as("ada"))).last.result.status, "working");
  await client.ask("tasks/cancel", { taskId }, as("ada"));
});
