/** What every result carries in its era, and what must never reach the other one. */
import assert from "node:assert/strict";
import { say, tool } from "../conformance/fixture_tool.ts";
import { type Json, McpClient } from "../support/mcp_client.ts";

const SERVER_INFO = "io.modelcontextprotocol/serverInfo";

/** Requests that both eras have. */
const REQUESTS: [string, Json][] = [
  ["tools/list", {}],
  ["tools/call", { name: "test_simple_text" }],
  ["tools/call", { name: "test_error_handling" }],
  ["resources/list", {}],
  ["resources/templates/list", {}],
  ["resources/read", { uri: "test://static-text" }],
  ["prompts/list", {}],
  ["prompts/get", { name: "test_simple_prompt" }],
  ["completion/complete", {
    ref: { type: "ref/prompt", name: "test_prompt_with_arguments" },
    argument: { name: "arg1", value: "test" },
  }],
];

const KEPT = [
  "server/discover",
  "tools/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list",
];

Deno.test("no field of the stateless era reaches a handshake client", async () => {
  await using client = new McpClient();
  const session = await client.shakeHands();
  for (const headers of [{}, session]) {
    for (const [method, params] of [...REQUESTS, ["initialize", {}] as [string, Json]]) {
      const { last: { result } } = await client.askOld(method, params, { headers });
      for (const key of ["resultType", "ttlMs", "cacheScope", "_meta"]) {
        assert.ok(!(key in result), `${key} in ${method}`);
      }
      assert.equal(result.capabilities?.extensions, undefined);
    }
  }
});

Deno.test("the empty results of handshake clients are empty", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands();
  const uri = "test://watched-resource";
  for (
    const [method, params] of [
      ["ping", {}],
      ["logging/setLevel", { level: "info" }],
      ["resources/subscribe", { uri }],
      ["resources/unsubscribe", { uri }],
    ] as const
  ) {
    const { text } = await client.askOld(method, params, { headers });
    assert.equal(text, `{"jsonrpc":"2.0","id":1,"result":{}}`, method);
  }
});

Deno.test("every stateless result names its type and the server", async () => {
  await using client = new McpClient();
  for (const [method, params] of [...REQUESTS, ["server/discover", {}] as [string, Json]]) {
    const { last: { result }, headers } = await client.ask(method, params);
    assert.equal(result.resultType, "complete", method);
    assert.deepEqual(result._meta, {
      [SERVER_INFO]: { name: "fixture", title: "Fixture", version: "1.0.0" },
    });
    assert.equal(headers.get("mcp-session-id"), null, "no session is begun");
  }
});

Deno.test("what may be kept says for how long and for whom, server/discover too, and nothing else does", async () => {
  await using client = new McpClient();
  for (const [method, params] of [...REQUESTS, ["server/discover", {}] as [string, Json]]) {
    const { last: { result } } = await client.ask(method, params);
    const expected = KEPT.includes(method) ? [0, "private"] : [undefined, undefined];
    assert.deepEqual([result.ttlMs, result.cacheScope], expected, method);
  }
  const asked = await client.ask("tools/call", { name: "test_input_required_result_elicitation" }, {
    capabilities: { elicitation: {} },
  });
  const { resultType, ttlMs, cacheScope } = asked.last.result;
  assert.deepEqual([resultType, ttlMs, cacheScope], ["input_required", undefined, undefined]);
});

Deno.test("a list is the same, byte for byte, every time and for every client", async () => {
  await using client = new McpClient();
  const first = await client.ask("tools/list");
  const second = await client.ask("tools/list", {}, { capabilities: { sampling: {} } });
  assert.equal(second.text, first.text);
  const names = first.last.result.tools.map(({ name }: { name: string }) => name);
  const old = (await client.askOld("tools/list")).last.result.tools;
  assert.deepEqual(old.map(({ name }: { name: string }) => name), names);
});

Deno.test("a list with pages is walked by its cursors, each page with a life of its own", async () => {
  await using client = new McpClient();
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { last: { result } } = await client.ask("resources/list", cursor === undefined ? {} : { cursor });
    seen.push(...result.resources.map(({ uri }: { uri: string }) => uri));
    assert.equal(result.ttlMs, 0);
    cursor = result.nextCursor;
  } while (cursor !== undefined);
  assert.equal(new Set(seen).size, 4);
});

Deno.test("every answer is one line, in JSON and in events", async () => {
  await using client = new McpClient();
  const requests: [string, Json?][] = [
    ["initialize", { protocolVersion: "2025-11-25", capabilities: {} }],
    ["server/discover"],
    ["tools/list"],
    ["tools/call", { name: "test_simple_text" }],
    ["tools/call", { name: "test_error_handling" }],
    ["resources/read", { uri: "test://static-text" }],
    ["prompts/get", { name: "test_simple_prompt" }],
    ["tools/call", { name: "no such tool" }],
    ["resources/read", { uri: "test://nope" }],
    ["no/such"],
  ];
  for (const [method, params] of requests) {
    for (
      const { text, isStream } of [await client.ask(method, params), await client.askOld(method, params)]
    ) {
      assert.ok(!isStream && /^\{[^\n]+\}$/.test(text), text);
    }
  }
  assert.doesNotMatch((await client.askOld("", "")).text, /\n/);
  const events = await client.ask("tools/call", { name: "test_tool_with_progress" }, {
    meta: { progressToken: 1 },
  });
  assert.ok(events.isStream);
  for (const line of events.text.split("\n\n").slice(0, -1)) assert.match(line, /^data: [^\n]+$/);
});

Deno.test("a list's bytes are ASCII, and say what the tools say", async () => {
  const described = "… é 😀";
  const exotic = tool("exotic", { a: { type: "string", description: described } }, () => say("ok"));
  await using client = new McpClient({ tools: [exotic] });
  for (const { text, last } of [await client.askOld("tools/list"), await client.ask("tools/list")]) {
    assert.match(text, /^[\x20-\x7e]+$/);
    assert.equal(last.result.tools.at(-1).inputSchema.properties.a.description, described);
  }
});
