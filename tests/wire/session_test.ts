/** Sessions of handshake clients: how they begin and end, their own stream, and how a client resumes. */
import assert from "node:assert/strict";
import { SESSION_IDLE_MS, SESSIONS_MAX, SUBSCRIPTIONS_MAX } from "../../src/core/limits.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { say, tool } from "../conformance/fixture_tool.ts";
import { EventReader, McpClient, readAnswer, VERSION } from "../support/mcp_client.ts";

const RECONNECT = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "test_reconnection" } };

function get(client: McpClient, headers: Record<string, string>): Promise<Response> {
  return client.send({ method: "GET", headers });
}

Deno.test("a session id is visible ASCII, new each time, and sent with initialize alone", async () => {
  await using client = new McpClient();
  const [first, second] = [await client.shakeHands(), await client.shakeHands()];
  assert.match(first["mcp-session-id"] ?? "", /^[\x21-\x7e]{32,}$/);
  assert.notEqual(first["mcp-session-id"], second["mcp-session-id"]);
  const listed = await client.askOld("tools/list", {}, { headers: first });
  assert.equal(listed.headers.get("mcp-session-id"), null);
});

Deno.test("a session that is unknown or over is 404, with the id of the request", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  const unknown = { ...headers, "mcp-session-id": "nope" };
  const answer = await client.askOld("tools/list", {}, { id: 4, headers: unknown });
  assert.deepEqual([answer.status, answer.last.id], [404, 4]);
  assert.equal(
    (await client.post({ jsonrpc: "2.0", method: "notifications/initialized" }, unknown)).status,
    404,
  );
  assert.equal((await get(client, unknown)).status, 404);
  assert.equal((await client.send({ method: "DELETE", headers: unknown })).status, 404);
});

Deno.test("DELETE ends a session: 204, then 404 for everything", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  await using events = new EventReader(await get(client, headers));
  await events.nextText();
  const ended = await client.send({ method: "DELETE", headers });
  assert.deepEqual([ended.status, await ended.text()], [204, ""]);
  assert.equal(await events.next(), undefined, "its stream ends with it");
  assert.equal((await client.send({ method: "DELETE", headers })).status, 404);
  assert.equal((await client.askOld("ping", {}, { headers })).status, 404);
});

Deno.test("GET and DELETE without a session, or of a stateless client, are 405", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  for (const method of ["GET", "DELETE"]) {
    for (
      const sent of [{}, { accept: "text/event-stream" }, { ...headers, "mcp-protocol-version": VERSION }]
    ) {
      const response = await client.send({ method, headers: sent });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "POST");
      await response.body?.cancel();
    }
  }
});

Deno.test("GET opens the session's stream for who takes events, 406 for others", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  assert.equal((await get(client, { ...headers, accept: "application/json" })).status, 406);
  await using events = new EventReader(await get(client, headers));
  client.fixture.changes.announce({ kind: "tools" });
  assert.deepEqual(await events.next(), {
    jsonrpc: "2.0",
    method: "notifications/tools/list_changed",
    params: {},
  });
});

Deno.test("a session has one stream of its own: a second GET takes it over, and nothing is sent twice", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  await using first = new EventReader(await get(client, headers));
  await first.nextText();
  await using second = new EventReader(await get(client, headers));
  assert.equal(await first.next(), undefined);
  client.fixture.changes.announce({ kind: "prompts" });
  assert.match((await second.next()).method, /prompts/);
});

Deno.test("a resource is told of to the sessions that watch it, until they stop", async () => {
  await using client = new McpClient();
  const [watching, other] = [await client.shakeHands(), await client.shakeHands()];
  const uri = "test://watched-resource";
  await client.askOld("resources/subscribe", { uri }, { headers: watching });
  await client.askOld("resources/subscribe", { uri }, { headers: watching });
  assert.equal(client.fixture.resources.watchers, 1);
  await using events = new EventReader(await get(client, watching));
  await using others = new EventReader(await get(client, other));
  client.fixture.changes.announce({ kind: "resource", uri });
  assert.deepEqual((await events.next()).params, { uri });
  await client.askOld("resources/unsubscribe", { uri }, { headers: watching });
  assert.equal(client.fixture.resources.watchers, 0);
  client.fixture.changes.announce({ kind: "resource", uri });
  client.fixture.changes.announce({ kind: "tools" });
  assert.match((await events.next()).method, /tools/);
  assert.match((await others.next()).method, /tools/);
  const unknown = await client.askOld("resources/subscribe", { uri: "test://nope" }, { headers: watching });
  assert.equal(unknown.last.error.code, -32002);
  const nobody = await client.askOld("resources/subscribe", { uri });
  assert.equal(nobody.last.error.code, -32600, "without a session there is nobody to tell");
});

Deno.test("the end of a session ends its watches", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  await client.askOld("resources/subscribe", { uri: "test://watched-resource" }, { headers });
  await client.send({ method: "DELETE", headers });
  assert.equal(client.fixture.resources.watchers, 0);
});

Deno.test("from 2025-11-25 a stream begins with an event that has an id, no data, and a delay to retry", async () => {
  await using client = new McpClient();
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "test_tool_with_progress", _meta: { progressToken: 1 } },
  };
  const fresh = await readAnswer(await client.post(call, await client.shakeHands("2025-11-25")));
  assert.match(fresh.text, /^id: 1-0\nretry: \d+\ndata: \n\nid: 1-1\ndata: \{/);
  // Older SDKs read the empty event as JSON, and fail.
  const older = await readAnswer(await client.post(call, await client.shakeHands("2025-06-18")));
  assert.match(older.text, /^id: 1-1\ndata: \{/);
  assert.doesNotMatch(older.text, /retry|data: \n/);
});

Deno.test("a client whose stream ends early resumes it, and gets the rest once", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  const first = await readAnswer(await client.post(RECONNECT, headers));
  assert.equal(first.messages.length, 0);
  const id = /^id: (.+)$/m.exec(first.text)?.[1] ?? "";
  const rest = await readAnswer(await get(client, { ...headers, "last-event-id": id }));
  assert.deepEqual(rest.messages.map((message) => message.id), [1]);
  const seen = /^id: (.+)$/m.exec(rest.text)?.[1] ?? "";
  const nothing = await readAnswer(await get(client, { ...headers, "last-event-id": seen }));
  assert.deepEqual(nothing.messages, []);
});

Deno.test("one session cannot read what was sent to another, and a bad Last-Event-ID opens the session's stream", async () => {
  await using client = new McpClient();
  const [ada, bob] = [await client.shakeHands(), await client.shakeHands()];
  await readAnswer(await client.post(RECONNECT, ada));
  for (const id of ["1-0", "x", "1-", "-1", "99-99", "0-0-0"]) {
    await using events = new EventReader(await get(client, { ...bob, "last-event-id": id }));
    client.fixture.changes.announce({ kind: "tools" });
    assert.match((await events.next()).method, /tools/);
  }
});

Deno.test("a session that is idle for too long is over, one that listens is not", async () => {
  await using client = new McpClient();
  const [idle, listening, used] = [
    await client.shakeHands(),
    await client.shakeHands(),
    await client.shakeHands(),
  ];
  await using _events = new EventReader(await get(client, listening));
  const status = async (headers: Record<string, string>) =>
    (await client.askOld("ping", {}, { headers })).status;
  client.fixture.ahead = SESSION_IDLE_MS - 1000;
  assert.equal(await status(used), 200);
  client.fixture.ahead = SESSION_IDLE_MS + 1000;
  assert.deepEqual([await status(idle), await status(listening), await status(used)], [404, 200, 200]);
});

Deno.test("the number of sessions is bounded: the one unused for longest gives way", async () => {
  await using client = new McpClient();
  const [first, second] = [await client.shakeHands(), await client.shakeHands()];
  await client.askOld("ping", {}, { headers: first });
  for (let i = 2; i <= SESSIONS_MAX; i++) await client.shakeHands();
  assert.equal((await client.askOld("ping", {}, { headers: second })).status, 404);
  assert.equal((await client.askOld("ping", {}, { headers: first })).status, 200);
});

const KEYS = [sha256Hex("ada"), sha256Hex("bob")];

Deno.test("nobody ends another's session by beginning many", async () => {
  await using client = new McpClient({ keys: KEYS });
  const bob = await client.shakeHands("2025-11-25", {}, { "x-api-key": "bob" });
  for (let i = 0; i <= SESSIONS_MAX; i++) await client.shakeHands("2025-11-25", {}, { "x-api-key": "ada" });
  assert.equal((await client.askOld("ping", {}, { headers: bob })).status, 200);
});

Deno.test("a session that ends in the middle of a batch leaves no watch behind", async () => {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const wait = tool("wait", {}, async () => {
    started.resolve();
    await ended.promise;
    return say("done");
  });
  await using client = new McpClient({ tools: [wait] });
  const headers = await client.shakeHands("2025-03-26");
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "wait" } };
  const uri = "test://watched-resource";
  const subscribe = { jsonrpc: "2.0", id: 2, method: "resources/subscribe", params: { uri } };
  const answering = client.post([call, subscribe], headers);
  await started.promise;
  assert.equal((await client.send({ method: "DELETE", headers })).status, 204);
  ended.resolve();
  const [[refused]] = (await readAnswer(await answering)).messages;
  assert.deepEqual([refused.id, refused.error.code], [2, -32600]);
  assert.equal(client.fixture.resources.watchers, 0);
});

Deno.test("a session that ends while a watch begins leaves none behind", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  const { resources } = client.fixture;
  const watch = resources.watch.bind(resources);
  const [asked, begins] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  Object.assign(resources, {
    watch: async (uri: string) => {
      asked.resolve();
      await begins.promise;
      return watch(uri);
    },
  });
  const subscribing = client.askOld("resources/subscribe", { uri: "test://watched-resource" }, { headers });
  await asked.promise;
  assert.equal((await client.send({ method: "DELETE", headers })).status, 204);
  assert.equal((await subscribing).status, 202, "its session has cancelled the call");
  begins.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(resources.watchers, 0);
});

Deno.test("so many resources are watched and no more, however many are asked for at one time", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  const { resources } = client.fixture;
  Object.assign(resources, {
    watch: async () => {
      resources.watchers++;
      return () => resources.watchers--;
    },
  });
  const subscribe = (id: number) =>
    client.askOld("resources/subscribe", { uri: `test://${id}` }, { id, headers });
  for (let id = 0; id < SUBSCRIPTIONS_MAX - 5; id++) await subscribe(id);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => subscribe(1_000 + index)));
  assert.equal(answers.filter(({ last }) => last.error !== undefined).length, 15);
  assert.equal(resources.watchers, SUBSCRIPTIONS_MAX);
});

Deno.test("a watch that cannot begin leaves those before it behind in no stream", async () => {
  await using client = new McpClient();
  const { resources } = client.fixture;
  const watch = resources.watch.bind(resources);
  Object.assign(resources, {
    watch: async (uri: string) => {
      if (uri === "test://broken") throw new Error("the disk is full");
      return watch(uri);
    },
  });
  const resourceSubscriptions = ["test://watched-resource", "test://broken"];
  const { last } = await client.ask("subscriptions/listen", { notifications: { resourceSubscriptions } });
  assert.equal(last.error.code, -32603);
  assert.equal(resources.watchers, 0);
  assert.equal(client.fixture.logged.splice(0).filter(({ msg }) => msg === "bug").length, 1);
});

Deno.test("a server that stops opens no stream that nothing would end", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  client.fixture.endStreams();
  assert.equal((await get(client, headers)).status, 404);
  const listen = await client.ask("subscriptions/listen", { notifications: { toolsListChanged: true } });
  assert.deepEqual([listen.isStream, listen.last.error.code], [false, -32603]);
});

Deno.test("a session belongs to the key that began it", async () => {
  await using client = new McpClient({ keys: KEYS });
  const headers = await client.shakeHands("2025-11-25", {}, { "x-api-key": "ada" });
  assert.equal((await client.askOld("ping", {}, { headers })).status, 200);
  assert.equal(
    (await client.askOld("ping", {}, { headers: { ...headers, "x-api-key": "bob" } })).status,
    404,
  );
});
