/** How much is let in: rates, wrong keys, requests and streams at one time, slow bodies, and deep ones. */
import assert from "node:assert/strict";
import { ADDRESS, EdgeApp, LOCAL_TOKEN } from "../support/edge_app.ts";
import { createToolGate } from "../support/tool_gate.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" };

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
};

function ping(
  app: EdgeApp,
  { key, from = "192.0.2.1", headers = {} }: {
    key?: string;
    from?: string;
    headers?: Record<string, string>;
  } = {},
) {
  return app.fetch(
    new Request(`${ADDRESS}/mcp`, {
      method: "POST",
      body: JSON.stringify(PING),
      headers: {
        "content-type": "application/json",
        ...(key !== undefined && { "x-api-key": key }),
        ...headers,
      },
    }),
    from,
  );
}

async function statuses(count: number, send: () => Promise<Response>): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index++) {
    const response = await send();
    await response.body?.cancel();
    found.push(response.status);
  }
  return found;
}

Deno.test("over the limit a caller is answered 429 with Retry-After and -32001, and is let in again by and by", async () => {
  await using app = await EdgeApp.create({ env: { MCP_RL_BUCKET: "3", MCP_RL_WINDOW_MS: "3000" } });
  app.elapsed = 0;
  const budget = async () => {
    const { headers, body } = await ping(app);
    await body?.cancel();
    return ["limit", "remaining", "reset"].map((name) => headers.get(`ratelimit-${name}`));
  };
  assert.deepEqual(await budget(), [null, null, null], "who has half of it left is told nothing");
  assert.deepEqual(await budget(), ["3", "1", "2"]);
  assert.deepEqual(await statuses(1, () => ping(app)), [200]);
  const refused = await ping(app);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.equal(refused.headers.get("ratelimit-remaining"), "0");
  const { error } = await refused.json();
  assert.equal(error.code, -32001);
  assert.match(error.message, /^Rate limit/);
  assert.deepEqual(await statuses(1, () => ping(app, { from: "192.0.2.2" })), [200], "another address");
  app.elapsed = 1_000;
  assert.deepEqual(await statuses(2, () => ping(app)), [200, 429]);
});

Deno.test("a key has a bucket of its own, wherever it comes from, and a made-up one has none", async () => {
  await using app = await EdgeApp.create({
    env: { MCP_RL_BUCKET: "2", MCP_RL_WINDOW_MS: "60000" },
    keys: { a: undefined, b: undefined },
  });
  app.elapsed = 0;
  let n = 0;
  assert.deepEqual(await statuses(3, () => ping(app, { key: "a", from: `192.0.2.${n++}` })), [200, 200, 429]);
  assert.deepEqual(await statuses(3, () => ping(app, { key: "b" })), [200, 200, 429]);
  assert.deepEqual(await statuses(3, () => ping(app)), [401, 401, 429], "without a key the address pays");
});

Deno.test("the key of this machine's own processes has no limit: behind it is a client on stdio", async () => {
  await using app = await EdgeApp.create({
    env: { MCP_RL_BUCKET: "1", MCP_RL_WINDOW_MS: "60000" },
    keys: { a: undefined },
  });
  assert.deepEqual(await statuses(4, () => ping(app, { key: LOCAL_TOKEN })), [200, 200, 200, 200]);
});

Deno.test("health routes do not count, and zero is no limit", async () => {
  await using app = await EdgeApp.create({ env: { MCP_RL_BUCKET: "1", MCP_RL_WINDOW_MS: "60000" } });
  const health = () => app.fetch(new Request(`${ADDRESS}/healthz`), "192.0.2.1");
  assert.deepEqual(await statuses(5, health), [200, 200, 200, 200, 200]);
  assert.deepEqual(await statuses(2, () => ping(app)), [200, 429]);
  await using free = await EdgeApp.create({ env: { MCP_RL_BUCKET: "0" } });
  const response = await ping(free);
  assert.equal(response.headers.get("ratelimit-limit"), null);
  await response.body?.cancel();
  assert.deepEqual(new Set(await statuses(200, () => ping(free))), new Set([200]));
});

Deno.test("after five wrong keys a minute an address waits, and a valid key from it does not", async () => {
  await using app = await EdgeApp.create({ keys: { right: undefined } });
  app.elapsed = 0;
  let n = 0;
  const wrong = () => ping(app, { key: `wrong-${n++}` });
  assert.deepEqual(await statuses(7, wrong), [401, 401, 401, 401, 401, 429, 429]);
  const waiting = await wrong();
  assert.equal(waiting.headers.get("retry-after"), "12");
  await waiting.body?.cancel();
  assert.deepEqual(await statuses(3, () => ping(app, { key: "right" })), [200, 200, 200]);
  assert.deepEqual(await statuses(1, () => ping(app, { key: "wrong", from: "198.51.100.7" })), [401]);
  app.elapsed = 12_000;
  assert.deepEqual(await statuses(2, wrong), [401, 429]);
});

Deno.test("behind a trusted proxy each client pays for itself, and no client for another by a header", async () => {
  const env = { MCP_RL_BUCKET: "1", MCP_RL_WINDOW_MS: "60000" };
  const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
  await using trusting = await EdgeApp.create({ env: { ...env, MCP_TRUSTED_PROXIES: "192.0.2.0/24" } });
  assert.deepEqual(await statuses(2, () => ping(trusting, from("198.51.100.1"))), [200, 429]);
  assert.deepEqual(await statuses(1, () => ping(trusting, from("198.51.100.2"))), [200]);
  await using plain = await EdgeApp.create({ env });
  let n = 0;
  assert.deepEqual(await statuses(2, () => ping(plain, from(`198.51.100.${n++}`))), [200, 429]);
});

Deno.test("more requests at one time than allowed are 503 with Retry-After, and health still answers", async () => {
  const gate = createToolGate();
  await using app = await EdgeApp.create({ env: { MCP_MAX_CONCURRENCY: "2" }, tools: [gate.tool] });
  const call = () =>
    app.post({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: gate.tool.name, arguments: {} },
    });
  const waiting = [call(), call()];
  await gate.entered(2);
  const third = await ping(app);
  assert.deepEqual([third.status, third.headers.get("retry-after")], [503, "1"]);
  await third.body?.cancel();
  assert.equal((await app.send("/healthz")).status, 200);
  gate.open();
  for (const response of await Promise.all(waiting)) await response.body?.cancel();
  assert.deepEqual(await statuses(1, () => ping(app)), [200]);
});

Deno.test("a caller has so many streams open and no more, and gets another when one has ended", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_STREAMS: "2" } });
  // A session has one stream of its own: each of these is another session's.
  const open = async () => {
    const started = await app.post(INITIALIZE);
    await started.body?.cancel();
    const session = started.headers.get("mcp-session-id") ?? "";
    return await app.send("/mcp", { headers: { "mcp-session-id": session, accept: "text/event-stream" } });
  };
  const [one, two, three] = [await open(), await open(), await open()];
  assert.deepEqual([one.status, two.status, three.status], [200, 200, 429]);
  await three.body?.cancel();
  await one.body?.cancel();
  const four = await open();
  assert.equal(four.status, 200);
  await four.body?.cancel();
  await two.body?.cancel();
});

Deno.test("a stream that listens is one of a caller's streams", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_STREAMS: "1" } });
  const version = "2026-07-28";
  const listen = () =>
    app.post({
      jsonrpc: "2.0",
      id: 1,
      method: "subscriptions/listen",
      params: {
        notifications: {},
        _meta: {
          "io.modelcontextprotocol/protocolVersion": version,
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    }, { "mcp-protocol-version": version, "mcp-method": "subscriptions/listen" });
  const [one, two] = [await listen(), await listen()];
  assert.deepEqual([one.status, two.status, two.headers.get("retry-after")], [200, 429, "1"]);
  assert.equal((await two.json()).error.code, -32001);
  await one.body?.cancel();
  const three = await listen();
  assert.equal(three.status, 200);
  await three.body?.cancel();
});

Deno.test("a batch counts as its messages, and is answered whole or not at all", async () => {
  await using app = await EdgeApp.create({ env: { MCP_RL_BUCKET: "5", MCP_RL_WINDOW_MS: "5000" } });
  app.elapsed = 0;
  const batch = (size: number) => app.post(Array.from({ length: size }, (_, id) => ({ ...PING, id })));
  assert.equal((await (await batch(3)).json()).length, 3);
  const refused = await batch(3);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("ratelimit-remaining"), "1");
  assert.equal(refused.headers.get("retry-after"), "1");
  const { error } = await refused.json();
  assert.deepEqual([error.code, /3 messages/.test(error.message)], [-32001, true]);
  assert.equal((await batch(1)).status, 200);
  assert.equal((await batch(1)).status, 429);
});

Deno.test("streams of live events count as streams of their caller", async () => {
  await using app = await EdgeApp.create({
    env: { MCP_MAX_STREAMS: "1" },
    keys: { a: undefined, b: undefined },
  });
  const open = (key: string) => app.send(`/sse?topic=*&key=${key}`);
  const [one, two, other] = [await open("a"), await open("a"), await open("b")];
  assert.deepEqual([one.status, two.status, other.status], [200, 429, 200]);
  for (const response of [two, one, other]) await response.body?.cancel();
  const again = await open("a");
  assert.equal(again.status, 200);
  await again.body?.cancel();
  const missing = await app.send("/sse?topic=job/none&key=a");
  assert.equal(missing.status, 404);
  await missing.body?.cancel();
  const last = await open("a");
  assert.equal(last.status, 200, "a stream that was refused is not counted");
  await last.body?.cancel();
});

Deno.test("a body nested deeper than 64 levels is -32600, whatever stands in its texts", async () => {
  await using app = await EdgeApp.create();
  const nested = (levels: number) =>
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${"[".repeat(levels - 2)}${
      "]".repeat(levels - 2)
    }}}`;
  assert.equal((await app.post(nested(64))).status, 200);
  for (
    const body of [
      nested(65),
      nested(100_000),
      "[".repeat(1_000_000),
      `${'{"a":'.repeat(70)}1${"}".repeat(70)}`,
    ]
  ) {
    const response = await app.post(body);
    assert.equal(response.status, 400);
    const { error } = await response.json();
    assert.equal(error.code, -32600);
    assert.match(error.message, /64 levels/);
  }
  const quoted = JSON.stringify({
    ...PING,
    params: { text: `${"[{".repeat(100)}\\"\\\\`, other: '\\\\\\"[[' },
  });
  assert.equal((await app.post(quoted)).status, 200);
});

Deno.test("keys such as __proto__ and doubled ones do no harm", async () => {
  await using app = await EdgeApp.create();
  for (
    const body of [
      `{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"method":"x"},"params":{"__proto__":{"isAdmin":true}}}`,
      `{"jsonrpc":"2.0","id":1,"id":2,"method":"nope","method":"ping"}`,
      `{"jsonrpc":"2.0","id":1,"method":"ping","constructor":{"prototype":{"x":1}}}`,
    ]
  ) {
    const response = await app.post(body);
    assert.equal(response.status, 200);
    assert.deepEqual((await response.json()).result, {});
  }
  const params =
    `{"name":"write_file","arguments":{"path":"a.txt","contents":"x","__proto__":{"overwrite":true},"constructor":1}}`;
  const { result } =
    await (await app.post(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`)).json();
  assert.equal(result.isError, true);
  assert.equal(({} as Record<string, unknown>).isAdmin, undefined);
  assert.equal(({} as Record<string, unknown>).overwrite, undefined);
});

Deno.test("a page of an allowed origin may send and read, and none of another is told so", async () => {
  await using app = await EdgeApp.create({
    env: { MCP_ALLOWED_ORIGINS: "https://chatgpt.com" },
    keys: { k: undefined },
  });
  const preflight = (origin: string) =>
    app.send("/mcp", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, x-api-key, mcp-param-path, x-evil",
      },
    });
  const allowed = await preflight("https://chatgpt.com");
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get("access-control-allow-origin"), "https://chatgpt.com");
  assert.equal(allowed.headers.get("access-control-allow-credentials"), null);
  assert.match(allowed.headers.get("access-control-allow-headers") ?? "", /x-api-key.*mcp-param-path/);
  assert.doesNotMatch(allowed.headers.get("access-control-allow-headers") ?? "", /evil|\*/);
  assert.equal(allowed.headers.get("vary"), "origin");
  for (const origin of ["https://evil.example", "null", "https://chatgpt.com.evil.example"]) {
    const refused = await preflight(origin);
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
    await refused.body?.cancel();
  }
  for (const [key, status] of [["k", 200], ["x", 401]] as const) {
    const response = await app.post(PING, { origin: "https://chatgpt.com", "x-api-key": key });
    assert.equal(response.status, status);
    assert.equal(response.headers.get("access-control-allow-origin"), "https://chatgpt.com");
    await response.body?.cancel();
  }
  const plain = await app.post(PING, { "x-api-key": "k" });
  assert.equal(plain.headers.get("access-control-allow-origin"), null);
  await plain.body?.cancel();
});
