/** Streams of calls: when there is one, what is on it, and what the client's leaving means. */
import assert from "node:assert/strict";
import { REQUEST_ID_CHARS_MAX } from "../../src/core/limits.ts";
import { type FixtureTool, pause, say, tool } from "../conformance/fixture_tool.ts";
import { BOTH_TYPES, EventReader, type Json, McpClient, VERSION } from "../support/mcp_client.ts";

const PROGRESS = { name: "test_tool_with_progress" };
const TOKEN = { progressToken: "t" };

function methods(messages: Json[]): string[] {
  return messages.map(({ method }) => method ?? "result");
}

Deno.test("an answer is JSON unless something comes before it, in both eras", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  assert.equal((await client.ask("tools/call", { name: "test_simple_text" })).isStream, false);
  assert.equal((await client.ask("tools/list")).isStream, false);
  assert.equal(
    (await client.askOld("tools/call", { name: "test_simple_text" }, { headers })).isStream,
    false,
  );
  assert.equal((await client.ask("tools/call", PROGRESS, { meta: TOKEN })).isStream, true);
});

Deno.test("a client that names no event stream gets JSON for everything, with a session or without", async () => {
  await using client = new McpClient();
  const session = await client.shakeHands("2025-11-25", { elicitation: {} });
  for (const accept of [undefined, "*/*", "application/json", "text/*", "text/event-streams"]) {
    for (const headers of [{ accept }, { ...session, accept }]) {
      const answer = await client.askOld("tools/call", { ...PROGRESS, _meta: TOKEN }, { headers });
      assert.equal(answer.headers.get("content-type"), "application/json");
      assert.equal(answer.last.result.content[0].text, "done");
    }
    const answer = await client.ask("tools/call", PROGRESS, { meta: TOKEN, headers: { accept } });
    assert.equal(answer.isStream, false);
  }
});

Deno.test("progress is told to who sent a token, under that token, growing, and to nobody else", async () => {
  await using client = new McpClient({
    tools: [tool("zigzag", {}, (_, { call }) => {
      for (const progress of [1, 1, 0, 2, NaN, 3]) call.progress({ progress });
      return say("ok");
    })],
  });
  for (const token of ["t", 0, ""]) {
    const { messages } = await client.ask("tools/call", { name: "zigzag" }, {
      meta: { progressToken: token },
    });
    const told = messages.slice(0, -1).map(({ params }) => [params.progressToken, params.progress]);
    assert.deepEqual(told, [[token, 1], [token, 2], [token, 3]]);
  }
  for (const progressToken of [undefined, null, {}, 1.5, "x".repeat(REQUEST_ID_CHARS_MAX + 1)]) {
    const meta = { progressToken };
    assert.deepEqual(methods((await client.ask("tools/call", { name: "zigzag" }, { meta })).messages), [
      "result",
    ]);
  }
  const old = await client.askOld("tools/call", { name: "zigzag" }, { headers: { accept: BOTH_TYPES } });
  assert.deepEqual(methods(old.messages), ["result"]);
});

Deno.test("a stateless client gets log messages of the level that its request names, and none without", async () => {
  await using client = new McpClient();
  const call = (meta: Json) => client.ask("tools/call", { name: "test_logging_tool" }, { meta });
  const level = "io.modelcontextprotocol/logLevel";
  assert.deepEqual(methods((await call({})).messages), ["result"]);
  assert.deepEqual(methods((await call({ [level]: "warning" })).messages), ["result"]);
  const { messages } = await call({ [level]: "info" });
  assert.deepEqual(methods(messages), ["notifications/message", "result"]);
  assert.equal(messages[0].params.level, "info");
});

Deno.test("logging/setLevel holds for its session: what is below it is not sent", async () => {
  await using client = new McpClient();
  const [loud, quiet] = [await client.shakeHands(), await client.shakeHands()];
  const messages = async (headers: Record<string, string>) =>
    methods((await client.askOld("tools/call", { name: "test_logging_tool" }, { headers })).messages);
  await client.askOld("logging/setLevel", { level: "debug" }, { headers: loud });
  await client.askOld("logging/setLevel", { level: "error" }, { headers: quiet });
  assert.deepEqual(await messages(loud), ["notifications/message", "result"]);
  assert.deepEqual(await messages(quiet), ["result"]);
  await client.askOld("logging/setLevel", { level: "emergency" }, { headers: loud });
  assert.deepEqual(await messages(loud), ["result"]);
  const wrong = await client.askOld("logging/setLevel", { level: "loud" }, { headers: loud });
  assert.equal(wrong.last.error.code, -32602);
});

Deno.test("a stateless stream has no event ids, no priming event and no session", async () => {
  await using client = new McpClient();
  const { text, headers } = await client.ask("tools/call", PROGRESS, {
    meta: TOKEN,
    headers: { "last-event-id": "1-1", "mcp-session-id": "nope" },
  });
  assert.doesNotMatch(text, /^(id|retry|event):/m);
  assert.match(text, /^data: \{/);
  assert.equal(headers.get("mcp-session-id"), null);
  assert.match(headers.get("cache-control") ?? "", /no-transform/);
});

/** A tool that waits to be aborted, and says so. */
function waiting(
  seen: string[],
  begin: (wait: { signal: AbortSignal; started: () => void }) => void = () => {},
) {
  const started = Promise.withResolvers<void>();
  const wait: FixtureTool = tool("wait", {}, async (_, context) => {
    begin({ signal: context.call.signal, started: started.resolve });
    context.call.signal.addEventListener("abort", () => seen.push("aborted"));
    context.call.progress({ progress: 1 });
    started.resolve();
    await pause(60_000, context);
    return say("never");
  });
  return { wait, started: started.promise };
}

Deno.test("a stateless client that leaves a stream cancels the call", async () => {
  const seen: string[] = [];
  const { wait } = waiting(seen);
  await using client = new McpClient({ tools: [wait] });
  const response = await client.open("tools/call", { name: "wait" }, { meta: TOKEN });
  {
    await using events = new EventReader(response);
    await events.next();
  }
  assert.deepEqual(seen, ["aborted"]);
});

Deno.test("a stateless client that leaves before a JSON answer cancels the call", async () => {
  const seen: string[] = [];
  const { wait, started } = waiting(seen);
  await using client = new McpClient({ tools: [wait] });
  const leaving = new AbortController();
  const answer = client.open("tools/call", { name: "wait" }, { signal: leaving.signal });
  await started;
  leaving.abort();
  assert.equal((await answer).status, 202);
  assert.deepEqual(seen, ["aborted"]);
});

Deno.test("a handshake client that leaves cancels nothing, and one that says so does", async () => {
  const seen: string[] = [];
  const { wait } = waiting(seen);
  await using client = new McpClient({ tools: [wait] });
  const headers = await client.shakeHands();
  const other = await client.shakeHands();
  const call = { jsonrpc: "2.0", id: 9, method: "tools/call", params: { name: "wait", _meta: TOKEN } };
  {
    await using events = new EventReader(await client.post(call, headers));
    await events.next();
  }
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 9 } };
  await client.post(cancel);
  await client.post(cancel, other);
  await client.post({ ...cancel, params: { requestId: "9" } }, headers);
  assert.deepEqual(seen, [], "leaving, another session and another id cancel nothing");
  assert.equal((await client.post(cancel, headers)).status, 202);
  assert.deepEqual(seen, ["aborted"]);
});

Deno.test("a call that answers at once never touches the request's signal, in either era", async () => {
  await using client = new McpClient();
  const claim = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const name = "test_simple_text";
  const stateless = { "mcp-protocol-version": VERSION, "mcp-method": "tools/call", "mcp-name": name };
  for (const [_meta, headers] of [[undefined, {}], [claim, stateless]] as const) {
    const request = new Request("http://127.0.0.1:8766/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", accept: BOTH_TYPES, ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, _meta } }),
    });
    let touched = 0;
    Object.defineProperty(request, "signal", { get: () => touched++ });
    const response = await client.fixture.fetch(request);
    assert.equal(response.status, 200, await response.text());
    assert.equal(touched, 0);
  }
});

Deno.test("the end of the server aborts what is at work", async () => {
  const seen: string[] = [];
  const { wait, started } = waiting(seen);
  await using client = new McpClient({ tools: [wait] });
  const answer = client.askOld("tools/call", { name: "wait" });
  await started;
  client.fixture.close();
  assert.equal((await answer).last.error.code, -32603);
  assert.deepEqual(seen, ["aborted"]);
});
