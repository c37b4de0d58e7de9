/** `tools/call`: how success, failure and bugs look to a client. */
import assert from "node:assert/strict";
import * as z from "zod";
import { ToolError } from "../../src/core/errors.ts";
import { defineTool, READS } from "../../src/tool.ts";
import { EdgeApp } from "../support/edge_app.ts";

const echo = defineTool({
  name: "echo",
  title: "Echo",
  description: "Use this to hear yourself",
  scope: "read",
  annotations: READS,
  input: z.strictObject({ text: z.string(), times: z.int().min(1).max(3).default(1) }),
  output: z.object({ text: z.string() }),
  run: ({ text, times }) => Promise.resolve({ text: text.repeat(times) }),
});

const fail = defineTool({
  ...echo,
  title: "Fail",
  description: "Use this to fail",
  name: "fail",
  input: z.object({}),
  run: () => Promise.reject(new ToolError("busy", "Cannot do it now: try again", { retry: true })),
});

const crash = defineTool({
  ...echo,
  title: "Crash",
  description: "Use this to crash",
  name: "crash",
  input: z.object({}),
  run(): Promise<{ text: string }> {
    throw new Error("ENOENT: /home/ada/secret.txt");
  },
});

const throwText = defineTool({
  ...echo,
  title: "Throw",
  description: "Use this to throw what is no error",
  name: "throw_text",
  input: z.object({}),
  run: () => Promise.reject("a bare text"),
});

const loop = defineTool({
  ...echo,
  title: "Loop",
  description: "Use this to answer what is no JSON",
  name: "loop",
  input: z.object({}),
  run() {
    const value: { text: string; self?: unknown } = { text: "" };
    value.self = value;
    return Promise.resolve(value);
  },
});

const TOYS = [echo, fail, crash, throwText, loop];

Deno.test("a tool's success is one JSON document, as text and as structured content", async () => {
  await using app = await EdgeApp.create({ tools: TOYS });
  const { result, id } = await app.ask(
    "tools/call",
    { name: "echo", arguments: { text: `"ü\n`, times: 2 } },
    "x",
  );
  assert.equal(id, "x");
  assert.deepEqual(result.structuredContent, { text: `"ü\n"ü\n` });
  assert.deepEqual(result.content.length, 1);
  assert.equal(result.content[0].type, "text");
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  assert.equal(result.isError, undefined);
});

Deno.test("a tool's failure is a result that the model can read, without structured content", async () => {
  await using app = await EdgeApp.create({ tools: TOYS });
  const { result, error } = await app.ask("tools/call", { name: "fail" });
  assert.equal(error, undefined);
  assert.equal(result.isError, true);
  assert.ok(!("structuredContent" in result));
  assert.deepEqual(JSON.parse(result.content[0].text), {
    error: { code: "busy", message: "Cannot do it now: try again", details: { retry: true } },
  });
  assert.equal((app.logged[0] as { error?: string }).error, "busy");
});

Deno.test("a bug in a tool is an internal error with the request's name, and its stack is in the log alone", async (t) => {
  for (const name of ["crash", "throw_text", "loop"]) {
    await t.step(name, async () => {
      await using app = await EdgeApp.create({ tools: TOYS });
      const response = await app.post({ jsonrpc: "2.0", id: 9, method: "tools/call", params: { name } });
      const text = await response.text();
      const answer = JSON.parse(text);
      assert.equal(response.status, 200);
      assert.equal(answer.id, 9);
      assert.equal(answer.error.code, -32603);
      const [bug, request] = app.logged;
      assert.equal(bug?.msg, "bug");
      assert.ok(request?.msg === "request" && request.tool === name && request.error === -32603);
      assert.ok(bug.requestId === request.requestId && answer.error.message.includes(bug.requestId));
      assert.match(bug.stack, /secret|bare text|circular/);
      assert.doesNotMatch(text, /secret|bare text|circular|\bat |\.ts|\/home|\/work|\/tmp/);
    });
  }
});

Deno.test("an unknown tool is a protocol error that names the nearest one", async () => {
  await using app = await EdgeApp.create();
  for (
    const [name, near] of [["serach", "search"], ["writeFile", "write_file"], ["git-commit", "git_commit"]]
  ) {
    const { id, error } = await app.ask("tools/call", { name, arguments: {} }, 3);
    assert.equal(id, 3);
    assert.equal(error.code, -32602);
    assert.match(error.message, new RegExp(`did you mean "${near}"`));
  }
});

Deno.test("a name that no tool resembles, or that every object has, is just unknown", async () => {
  await using app = await EdgeApp.create();
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "x".repeat(100_000), "\u0000"];
  for (const name of names) {
    const { error } = await app.ask("tools/call", { name, arguments: {} });
    assert.equal(error.code, -32602);
    assert.match(error.message, /unknown tool/);
    assert.ok(error.message.length < 300);
  }
});

Deno.test("tools/call without a usable name or arguments is refused with the id", async () => {
  await using app = await EdgeApp.create();
  const wrong = [
    undefined,
    {},
    { name: 1 },
    { name: null },
    { name: ["search"] },
    { name: "search", arguments: [] },
    { name: "search", arguments: "query" },
    { name: "search", arguments: 1 },
    { name: "search", arguments: null },
  ];
  for (const params of wrong) {
    const { id, error } = await app.ask("tools/call", params, "q");
    assert.equal(id, "q");
    assert.equal(error?.code, -32602, JSON.stringify(params));
  }
});

Deno.test("wrong arguments fail the call in words that name them, not the protocol", async () => {
  await using app = await EdgeApp.create({ tools: TOYS });
  const cases: [Record<string, unknown>, RegExp][] = [
    [{}, /"text" is required/],
    [{ text: 1 }, /"text" must be string/],
    [{ text: "a", times: 9 }, /"times"/],
    [{ text: "a", tims: 2 }, /"tims" is not known; did you mean "times"\?/],
    [{ text: "a", zzzzzzzzzz: 2 }, /known are text, times/],
    [JSON.parse(`{"text":"a","__proto__":{"times":2}}`), /"__proto__" is not known/],
    [{ text: "a", constructor: 1 }, /"constructor" is not known/],
    [{ text: "a", hasOwnProperty: 1 }, /"hasOwnProperty" is not known/],
  ];
  for (const [args, expected] of cases) {
    const { result } = await app.ask("tools/call", { name: "echo", arguments: args });
    assert.equal(result?.isError, true, JSON.stringify(args));
    const { error } = JSON.parse(result.content[0].text);
    assert.equal(error.code, "invalid_arguments");
    assert.match(error.message, expected);
  }
  assert.equal(({} as { times?: number }).times, undefined, "no prototype was touched");
});

Deno.test("search and fetch pass over arguments that they do not know", async () => {
  await using app = await EdgeApp.create();
  await app.root.write({ "a.txt": "needle\n" });
  const args = JSON.parse(`{"id":"a.txt","__proto__":1,"constructor":2,"note":"x"}`);
  const { result } = await app.ask("tools/call", { name: "fetch", arguments: args });
  assert.equal(result.structuredContent.text, "needle\n");
});

Deno.test("two tools of one name stop the start", async () => {
  await assert.rejects(EdgeApp.create({ tools: [echo, echo] }), /two tools named "echo"/);
});
