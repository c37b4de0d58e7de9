/** JSON-RPC 2.0 as MCP narrows it, seen from the client. */
import assert from "node:assert/strict";
import { REQUEST_ID_CHARS_MAX } from "../../src/core/limits.ts";
import { EdgeApp } from "../support/edge_app.ts";

/** A body, and what must come back. `id` is left out of the answer where it is not given here. */
interface Case {
  readonly name: string;
  readonly body: unknown;
  readonly status: number;
  readonly code: number;
  readonly id?: string | number;
}

const MALFORMED: Case[] = [
  { name: "text that is not JSON", body: "{", status: 400, code: -32700 },
  { name: "nothing", body: "", status: 400, code: -32700 },
  { name: "two documents", body: "{}{}", status: 400, code: -32700 },
  { name: "100,000 opening brackets", body: "[".repeat(100_000), status: 400, code: -32600 },
  { name: "a string", body: `"ping"`, status: 400, code: -32600 },
  { name: "null", body: "null", status: 400, code: -32600 },
  { name: "an empty object", body: {}, status: 400, code: -32600 },
  { name: "no jsonrpc", body: { id: 7, method: "ping" }, status: 400, code: -32600, id: 7 },
  {
    name: "jsonrpc 1.0",
    body: { jsonrpc: "1.0", id: "a", method: "ping" },
    status: 400,
    code: -32600,
    id: "a",
  },
  {
    name: "jsonrpc as a number",
    body: { jsonrpc: 2, id: 1, method: "ping" },
    status: 400,
    code: -32600,
    id: 1,
  },
  { name: "a null id", body: { jsonrpc: "2.0", id: null, method: "ping" }, status: 400, code: -32600 },
  {
    name: "an id that every message about the request would have to repeat",
    body: { jsonrpc: "2.0", id: "x".repeat(REQUEST_ID_CHARS_MAX + 1), method: "ping" },
    status: 400,
    code: -32600,
  },
  { name: "a fractional id", body: { jsonrpc: "2.0", id: 1.5, method: "ping" }, status: 400, code: -32600 },
  { name: "a boolean id", body: { jsonrpc: "2.0", id: true, method: "ping" }, status: 400, code: -32600 },
  { name: "an object as id", body: { jsonrpc: "2.0", id: {}, method: "ping" }, status: 400, code: -32600 },
  {
    name: "an id beyond the exact integers",
    body: `{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}`,
    status: 400,
    code: -32600,
  },
  { name: "an infinite id", body: `{"jsonrpc":"2.0","id":1e999,"method":"ping"}`, status: 400, code: -32600 },
  { name: "a numeric method", body: { jsonrpc: "2.0", id: 3, method: 1 }, status: 400, code: -32600, id: 3 },
  { name: "no method", body: { jsonrpc: "2.0", id: 4 }, status: 400, code: -32600, id: 4 },
  { name: "a null method", body: { jsonrpc: "2.0", id: 4, method: null }, status: 400, code: -32600, id: 4 },
  { name: "an empty batch", body: [], status: 400, code: -32600 },
  { name: "a batch of what is no message", body: [{}], status: 400, code: -32600 },
  {
    name: "params as an array",
    body: { jsonrpc: "2.0", id: 5, method: "ping", params: [] },
    status: 400,
    code: -32602,
    id: 5,
  },
  {
    name: "params as null",
    body: { jsonrpc: "2.0", id: 6, method: "ping", params: null },
    status: 400,
    code: -32602,
    id: 6,
  },
  {
    name: "params as a string in a notification",
    body: { jsonrpc: "2.0", method: "ping", params: "x" },
    status: 400,
    code: -32602,
  },
  {
    name: "an unknown method",
    body: { jsonrpc: "2.0", id: 8, method: "nope" },
    status: 200,
    code: -32601,
    id: 8,
  },
  {
    name: "a method of Object",
    body: { jsonrpc: "2.0", id: 8, method: "constructor" },
    status: 200,
    code: -32601,
    id: 8,
  },
  {
    name: "a method in another case",
    body: { jsonrpc: "2.0", id: 8, method: "Ping" },
    status: 200,
    code: -32601,
    id: 8,
  },
];

Deno.test("a message that cannot be used is refused with its code, and its id where there is one", async (t) => {
  await using app = await EdgeApp.create();
  for (const { name, body, status, code, id } of MALFORMED) {
    await t.step(name, async () => {
      const response = await app.post(body);
      const answer = await response.json();
      assert.equal(response.status, status);
      assert.equal(response.headers.get("content-type"), "application/json");
      assert.deepEqual(
        Object.keys(answer).sort(),
        id === undefined ? ["error", "jsonrpc"] : ["error", "id", "jsonrpc"],
      );
      assert.equal(answer.id, id);
      assert.equal(answer.error.code, code);
      assert.equal(typeof answer.error.message, "string");
    });
  }
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("an id comes back as it was sent, a string as a string and an integer as an integer", async () => {
  await using app = await EdgeApp.create();
  const ids = ["1", "", "ünï\u2028", "\ud800", 0, -1, 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  for (const id of ids) {
    const response = await app.post({ jsonrpc: "2.0", id, method: "ping" });
    assert.deepEqual(await response.json(), { jsonrpc: "2.0", id, result: {} });
  }
});

Deno.test("ping is answered with an empty result, on one line", async () => {
  await using app = await EdgeApp.create();
  const response = await app.post({ jsonrpc: "2.0", id: 1, method: "ping" });
  assert.equal(await response.text(), `{"jsonrpc":"2.0","id":1,"result":{}}`);
  assert.equal(response.headers.get("content-type"), "application/json");
});

Deno.test("a notification or a client's response is accepted without a word", async (t) => {
  await using app = await EdgeApp.create();
  const silent: Record<string, unknown> = {
    "notifications/initialized": { jsonrpc: "2.0", method: "notifications/initialized" },
    "an unknown notification": { jsonrpc: "2.0", method: "notifications/x", params: {} },
    "a result": { jsonrpc: "2.0", id: 1, result: {} },
    "an error": { jsonrpc: "2.0", id: "a", error: { code: 1, message: "x" } },
    "an error about a request that could not be read": { jsonrpc: "2.0", error: { code: 1, message: "x" } },
  };
  for (const [name, body] of Object.entries(silent)) {
    await t.step(name, async () => {
      const response = await app.post(body);
      assert.equal(response.status, 202);
      assert.equal(await response.text(), "");
      assert.equal(response.headers.get("content-type"), null);
    });
  }
});

Deno.test("tools/call without an id is not executed", async () => {
  await using app = await EdgeApp.create();
  const params = { name: "write_file", arguments: { path: "a.txt", contents: "x" } };
  const response = await app.post({ jsonrpc: "2.0", method: "tools/call", params });
  assert.equal(response.status, 202);
  await assert.rejects(Deno.lstat(`${app.root.root}/a.txt`), Deno.errors.NotFound);
});

Deno.test("the log never repeats the name that a caller made up", async () => {
  await using app = await EdgeApp.create();
  await app.post({ jsonrpc: "2.0", id: 1, method: "sk-secret\nforged" });
  await app.post({ jsonrpc: "2.0", method: "sk-secret\nforged" });
  await app.ask("tools/call", { name: "sk-secret", arguments: {} });
  await app.post({ jsonrpc: "2.0", method: "notifications/initialized" });
  assert.doesNotMatch(JSON.stringify(app.logged), /sk-secret|forged/);
  assert.equal(app.logged.length, 4);
  assert.equal((app.logged[3] as { method?: string }).method, "notifications/initialized");
});
