/** Whose message it is, and what either era is told: statuses and codes, case by case. */
import assert from "node:assert/strict";
import { type Json, McpClient, readAnswer, VERSION } from "../support/mcp_client.ts";

const KEY = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const CLAIM = { [KEY]: VERSION, [CAPABILITIES]: {} };
const HEADERS = { "mcp-protocol-version": VERSION, "mcp-method": "tools/list" };

interface Case {
  readonly name: string;
  readonly body: Json;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code?: number;
}

const list = (_meta?: Json, method = "tools/list") => ({
  jsonrpc: "2.0",
  id: 7,
  method,
  params: _meta === undefined ? {} : { _meta },
});

const CASES: Case[] = [
  { name: "a claim and its headers", body: list(CLAIM), headers: HEADERS, status: 200 },
  { name: "neither claim nor header", body: list(), status: 200 },
  {
    name: "a handshake revision in the header",
    body: list(),
    headers: { "mcp-protocol-version": "2025-06-18" },
    status: 200,
  },
  {
    name: "a revision in the header that never was",
    body: list(),
    headers: { "mcp-protocol-version": "2025-01-01" },
    status: 400,
    code: -32022,
  },
  { name: "the stateless header without _meta", body: list(), headers: HEADERS, status: 400, code: -32602 },
  {
    name: "a header to come without _meta",
    body: list(),
    headers: { "mcp-protocol-version": "v999.0.0" },
    status: 400,
    code: -32602,
  },
  {
    name: "a claim without the header",
    body: list(CLAIM),
    headers: { "mcp-method": "tools/list" },
    status: 400,
    code: -32020,
  },
  {
    name: "a claim and the header of another revision",
    body: list(CLAIM),
    headers: { ...HEADERS, "mcp-protocol-version": "2025-11-25" },
    status: 400,
    code: -32020,
  },
  {
    name: "a claim that is no text",
    body: list({ ...CLAIM, [KEY]: 7 }),
    headers: HEADERS,
    status: 400,
    code: -32602,
  },
  { name: "a claim of null", body: list({ ...CLAIM, [KEY]: null }), status: 400, code: -32602 },
  {
    name: "a claim without capabilities",
    body: list({ [KEY]: VERSION }),
    headers: HEADERS,
    status: 400,
    code: -32602,
  },
  {
    name: "capabilities that are no object",
    body: list({ ...CLAIM, [CAPABILITIES]: [] }),
    headers: HEADERS,
    status: 400,
    code: -32602,
  },
  {
    name: "a client that is no implementation",
    body: list({ ...CLAIM, "io.modelcontextprotocol/clientInfo": { name: 1 } }),
    headers: HEADERS,
    status: 400,
    code: -32602,
  },
  {
    name: "a log level that is none",
    body: list({ ...CLAIM, "io.modelcontextprotocol/logLevel": "loud" }),
    headers: HEADERS,
    status: 400,
    code: -32602,
  },
  {
    name: "initialize with a stateless header",
    body: list(undefined, "initialize"),
    headers: { "mcp-protocol-version": VERSION },
    status: 400,
    code: -32020,
  },
  {
    name: "initialize with a claim",
    body: list(CLAIM, "initialize"),
    headers: { ...HEADERS, "mcp-method": "initialize" },
    status: 404,
    code: -32601,
  },
  {
    name: "ping with a claim",
    body: list(CLAIM, "ping"),
    headers: { ...HEADERS, "mcp-method": "ping" },
    status: 404,
    code: -32601,
  },
  {
    name: "an unknown method with a claim",
    body: list(CLAIM, "nope"),
    headers: { ...HEADERS, "mcp-method": "nope" },
    status: 404,
    code: -32601,
  },
  {
    name: "a method of Object with a claim",
    body: list(CLAIM, "constructor"),
    headers: { ...HEADERS, "mcp-method": "constructor" },
    status: 404,
    code: -32601,
  },
  {
    name: "server/discover of a plain client",
    body: list(undefined, "server/discover"),
    status: 200,
    code: -32601,
  },
  {
    name: "a claim with the id of no session",
    body: list(CLAIM),
    headers: { ...HEADERS, "mcp-session-id": "nope" },
    status: 200,
  },
  {
    name: "a response with a stateless header",
    body: { jsonrpc: "2.0", id: 1, result: {} },
    headers: HEADERS,
    status: 400,
    code: -32600,
  },
  { name: "a batch with a stateless header", body: [list()], headers: HEADERS, status: 400, code: -32600 },
  { name: "a batch with a claim in it", body: [list(CLAIM)], status: 400, code: -32600 },
  { name: "a batch with initialize in it", body: [list(undefined, "initialize")], status: 400, code: -32600 },
  {
    name: "a batch of 2025-06-18",
    body: [list()],
    headers: { "mcp-protocol-version": "2025-06-18" },
    status: 400,
    code: -32600,
  },
  { name: "a batch of 51", body: Array(51).fill(list()), status: 400, code: -32600 },
];

Deno.test("a message is answered by the rules of its own era", async (t) => {
  await using client = new McpClient();
  for (const { name, body, headers = {}, status, code } of CASES) {
    await t.step(name, async () => {
      const answer = await readAnswer(await client.post(body, headers));
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.last.error?.code, code, answer.text);
      if (!Array.isArray(body) && body.method !== undefined) assert.equal(answer.last.id, 7);
      assert.equal(answer.headers.get("mcp-session-id"), null);
    });
  }
});

Deno.test("a notification is accepted with 202 and no body, in both eras", async () => {
  await using client = new McpClient();
  const message = { jsonrpc: "2.0", method: "notifications/initialized" };
  const session = await client.shakeHands();
  for (const headers of [{}, session, { "mcp-protocol-version": VERSION }]) {
    const response = await client.post(message, headers);
    assert.equal(response.status, 202);
    assert.equal(await response.text(), "");
  }
  const claimed = await client.post({ ...message, params: { _meta: CLAIM } });
  assert.equal(claimed.status, 202);
  await claimed.body?.cancel();
});

Deno.test("an unsupported version is -32022, and names those versions that server/discover names: stateless ones", async () => {
  await using client = new McpClient();
  const discovered = (await client.ask("server/discover")).last.result;
  assert.deepEqual(discovered.supportedVersions, [VERSION]);
  const refused = await client.ask("tools/list", {}, {
    meta: { [KEY]: "v999.0.0" },
    headers: { "mcp-protocol-version": "v999.0.0" },
  });
  assert.equal(refused.status, 400);
  assert.equal(refused.last.error.code, -32022);
  assert.deepEqual(refused.last.error.data, { supported: [VERSION], requested: "v999.0.0" });
  // The wrong version is what such a client has to hear of first.
  const bare = await client.post(list({ ...CLAIM, [KEY]: "2030-01-01" }), {
    "mcp-protocol-version": "2030-01-01",
  });
  assert.equal((await bare.json()).error.code, -32022);
});

Deno.test("a batch of 2025-03-26 is answered message by message, and not at all when nothing asks", async () => {
  await using client = new McpClient();
  const silent = { jsonrpc: "2.0", method: "notifications/initialized" };
  const batch = [{ ...list(undefined, "ping"), id: "a" }, silent, { ...list(undefined, "nope"), id: 2 }];
  for (
    const headers of [{}, { "mcp-protocol-version": "2025-03-26" }, await client.shakeHands("2025-03-26")]
  ) {
    const response = await client.post(batch, headers);
    assert.equal(response.status, 200);
    const [first, second, ...rest] = await response.json();
    assert.deepEqual(first, { jsonrpc: "2.0", id: "a", result: {} });
    assert.deepEqual([second.id, second.error.code, rest], [2, -32601, []]);
  }
  assert.equal((await client.post([silent])).status, 202);
});

Deno.test("an unknown tool, prompt, cursor or task is -32602 with 200, in both eras", async () => {
  await using client = new McpClient();
  const capabilities = { extensions: { "io.modelcontextprotocol/tasks": {} } };
  const cases: [string, Json][] = [
    ["tools/call", { name: "nope" }],
    ["prompts/get", { name: "nope" }],
    ["tools/list", { cursor: "nope" }],
    ["resources/list", { cursor: "nope" }],
    ["resources/list", { cursor: "0" }],
    ["completion/complete", {
      ref: { type: "ref/prompt", name: "nope" },
      argument: { name: "a", value: "" },
    }],
  ];
  for (const [method, params] of cases) {
    for (const answer of [await client.ask(method, params), await client.askOld(method, params)]) {
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.last.error.code, -32602, answer.text);
    }
  }
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const answer = await client.ask(method, { taskId: "nope" }, { capabilities });
    assert.deepEqual([answer.status, answer.last.error.code], [200, -32602]);
  }
});

Deno.test("a resource that is not there is -32602 today and was -32002 before, and names its address", async () => {
  await using client = new McpClient();
  const params = { uri: "test://nope" };
  for (
    const [answer, code] of [[await client.ask("resources/read", params), -32602], [
      await client.askOld("resources/read", params),
      -32002,
    ]] as const
  ) {
    assert.equal(answer.status, 200);
    assert.equal(answer.last.error.code, code);
    assert.deepEqual(answer.last.error.data, params);
  }
});
