/** Whatever is sent, an answer of a known shape comes back, and nothing is logged as a bug. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { EdgeApp } from "../support/edge_app.ts";

const METHODS = ["initialize", "ping", "tools/list", "tools/call", "notifications/initialized", "__proto__"];
const READING_TOOLS = ["search", "fetch", "read_file", "list_dir", "find_files"];

/** A value of JSON, with the keys that hurt among its keys. */
const json = fc.jsonValue({ maxDepth: 3 });
const hostileKey = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "id",
  "jsonrpc",
  "method",
  "params",
);

const requestId = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), json);
const params = fc.oneof(
  json,
  fc.dictionary(fc.oneof(hostileKey, fc.string()), json),
  fc.record({
    name: fc.oneof(fc.constantFrom(...READING_TOOLS), fc.string(), json),
    arguments: fc.oneof(json, fc.dictionary(fc.constantFrom("query", "id", "path", "glob", "limit"), json)),
  }, { requiredKeys: [] }),
);
const envelope = fc.record({
  jsonrpc: fc.oneof({ weight: 5, arbitrary: fc.constant("2.0") }, json),
  id: requestId,
  method: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...METHODS) }, fc.string(), json),
  params,
  result: json,
}, { requiredKeys: [] });
/** JSON of an object, with one more member spliced in as text, so that `__proto__` is a member like any other. */
const spliced = fc.tuple(envelope, hostileKey, json).map(([object, key, value]) => {
  const text = JSON.stringify(object);
  const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  return text === "{}" ? `{${member}}` : `{${member},${text.slice(1)}`;
});

/** Asserts that an answer is one of the few that a client has to know, and returns nothing else. */
function assertKnownShape(status: number, text: string, sent: string): void {
  const about = `${status} ${text} for ${sent}`;
  if (status === 202) return assert.equal(text, "", about);
  assert.ok(status === 200 || status === 400, about);
  const answer = JSON.parse(text);
  assert.equal(answer.jsonrpc, "2.0", about);
  assert.ok(!text.includes("\n"), about);
  assert.ok(!("id" in answer) || typeof answer.id === "string" || Number.isInteger(answer.id), about);
  if ("result" in answer) {
    assert.deepEqual(Object.keys(answer), ["jsonrpc", "id", "result"], about);
    return assert.equal(status, 200, about);
  }
  assert.ok([-32700, -32600, -32601, -32602].includes(answer.error.code), about);
  assert.equal(typeof answer.error.message, "string", about);
  assert.ok(answer.error.message.length < 400, about);
}

async function assertAnswered(app: EdgeApp, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await app.send("/mcp", { method: "POST", body, headers });
  assertKnownShape(response.status, await response.text(), String(body));
}

async function assertNoBugs(app: EdgeApp): Promise<void> {
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
  assert.deepEqual((await app.ask("ping")).result, {}, "it still answers");
}

Deno.test("any JSON is answered", async () => {
  await using app = await EdgeApp.create();
  await fc.assert(
    fc.asyncProperty(fc.oneof(json, envelope), (value) => assertAnswered(app, JSON.stringify(value))),
    { numRuns: 600 },
  );
  await fc.assert(fc.asyncProperty(spliced, (text) => assertAnswered(app, text)), { numRuns: 300 });
  await assertNoBugs(app);
});

Deno.test("any text and any bytes are answered", async () => {
  await using app = await EdgeApp.create();
  const text = fc.string({ unit: "binary" });
  await fc.assert(fc.asyncProperty(text, (body) => assertAnswered(app, body)), { numRuns: 200 });
  const bytes = fc.uint8Array().map((array) => new Uint8Array(array));
  await fc.assert(fc.asyncProperty(bytes, (body) => assertAnswered(app, body)), { numRuns: 200 });
  await assertNoBugs(app);
});

Deno.test("any arguments of a reading tool are a result or an error that the model can read", async () => {
  await using app = await EdgeApp.create();
  await app.root.write({ "a.txt": "alpha\n", "b/c.txt": "beta\n" });
  const path = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a.txt", "../x", "b", "/", ".git"));
  const value = fc.oneof(path, json, fc.integer());
  const keys = fc.constantFrom(
    "query",
    "id",
    "path",
    "glob",
    "limit",
    "max",
    "startLine",
    "endLine",
    "fields",
  );
  const call = fc.record({
    name: fc.constantFrom(...READING_TOOLS),
    arguments: fc.dictionary(keys, value, { maxKeys: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(call, async (params) => {
      const { result, error } = await app.ask("tools/call", params);
      assert.equal(error, undefined, JSON.stringify([params, error]));
      const document = JSON.parse(result.content[0].text);
      if (result.isError) assert.equal(typeof document.error.code, "string");
      else assert.deepEqual(document, result.structuredContent);
    }),
    { numRuns: 400 },
  );
  await assertNoBugs(app);
});

Deno.test("any path, method and header get an answer that is no crash", async () => {
  await using app = await EdgeApp.create({ env: { LUKHAS_MCP_API_KEYS: "k" } });
  const segment = fc.oneof(
    fc.string({ unit: "binary" }).map(encodeURIComponent),
    fc.constantFrom("..", "%", ".git"),
  );
  const request = fc.record({
    path: fc.tuple(fc.constantFrom("/", "/files/", "/mcp/", "/%"), fc.array(segment, { maxLength: 3 }))
      .map(([start, rest]) => start + rest.join("/")),
    method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"),
    headers: fc.dictionary(
      fc.constantFrom("x-api-key", "authorization", "origin", "content-type", "content-length", "host"),
      fc.string({ unit: "grapheme-ascii" }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path, method, headers }) => {
      const response = await app.send(path, { method, headers });
      await response.body?.cancel();
      assert.ok(response.status < 500, `${response.status} for ${method} ${path}`);
    }),
    { numRuns: 400 },
  );
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});
