/** Questions to a client's person or model: by rounds, on a stream, or not at all. */
import assert from "node:assert/strict";
import { tool } from "../conformance/fixture_tool.ts";
import { EventReader, type Json, McpClient } from "../support/mcp_client.ts";

const FORM = { elicitation: {} };
const CALL = { name: "test_input_required_result_elicitation" };
const ALICE = { action: "accept", content: { name: "Alice" } };

async function firstRound(client: McpClient, params: Json = CALL, capabilities: Json = FORM): Promise<Json> {
  const { result } = (await client.ask("tools/call", params, { capabilities })).last;
  assert.equal(result?.resultType, "input_required");
  return result;
}

Deno.test("a question that the client did not declare is -32021 and says what is missing, as an object", async () => {
  await using client = new McpClient();
  const cases: [string, Json, Json][] = [
    ["test_input_required_result_elicitation", {}, { elicitation: {} }],
    ["test_input_required_result_elicitation", { sampling: {} }, { elicitation: {} }],
    ["test_input_required_result_elicitation", { elicitation: { url: {} } }, { elicitation: { form: {} } }],
    ["test_input_required_result_sampling", FORM, { sampling: {} }],
    ["test_input_required_result_list_roots", FORM, { roots: {} }],
    ["test_input_required_result_multiple_inputs", { roots: {} }, { elicitation: {}, sampling: {} }],
  ];
  for (const [name, capabilities, requiredCapabilities] of cases) {
    const { status, last } = await client.ask("tools/call", { name }, { capabilities });
    assert.equal(status, 400);
    assert.equal(last.error.code, -32021);
    assert.deepEqual(last.error.data, { requiredCapabilities });
  }
  // The answers are there already, so nothing is asked.
  const inputResponses = { user_name: ALICE };
  const answered = await client.ask("tools/call", { ...CALL, inputResponses });
  assert.equal(answered.last.result.content[0].text, "Hello, Alice!");
});

Deno.test("a round asks without jsonrpc and id, and the next one goes on with the answers", async () => {
  await using client = new McpClient();
  const { inputRequests, requestState } = await firstRound(client);
  assert.deepEqual(Object.keys(inputRequests.user_name).sort(), ["method", "params"]);
  const inputResponses = { user_name: ALICE, other: { action: "decline" } };
  const { last } = await client.ask("tools/call", { ...CALL, inputResponses, requestState }, { id: 2 });
  assert.equal(last.result.content[0].text, "Hello, Alice!");
});

Deno.test("answers that are no objects are refused, null among them", async () => {
  await using client = new McpClient();
  const { requestState } = await firstRound(client);
  const methods: [string, Json][] = [
    ["tools/call", CALL],
    ["prompts/get", { name: "test_input_required_result_prompt" }],
    ["resources/read", { uri: "test://static-text" }],
  ];
  for (const [method, params] of methods) {
    for (
      const inputResponses of [null, [], "x", 1, { user_name: 12345 }, { user_name: null }, { other: "x" }]
    ) {
      const { status, last } = await client.ask(method, { ...params, inputResponses }, {
        capabilities: FORM,
      });
      assert.deepEqual([status, last.error?.code], [200, -32602], JSON.stringify(inputResponses));
    }
  }
  for (const state of [null, 1, {}]) {
    const { last } = await client.ask("tools/call", { ...CALL, requestState: state }, { capabilities: FORM });
    assert.equal(last.error.code, -32602);
  }
  assert.ok(typeof requestState === "string");
});

Deno.test("a state is refused when it was touched, belongs to another request, or is too old", async () => {
  await using client = new McpClient();
  const { requestState } = await firstRound(client);
  const inputResponses = { user_name: ALICE };
  const send = async (state: string, params: Json = CALL) =>
    (await client.ask("tools/call", { ...params, inputResponses, requestState: state }, {
      capabilities: FORM,
    })).last;
  const [payload, mac] = requestState.split(".");
  const forged = btoa(JSON.stringify({ answers: [] })).replaceAll("=", "");
  for (
    const state of [
      `${requestState}-TAMPERED`,
      `${requestState}A`,
      `${requestState}=`,
      requestState.slice(0, -1),
      `${payload}.`,
      payload,
      "",
      ".",
      `${forged}.${mac}`,
      `${payload}A.${mac}`,
    ]
  ) assert.equal((await send(state)).error?.code, -32602, state);
  assert.match(
    (await send(requestState, { name: "test_input_required_result_tampered_state" })).error.message,
    /another/,
  );
  client.fixture.ahead = 16 * 60_000;
  assert.match((await send(requestState)).error.message, /expired/);
  client.fixture.ahead = 0;
  assert.equal((await send(requestState)).result.resultType, "complete");
});

Deno.test("a state is refused when another caller brings it", async () => {
  const sha256 = async (key: string) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))).toHex();
  await using client = new McpClient({ keys: [await sha256("ada"), await sha256("bob")] });
  const ask = async (key: string, params: Json) =>
    (await client.ask("tools/call", params, { capabilities: FORM, headers: { "x-api-key": key } })).last;
  const { requestState } = (await ask("ada", CALL)).result;
  const params = { ...CALL, requestState, inputResponses: { user_name: ALICE } };
  assert.equal((await ask("bob", params)).error.code, -32602);
  assert.equal((await ask("ada", params)).result.resultType, "complete");
});

Deno.test("a handshake client is asked on the stream of its call, and answers with a post", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands("2025-06-18", FORM);
  const call = { jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "test_elicitation" } };
  await using events = new EventReader(await client.post(call, headers));
  const question = await events.next();
  assert.equal(question.method, "elicitation/create");
  for (const id of [question.id, String(question.id)]) {
    const response = await client.post({ jsonrpc: "2.0", id, result: { action: "decline" } }, headers);
    assert.equal(response.status, 202);
  }
  const answer = await events.next();
  assert.equal(answer.id, 5);
  assert.match(answer.result.content[0].text, /decline/);
  assert.equal(await events.next(), undefined);
});

Deno.test("an answer from another session reaches nobody", async () => {
  await using client = new McpClient();
  const [ada, bob] = [
    await client.shakeHands("2025-06-18", FORM),
    await client.shakeHands("2025-06-18", FORM),
  ];
  const call = { jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "test_elicitation" } };
  await using adas = new EventReader(await client.post(call, ada));
  await using bobs = new EventReader(await client.post(call, bob));
  const [first, second] = [await adas.next(), await bobs.next()];
  assert.equal(first.id, second.id, "ids count per session");
  await client.post({ jsonrpc: "2.0", id: first.id, result: { action: "accept", who: "bob" } }, bob);
  await client.post({ jsonrpc: "2.0", id: first.id, result: { action: "accept", who: "ada" } }, ada);
  assert.match((await adas.next()).result.content[0].text, /ada/);
  assert.match((await bobs.next()).result.content[0].text, /bob/);
});

Deno.test("a client that refuses to answer fails the tool, and not the protocol", async () => {
  await using client = new McpClient();
  const headers = await client.shakeHands("2025-06-18", FORM);
  const call = { jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "test_elicitation" } };
  await using events = new EventReader(await client.post(call, headers));
  const { id } = await events.next();
  await client.post({ jsonrpc: "2.0", id, error: { code: -1, message: "no" } }, headers);
  assert.equal((await events.next()).result.isError, true);
});

Deno.test("a handshake client that cannot be asked gets a failed tool at once: no session, no stream, not declared", async () => {
  await using client = new McpClient();
  const able = await client.shakeHands("2025-06-18", FORM);
  const unable = await client.shakeHands("2025-06-18", { sampling: {} });
  for (
    const headers of [
      {},
      { accept: "application/json, text/event-stream" },
      { ...able, accept: "*/*" },
      unable,
    ]
  ) {
    const { last, isStream } = await client.askOld("tools/call", { name: "test_elicitation" }, { headers });
    assert.ok(!isStream);
    assert.equal(last.result.isError, true);
    assert.equal(JSON.parse(last.result.content[0].text).error.code, "unavailable");
  }
});

Deno.test("a question that cannot be written ends its call as a bug, and keeps nobody waiting", async () => {
  const odd = tool("odd", {}, async (_, { call }) => {
    await call.ask({ question: { method: "elicitation/create", params: { count: 1n } } });
  });
  const client = new McpClient({ tools: [odd] });
  const { last } = await client.ask("tools/call", { name: "odd" }, { capabilities: FORM });
  assert.equal(last.error.code, -32603);
  assert.equal(client.fixture.bugs.length, 1);
  client.fixture.close();
});
