/** Methods, media types, body limits, unknown routes, and the headers that every answer carries. */
import assert from "node:assert/strict";
import { EdgeApp } from "../support/edge_app.ts";

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
const JSON_TYPE = { "content-type": "application/json" };

/** An answer that is a JSON-RPC error about no message in particular. */
async function assertRefused(response: Response, { status, code }: { status: number; code: number }) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get("content-type"), "application/json");
  const answer = JSON.parse(text);
  assert.deepEqual(Object.keys(answer), ["jsonrpc", "error"], "without an id");
  assert.equal(answer.error.code, code);
}

/** A body without a declared length, in chunks, which notes how much of it was taken. */
function streamed(chunks: number, chunk: Uint8Array<ArrayBuffer>) {
  const taken = { chunks: 0, canceled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (taken.chunks++ === chunks) return controller.close();
      controller.enqueue(chunk);
    },
    cancel() {
      taken.canceled = true;
    },
  }, { highWaterMark: 0 });
  return { stream, taken };
}

Deno.test("what a browser can be brought to ask for forbids sniffing, framing, loading and caching", async (t) => {
  await using app = await EdgeApp.create({ env: { LUKHAS_MCP_API_KEYS: "k" } });
  await app.root.write({ "a.txt": "x" });
  const key = { "x-api-key": "k" };
  const requests: Record<string, [string, RequestInit]> = {
    "202 of /mcp": ["/mcp", {
      method: "POST",
      body: `{"jsonrpc":"2.0","method":"x"}`,
      headers: { ...JSON_TYPE, ...key },
    }],
    "400 of /mcp": ["/mcp", { method: "POST", body: "{", headers: { ...JSON_TYPE, ...key } }],
    "401": ["/mcp", { method: "POST", body: PING, headers: JSON_TYPE }],
    "403": ["/mcp", { method: "POST", body: PING, headers: { ...JSON_TYPE, host: "evil.com" } }],
    "404": ["/nope", { headers: key }],
    "405": ["/mcp", { headers: key }],
    "a file": ["/files/a.txt", { headers: key }],
    "no file": ["/files/b.txt", { headers: key }],
    "HEAD of a file": ["/files/a.txt", { method: "HEAD", headers: key }],
    "the description": ["/", {}],
    "health": ["/healthz", {}],
    "HEAD of health": ["/healthz", { method: "HEAD" }],
    "405 of health": ["/healthz", { method: "POST" }],
    "readiness": ["/readyz", {}],
  };
  for (const [name, [path, init]] of Object.entries(requests)) {
    await t.step(name, async () => {
      const response = await app.send(path, init);
      await response.body?.cancel();
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
      assert.match(response.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
      assert.equal(response.headers.get("referrer-policy"), "no-referrer");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    });
  }
});

Deno.test("the answer to a message carries its type alone: nothing that a page can send is answered so", async (t) => {
  await using app = await EdgeApp.create();
  const answered = await app.post(PING);
  assert.equal(await answered.text(), `{"jsonrpc":"2.0","id":1,"result":{}}`);
  assert.deepEqual([...answered.headers], [["content-type", "application/json"]]);
  // What a form, a link, an element or a fetch without leave can send (Fetch standard, CORS-safelisted).
  for (
    const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
  ) {
    await t.step(`a body of "${type}"`, async () => {
      const headers: HeadersInit = type === "" ? {} : { "content-type": type };
      const response = await app.send("/mcp", {
        method: "POST",
        body: new TextEncoder().encode(PING),
        headers,
      });
      await assertRefused(response, { status: 415, code: -32600 });
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    });
  }
  await t.step("leave to send JSON", async () => {
    const headers = { origin: "http://localhost:3000", "access-control-request-headers": "content-type" };
    const response = await app.send("/mcp", { method: "OPTIONS", headers });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("access-control-allow-headers"), null);
    await response.body?.cancel();
  });
});

Deno.test("/mcp answers to POST alone, and says so", async () => {
  await using app = await EdgeApp.create();
  for (const method of ["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "FOO"]) {
    const response = await app.send("/mcp", { method });
    assert.equal(response.headers.get("allow"), "POST");
    await assertRefused(response, { status: 405, code: -32600 });
  }
  assert.equal((await app.send("/mcp", { method: "HEAD" })).status, 405);
});

Deno.test("/mcp reads application/json alone, so that no page can send it a form", async () => {
  await using app = await EdgeApp.create();
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain, application/json",
    "application/jsonp",
    "",
  ];
  for (const type of types) {
    const response = await app.send("/mcp", {
      method: "POST",
      body: PING,
      headers: { "content-type": type },
    });
    await assertRefused(response, { status: 415, code: -32600 });
  }
  // A body of bytes brings no type of its own.
  const bytes = new TextEncoder().encode(PING);
  await assertRefused(await app.send("/mcp", { method: "POST", body: bytes }), { status: 415, code: -32600 });
});

Deno.test("application/json may be written in any case and with parameters", async () => {
  await using app = await EdgeApp.create();
  for (const type of ["Application/JSON", "application/json; charset=utf-8", "application/json;x=1"]) {
    const response = await app.send("/mcp", {
      method: "POST",
      body: PING,
      headers: { "content-type": type },
    });
    assert.equal(response.status, 200, type);
    await response.body?.cancel();
  }
});

Deno.test("a body at the limit is read, one byte more is not", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_BODY_BYTES: "1024" } });
  const fits = PING.padEnd(1024);
  assert.equal((await app.post(fits)).status, 200);
  await assertRefused(await app.post(`${fits} `), { status: 413, code: -32600 });
  // Bytes count, not characters.
  await assertRefused(await app.post(`{"ü":"${"ü".repeat(600)}"}`), { status: 413, code: -32600 });
});

Deno.test("a body that declares more than the limit is refused without being read", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_BODY_BYTES: "1024" } });
  const { stream, taken } = streamed(10, new Uint8Array(100));
  const response = await app.send("/mcp", {
    method: "POST",
    body: stream,
    headers: { ...JSON_TYPE, "content-length": "4096" },
  });
  await assertRefused(response, { status: 413, code: -32600 });
  assert.equal(taken.chunks, 0);
});

Deno.test("a body without a length is counted as it comes, and refused in the middle", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_BODY_BYTES: "1024" } });
  for (
    const headers of [JSON_TYPE, { ...JSON_TYPE, "content-length": "1" }, {
      ...JSON_TYPE,
      "content-length": "x",
    }]
  ) {
    const { stream, taken } = streamed(1000, new Uint8Array(100));
    await assertRefused(await app.send("/mcp", { method: "POST", body: stream, headers }), {
      status: 413,
      code: -32600,
    });
    assert.ok(taken.chunks <= 12, `${taken.chunks} chunks were taken`);
    assert.ok(taken.canceled);
  }
});

Deno.test("a body that breaks off is answered, not logged as a bug", async () => {
  await using app = await EdgeApp.create();
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("connection reset")) });
  const response = await app.send("/mcp", { method: "POST", body, headers: JSON_TYPE });
  assert.equal(response.headers.get("retry-after"), "1");
  await assertRefused(response, { status: 503, code: -32600 });
  assert.equal(app.logged.filter(({ msg }) => msg === "bug").length, 0);
});

Deno.test("bytes that are not UTF-8 are a parse error, and a character may be split over chunks", async () => {
  await using app = await EdgeApp.create();
  for (const bytes of [[0xff], [0x22, 0xc3, 0x28, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]]) {
    const response = await app.send("/mcp", {
      method: "POST",
      body: new Uint8Array(bytes),
      headers: JSON_TYPE,
    });
    await assertRefused(response, { status: 400, code: -32700 });
  }
  // What a lenient reader puts in the place of wrong bytes is a character like any other.
  assert.equal((await app.ask("ping", {}, "\ufffd")).id, "\ufffd");
  const bytes = new TextEncoder().encode(`{"jsonrpc":"2.0","id":"ü","method":"ping"}`);
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const response = await app.send("/mcp", { method: "POST", body, headers: JSON_TYPE });
  assert.equal((await response.json()).id, "ü");
});

Deno.test("an unknown route is a JSON error that names the endpoint", async () => {
  await using app = await EdgeApp.create();
  for (const path of ["/nope", "/mcp/", "/MCP", "//mcp", "/healthz/", "/files", "/.git/config", "/mcp%20"]) {
    const response = await app.send(path, { method: "POST", body: PING, headers: JSON_TYPE });
    assert.match(await response.clone().text(), /POST \/mcp/);
    await assertRefused(response, { status: 404, code: -32601 });
  }
});

Deno.test("the root describes the server to GET and HEAD, without a key", async () => {
  await using app = await EdgeApp.create({ env: { LUKHAS_MCP_API_KEYS: "k" } });
  const response = await app.send("/");
  assert.equal(response.status, 200);
  const text = await response.text();
  assert.equal(JSON.parse(text).name, "lukhas-mcp");
  assert.ok(!text.includes(app.root.outside), "no path of this machine");
  assert.equal((await app.send("/", { method: "HEAD" })).status, 200);
  assert.equal((await app.send("/", { method: "POST", headers: { "x-api-key": "k" } })).status, 404);
});

Deno.test("the log has one line a request, without its query and without the name of a file", async () => {
  await using app = await EdgeApp.create();
  await app.send("/files/secret-name.txt?key=sk-1");
  await app.send("/sk-2?key=sk-3");
  await app.ask("tools/call", { name: "read_file", arguments: { path: "sk-4.txt" } });
  assert.doesNotMatch(JSON.stringify(app.logged), /secret-name|sk-\d/);
  const routes = app.logged.map((event) => event.msg === "request" ? event.route : event.msg);
  assert.deepEqual(routes, ["GET /files/…", "GET /…", "POST /mcp"]);
  const last = app.logged[2];
  assert.ok(last?.msg === "request");
  const { durationMs, requestId: _, ...facts } = last;
  assert.ok(durationMs >= 0);
  assert.deepEqual(facts, {
    msg: "request",
    route: "POST /mcp",
    method: "tools/call",
    tool: "read_file",
    error: "not_found",
    status: 200,
  });
});
