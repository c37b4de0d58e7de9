/** `subscriptions/listen`: what is acknowledged, what comes, under which name, and what is left when the client goes. */
import assert from "node:assert/strict";
import { LISTEN_STREAMS_MAX } from "../../src/core/limits.ts";
import {
  EventReader,
  type Json,
  McpClient,
  type StatelessOptions,
  TAKES_TASKS,
} from "../support/mcp_client.ts";

const ID = "io.modelcontextprotocol/subscriptionId";
const URI = "test://watched-resource";

async function listen(client: McpClient, notifications: Json, options: StatelessOptions = {}) {
  return new EventReader(await client.open("subscriptions/listen", { notifications }, options));
}

Deno.test("the first message acknowledges what is accepted, and every message bears the id of the request, in its type", async () => {
  await using client = new McpClient();
  for (const id of [7, "7", 0, ""]) {
    await using events = await listen(client, {
      toolsListChanged: true,
      promptsListChanged: false,
      other: true,
    }, { id });
    assert.deepEqual(await events.next(), {
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      params: { notifications: { toolsListChanged: true }, _meta: { [ID]: id } },
    });
    client.fixture.changes.announce({ kind: "tools" });
    const { method, params } = await events.next();
    assert.deepEqual([method, params], ["notifications/tools/list_changed", { _meta: { [ID]: id } }]);
  }
});

Deno.test("a stream hears what it asked for and nothing else", async () => {
  await using client = new McpClient();
  await using tools = await listen(client, { toolsListChanged: true });
  await using resources = await listen(client, {
    resourcesListChanged: true,
    resourceSubscriptions: [URI, "test://nope"],
  });
  await tools.next();
  const acknowledged = (await resources.next()).params.notifications;
  assert.deepEqual(acknowledged, { resourcesListChanged: true, resourceSubscriptions: [URI] });
  const { changes } = client.fixture;
  changes.announce({ kind: "prompts" });
  changes.announce({ kind: "resource", uri: "test://static-text" });
  changes.announce({ kind: "resource", uri: URI });
  changes.announce({ kind: "resources" });
  changes.announce({ kind: "tools" });
  assert.deepEqual((await resources.next()).params, { uri: URI, _meta: { [ID]: 1 } });
  assert.match((await resources.next()).method, /resources\/list_changed/);
  assert.match((await tools.next()).method, /tools/);
});

Deno.test("a stream is opened for who names no event stream too", async () => {
  await using client = new McpClient();
  await using events = await listen(client, {}, { headers: { accept: undefined } });
  assert.deepEqual((await events.next()).params.notifications, {});
});

Deno.test("a client that leaves leaves nothing behind", async () => {
  await using client = new McpClient();
  for (let i = 0; i <= LISTEN_STREAMS_MAX; i++) {
    await using events = await listen(client, { resourceSubscriptions: [URI], toolsListChanged: true });
    await events.next();
    assert.equal(client.fixture.resources.watchers, 1);
  }
  assert.equal(client.fixture.resources.watchers, 0);
});

Deno.test("the number of streams is bounded", async () => {
  await using client = new McpClient();
  const open: EventReader[] = [];
  for (let i = 0; i < LISTEN_STREAMS_MAX; i++) open.push(await listen(client, {}));
  const refused = await client.ask("subscriptions/listen", { notifications: {} });
  assert.deepEqual([refused.status, refused.last.error.code], [200, -32603]);
  for (const events of open) await events[Symbol.asyncDispose]();
});

Deno.test("the end of the server ends a stream with its result", async () => {
  await using client = new McpClient();
  await using events = await listen(client, {}, { id: "x" });
  await events.next();
  client.fixture.close();
  const { id, result } = await events.next();
  assert.deepEqual([id, result.resultType, result._meta[ID]], ["x", "complete", "x"]);
  assert.equal(await events.next(), undefined);
  assert.equal(client.fixture.tasks.watchers, 0);
});

Deno.test("a filter that cannot be read is refused", async () => {
  await using client = new McpClient();
  for (
    const notifications of [undefined, null, [], "x", { resourceSubscriptions: "x" }, {
      resourceSubscriptions: [1],
    }]
  ) {
    const { last } = await client.ask("subscriptions/listen", { notifications });
    assert.equal(last.error.code, -32602, JSON.stringify(notifications));
  }
});

Deno.test("a task is told of in full to its listener, who must take tasks", async () => {
  await using client = new McpClient();
  const call = { name: "confirm_delete", arguments: { filename: "a" } };
  const { taskId } =
    (await client.ask("tools/call", call, { capabilities: { ...TAKES_TASKS, elicitation: {} } })).last.result;
  const filter = { taskIds: [taskId, "nope"] };
  const refused = await client.ask("subscriptions/listen", { notifications: filter });
  assert.deepEqual([refused.status, refused.last.error.code], [400, -32021]);
  await using events = await listen(client, filter, { capabilities: TAKES_TASKS });
  assert.deepEqual((await events.next()).params.notifications, { taskIds: [taskId] });
  await client.ask("tasks/cancel", { taskId }, { capabilities: TAKES_TASKS });
  const { method, params } = await events.next();
  assert.deepEqual([method, params.taskId, params.status, params._meta[ID]], [
    "notifications/tasks",
    taskId,
    "cancelled",
    1,
  ]);
});

Deno.test("there is nothing to listen for in the handshake era", async () => {
  await using client = new McpClient();
  const { last } = await client.askOld("subscriptions/listen", { notifications: {} });
  assert.equal(last.error.code, -32601);
});
