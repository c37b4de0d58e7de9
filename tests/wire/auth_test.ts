/** API keys: who is let in, what the others are told, and what the log keeps of a key. */
import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { EdgeApp, LOCAL_TOKEN } from "../support/edge_app.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" };
const KEYS = { LUKHAS_MCP_API_KEYS: "first-key, second-key" };

Deno.test("either key opens the server, as X-API-Key or as a bearer token", async (t) => {
  await using app = await EdgeApp.create({ env: KEYS });
  const accepted: Record<string, string>[] = [
    { "x-api-key": "first-key" },
    { "X-API-KEY": "second-key" },
    { authorization: "Bearer first-key" },
    { authorization: "bearer   second-key " },
    { authorization: "Basic Zmlyc3Q6a2V5", "x-api-key": "first-key" },
    { authorization: `Bearer ${LOCAL_TOKEN}` },
    { "x-api-key": LOCAL_TOKEN },
  ];
  for (const headers of accepted) {
    await t.step(JSON.stringify(headers), async () => {
      const response = await app.post(PING, headers);
      assert.equal(response.status, 200);
      assert.deepEqual((await response.json()).result, {});
    });
  }
});

Deno.test("a missing or wrong key is 401 with a challenge and a JSON-RPC error without an id", async (t) => {
  await using app = await EdgeApp.create({ env: KEYS });
  const refused: Record<string, string>[] = [
    {},
    { "x-api-key": "" },
    { "x-api-key": "wrong" },
    { "x-api-key": "first-key,second-key" },
    { "x-api-key": "First-Key" },
    { authorization: "first-key" },
    { authorization: "Bearer" },
    { authorization: "Bearer wrong" },
    { authorization: "Bearer first-key second-key" },
    { authorization: "Basic Zmlyc3Q6a2V5" },
    { authorization: `Token first-key` },
    { "x-api-key": "wrong", authorization: "Bearer first-key" },
    { "x-api-key": sha256Hex("first-key") },
    { cookie: "key=first-key" },
  ];
  for (const headers of refused) {
    await t.step(JSON.stringify(headers), async () => {
      // A minute later than the one before: who sends many wrong keys is to wait.
      app.elapsed = (app.elapsed ?? 0) + 60_000;
      const response = await app.post(PING, headers);
      assert.equal(response.status, 401);
      assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
      const answer = await response.json();
      assert.deepEqual(Object.keys(answer), ["jsonrpc", "error"]);
      assert.equal(answer.error.code, -32000);
      assert.match(answer.error.message, /^Unauthorized/);
    });
  }
});

Deno.test("a key that was let in lets in no other, and many keys in turn are all let in", async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `key-number-${index + 10}`);
  await using app = await EdgeApp.create({ env: { LUKHAS_MCP_API_KEYS: keys.join(",") } });
  const status = async (key: string) => {
    const response = await app.post(PING, { "x-api-key": key });
    await response.body?.cancel();
    return response.status;
  };
  for (const key of [...keys, ...keys]) assert.equal(await status(key), 200);
  const [last = ""] = keys.slice(-1);
  for (const other of [last.replace(/.$/, "x"), last.replace(/^./, "x"), last.slice(1), `${last}0`]) {
    assert.equal(await status(other), 401, other);
  }
});

Deno.test("a key in the address is not taken: addresses end up in logs", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  const init = {
    method: "POST",
    body: JSON.stringify(PING),
    headers: { "content-type": "application/json" },
  };
  for (const path of ["/mcp?key=first-key", "/mcp?x-api-key=first-key", "/files/a.txt?key=first-key"]) {
    const response = await app.send(path, path.startsWith("/mcp") ? init : {});
    assert.equal(response.status, 401);
    await response.body?.cancel();
  }
});

Deno.test("without a key every route is closed but health and the description", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "x" });
  const statuses: Record<string, number> = {};
  for (const path of ["/", "/healthz", "/readyz", "/mcp", "/files/a.txt", "/sse", "/nope"]) {
    const response = await app.send(path);
    statuses[path] = response.status;
    await response.body?.cancel();
  }
  assert.deepEqual(statuses, {
    "/": 200,
    "/healthz": 200,
    "/readyz": 200,
    "/mcp": 401,
    "/files/a.txt": 401,
    "/sse": 401,
    "/nope": 401,
  });
});

Deno.test("a refused request's body is not read, and its call not executed", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  const params = { name: "write_file", arguments: { path: "a.txt", contents: "x" } };
  const response = await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  assert.equal(response.status, 401);
  await assert.rejects(Deno.lstat(`${app.root.root}/a.txt`), Deno.errors.NotFound);
});

Deno.test("the log names a key by eight digits of its hash, right or wrong, and never holds the key", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  for (const headers of [{ "x-api-key": "first-key" }, { authorization: "Bearer made-up-key" }, {}]) {
    await (await app.post(PING, headers as Record<string, string>)).body?.cancel();
  }
  const [right, wrong, none] = app.logged as { key?: string; status: number }[];
  assert.equal(right?.key, sha256Hex("first-key").slice(0, 8));
  assert.equal(wrong?.key, sha256Hex("made-up-key").slice(0, 8));
  assert.ok(none !== undefined && !("key" in none));
  assert.doesNotMatch(JSON.stringify(app.logged), /first-key|made-up-key/);
});

Deno.test("without keys nobody needs one, and one that is sent does no harm", async () => {
  await using app = await EdgeApp.create();
  assert.equal((await app.post(PING)).status, 200);
  assert.equal((await app.post(PING, { "x-api-key": "anything" })).status, 200);
});
