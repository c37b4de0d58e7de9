/** `/sse` through the front door: what an evaluation and a canary tell, who is let in, and what resumes. */
import assert from "node:assert/strict";
import { EdgeApp } from "../support/edge_app.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { LiveReader } from "../support/live_feed.ts";
import { TestApp, type TestAppOptions } from "../support/test_app.ts";

async function withClock(options: TestAppOptions = {}): Promise<{ app: TestApp; clock: FakeClock }> {
  const clock = new FakeClock();
  const app = await TestApp.create({ git: false, time: { clock, later: clock.later }, ...options });
  return { app, clock };
}

async function subscribe(
  app: TestApp,
  query: string,
  headers: Record<string, string> = {},
): Promise<LiveReader> {
  const response = await app.fetch(`/sse${query}`, { headers });
  assert.equal(response.status, 200);
  const reader = new LiveReader(response);
  await reader.open();
  return reader;
}

Deno.test("an evaluation tells queued, running, update and completed, whenever one subscribes", async () => {
  const { app, clock } = await withClock();
  await using _ = app;
  const early = await subscribe(app, "?topic=job/*");
  const { jobId } = await app.call("run_eval", { taskId: "mmlu", configId: "chat/2" });
  await clock.pass(2_000);
  const late = await subscribe(app, `?topic=job/${jobId}`);
  assert.deepEqual(late.opening?.data, { ok: true, topic: `job/${jobId}` });
  const told = await late.take(5);
  assert.deepEqual(told.map(({ name }) => name), ["queued", "running", "update", "update", "completed"]);
  assert.deepEqual(await early.take(5), told);
  for (const { data } of told) assert.equal(data.jobId, jobId);
  assert.equal(told.at(-1)?.data.status, "COMPLETED");
  assert.equal(told.at(-1)?.data.result.simulated, true);
  for (const reader of [early, late]) await reader.leave();
});

Deno.test("an evaluation that is ended tells completed, with the status CANCELED", async () => {
  const { app, clock } = await withClock();
  await using _ = app;
  const { jobId } = await app.call("run_eval", { taskId: "mmlu", configId: "chat/2" });
  await clock.pass(500);
  await app.call("cancel_eval", { jobId });
  await clock.pass(5_000);
  const reader = await subscribe(app, `?topic=job/${jobId}`);
  for (;;) {
    const event = await reader.next();
    if (event?.name !== "completed") continue;
    assert.equal(event.data.status, "CANCELED");
    break;
  }
  await reader.leave();
});

Deno.test("a canary tells started, its metrics, and how it ended", async () => {
  const { app, clock } = await withClock();
  await using _ = app;
  const { canaryId } = await app.call("start_canary", {
    modelId: "chat/2",
    fromGate: "staging",
    toGate: "production",
    windowSeconds: 60,
    targets: { latency_p95_ms: 100_000, max_error_rate: 0.5 },
  });
  const reader = await subscribe(app, `?topic=canary/${canaryId}`);
  const names: string[] = [];
  for (let minute = 0; minute < 5 && !names.includes("promoted"); minute++) {
    await clock.pass(60_000);
    const events = await app.store.events.read({ afterId: 0, topics: [`canary/${canaryId}`], limit: 500 });
    names.push(...(await reader.take(events.length - names.length)).map(({ name }) => name));
  }
  assert.equal(names[0], "started");
  assert.equal(names.at(-1), "promoted");
  assert.deepEqual([...new Set(names)], ["started", "metric", "promoted"]);
  await reader.leave();
});

Deno.test("a subscriber that is cut off at any event and resumes misses none and gets none twice", async () => {
  const { app, clock } = await withClock();
  await using _ = app;
  let reader = await subscribe(app, "?topic=*");
  const seen: number[] = [];
  const next = async () => {
    const event = await reader.next();
    if (event !== undefined) seen.push(event.id);
    await reader.leave();
    reader = await subscribe(app, "?topic=*", { "last-event-id": reader.lastId ?? "" });
  };
  for (let n = 0; n < 4; n++) await app.call("run_eval", { taskId: "mmlu", configId: `chat/${n}` });
  await clock.pass(10_000);
  const all = (await app.store.events.read({ afterId: 0, limit: 1_000 })).map(({ id }) => id);
  assert.ok(all.length >= 20);
  while (seen.length < all.length) await next();
  assert.deepEqual(seen, all);
  await reader.leave();
});

Deno.test("a key may be in the address of /sse, and of no other route", async () => {
  const { app } = await withClock({ env: { LUKHAS_MCP_API_KEYS: "k1,k2" } });
  await using _ = app;
  const status = async (path: string, headers: Record<string, string> = {}) => {
    const response = await app.fetch(path, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status("/sse?topic=*&key=k1"), 200);
  assert.equal(await status("/sse?key=k2&topic=*"), 200);
  assert.equal(await status("/sse?topic=*", { "x-api-key": "k1" }), 200);
  assert.equal(await status("/sse?topic=*", { authorization: "Bearer k2" }), 200);
  for (
    const path of [
      "/sse?topic=*",
      "/sse?topic=*&key=",
      "/sse?topic=*&key=k3",
      "/sse?topic=*&key=wrong&key=k1",
    ]
  ) {
    assert.equal(await status(path), 401, path);
  }
  assert.equal(await status("/sse?topic=*&key=k1", { "x-api-key": "wrong" }), 401);
  for (const path of ["/metrics?key=k1", "/evidence/export?key=k1", "/files/a.txt?key=k1", "/mcp?key=k1"]) {
    assert.equal(await status(path), 401, path);
  }
  for (const event of app.logged) assert.ok(!JSON.stringify(event).includes("key=k"), JSON.stringify(event));
});

Deno.test("what watches is asked with GET alone", async () => {
  const { app } = await withClock();
  await using _ = app;
  for (const path of ["/sse?topic=*", "/metrics", "/evidence/export"]) {
    for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
      const response = await app.fetch(path, { method });
      assert.equal(response.status, 405, `${method} ${path}`);
      assert.equal(response.headers.get("allow"), "GET");
    }
  }
});

Deno.test("a page of another origin cannot watch", async () => {
  const { app } = await withClock();
  await using _ = app;
  const response = await app.fetch("/sse?topic=*", { headers: { origin: "https://evil.example" } });
  assert.equal(response.status, 403);
});

Deno.test("streams of live events end when the server stops", async () => {
  const { app } = await withClock();
  const reader = await subscribe(app, "?topic=*");
  await app[Symbol.asyncDispose]();
  assert.equal(await reader.next(), undefined);
});

Deno.test("live events, metrics and evidence take a key for operations", async () => {
  const keys = { reader: ["read"], writer: ["write"], operator: ["ops"], all: undefined } as const;
  await using app = await EdgeApp.create({ keys });
  const allowed: Readonly<Record<string, readonly string[]>> = {
    "/sse?topic=*": ["operator", "all"],
    "/metrics": ["operator", "all"],
    "/evidence/export": ["operator", "all"],
  };
  for (const [path, names] of Object.entries(allowed)) {
    for (const key of Object.keys(keys)) {
      const response = await app.send(path, { headers: { "x-api-key": key } });
      assert.equal(response.status, names.includes(key) ? 200 : 403, `${path} with ${key}`);
      if (response.status === 403) {
        assert.match((await response.json()).error.message, /takes a key with the scope "/);
      } else await response.body?.cancel();
    }
  }
});

Deno.test("a stream ends when its key is taken away, or is not for operations any more", async () => {
  await using app = await EdgeApp.create({
    keys: { stays: undefined, goes: undefined, changes: ["read", "ops"] },
  });
  const open = async (key: string) => {
    const reader = new LiveReader(await app.send(`/sse?topic=*&key=${key}`));
    await reader.open();
    return reader;
  };
  const [stays, goes, changes] = [await open("stays"), await open("goes"), await open("changes")];
  app.replaceKeys({ stays: undefined, changes: ["read"] });
  assert.equal(await goes.next(), undefined);
  assert.equal(await changes.next(), undefined);
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call" };
  const params = { name: "run_eval", arguments: { taskId: "mmlu", configId: "a", dryRun: true } };
  await (await app.post({ ...message, params }, { "x-api-key": "stays" })).body?.cancel();
  assert.equal((await stays.take(1))[0]?.name, "queued");
  await stays.leave();
});

Deno.test("a caller has as many streams as it may, and a refusal is none", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_STREAMS: "1" } });
  for (let n = 0; n < 3; n++) assert.equal((await app.send("/sse?topic=job/none")).status, 404);
  const first = new LiveReader(await app.send("/sse?topic=*"));
  await first.open();
  assert.equal((await app.send("/sse?topic=*")).status, 429);
  await first.leave();
  const second = await app.send("/sse?topic=*");
  assert.equal(second.status, 200);
  await second.body?.cancel();
});

Deno.test("where nothing can be changed everybody may read files, and operators alone watch the server", async () => {
  const env = { MCP_READ_ONLY: "1", MCP_ALLOWED_HOSTS: "mcp.example.com" };
  await using app = await EdgeApp.create({ env });
  const status = async (host: string, path: string) => {
    const response = await app.send(`http://${host}${path}`, { headers: { host } });
    await response.body?.cancel();
    return response.status;
  };
  await app.root.write({ "a.txt": "text" });
  assert.equal(await status("mcp.example.com", "/files/a.txt"), 200);
  for (const path of ["/sse?topic=*", "/metrics", "/evidence/export"]) {
    assert.equal(await status("mcp.example.com", path), 403, path);
    assert.equal(await status("127.0.0.1:8766", path), 200, path);
  }
});
