/** The headers of 2026-07-28: what a proxy routes by must be what the body says. */
import assert from "node:assert/strict";
import { McpClient } from "../support/mcp_client.ts";

type Changes = Record<string, string | undefined>;

const greet = { name: "greet", arguments: { name: "Ada" } };

async function codeOf(client: McpClient, headers: Changes, params: Record<string, unknown> = greet) {
  const { status, last } = await client.ask("tools/call", params, { headers });
  assert.equal(status, last.error === undefined ? 200 : 400, JSON.stringify(last));
  return last.error?.code;
}

Deno.test("Mcp-Method must be there and be the method, in its own case", async () => {
  await using client = new McpClient();
  for (const method of [undefined, "", "tools/list", "TOOLS/CALL", "tools/call, tools/call"]) {
    assert.equal(await codeOf(client, { "mcp-method": method }), -32020, method);
  }
  assert.equal(await codeOf(client, { "mcp-method": "  tools/call  " }), undefined);
});

Deno.test("Mcp-Name must be there and be the name, after it is trimmed and decoded", async () => {
  await using client = new McpClient();
  for (
    const name of [
      undefined,
      "",
      "Greet",
      "greet2",
      "greet, greet",
      "=?base64?Z3JlZXQ?=",
      "=?BASE64?Z3JlZXQ=?=",
    ]
  ) {
    assert.equal(await codeOf(client, { "mcp-name": name }), -32020, name);
  }
  for (const name of ["greet", "  greet ", "=?base64?Z3JlZXQ=?="]) {
    assert.equal(await codeOf(client, { "mcp-name": name }), undefined, name);
  }
});

Deno.test("Mcp-Name is the address of a resource, the name of a prompt, the id of a task, and nothing for a list", async () => {
  await using client = new McpClient();
  const capabilities = { extensions: { "io.modelcontextprotocol/tasks": {} } };
  const cases: [string, Record<string, unknown>][] = [
    ["resources/read", { uri: "test://static-text" }],
    ["prompts/get", { name: "test_simple_prompt" }],
    ["tasks/get", { taskId: "t" }],
    ["tasks/update", { taskId: "t", inputResponses: {} }],
    ["tasks/cancel", { taskId: "t" }],
  ];
  for (const [method, params] of cases) {
    const wrong = await client.ask(method, params, { capabilities, headers: { "mcp-name": "other" } });
    assert.deepEqual([wrong.status, wrong.last.error.code], [400, -32020], method);
    const missing = await client.ask(method, params, { capabilities, headers: { "mcp-name": undefined } });
    assert.deepEqual([missing.status, missing.last.error.code], [400, -32020], method);
    const right = await client.ask(method, params, { capabilities });
    assert.notEqual(right.last.error?.code, -32020, method);
  }
  assert.equal((await client.ask("tools/list", {}, { headers: { "mcp-name": "x" } })).status, 200);
  // Without a name in the body the parameters are wrong, not the headers.
  const nameless = await client.ask("tools/call", {}, {});
  assert.deepEqual([nameless.status, nameless.last.error.code], [200, -32602]);
});

Deno.test("Mcp-Param headers must be what the arguments say, and may be left out with them", async () => {
  await using client = new McpClient();
  const call = (region: unknown, header?: string) =>
    codeOf(client, header === undefined ? {} : { "mcp-param-region": header }, {
      name: "test_header_param",
      arguments: { region },
    });
  assert.equal(await call("Hello", "Hello"), undefined);
  assert.equal(await call("Hello", "=?base64?SGVsbG8=?="), undefined);
  assert.equal(await call("Hello", "  Hello "), undefined);
  assert.equal(await call(null, "anything"), undefined);
  assert.equal(await call("世界", "=?base64?5LiW55WM?="), undefined);
  for (
    const header of [
      undefined,
      "hello",
      "=?base64?SGVsbG8?=",
      "=?base64?SGVs!!!bG8=?=",
      "=?base64?SGVsbG9=?=",
      "SGVsbG8=",
    ]
  ) {
    assert.equal(await call("Hello", header), -32020, header);
  }
  assert.equal(await call("=?base64?SGVsbG8=", "=?base64?SGVsbG8="), undefined, "half a sentinel is literal");
});

Deno.test("headers of the stateless era say nothing to a plain client", async () => {
  await using client = new McpClient();
  const answer = await client.askOld("tools/call", greet, {
    headers: { "mcp-method": "tools/list", "mcp-name": "other", "mcp-param-region": "x" },
  });
  assert.equal(answer.last.result.content[0].text, "Hello, Ada!");
});
