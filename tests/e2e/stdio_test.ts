/** The command `stdio` as clients run it: a child with pipes, in both eras, alone with its root. */
import assert from "node:assert/strict";
import { post, refusedStart } from "../support/main_process.ts";
import { HELD_MESSAGES_MAX } from "../../src/core/limits.ts";
import { STATELESS, StdioProcess } from "../support/stdio_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

Deno.test("stdio: a handshake client lists, calls, writes, and leaves; stdout has nothing but messages", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n" });
  await using client = new StdioProcess(temp.root);
  const { protocolVersion, serverInfo } = await client.handshake();
  assert.equal(protocolVersion, "2025-11-25");
  assert.equal(serverInfo.name, "lukhas-mcp");
  const { tools } = (await client.request("tools/list")).result;
  assert.deepEqual(tools.slice(0, 2).map(({ name }: { name: string }) => name), ["search", "fetch"]);
  const { structuredContent } = await client.tool("read_file", { path: "a.txt" });
  assert.equal(structuredContent.text, "one\n");
  await client.tool("write_file", { path: "b.txt", contents: "two\n" });
  assert.equal(await client.close(), 0);
  assert.equal(await temp.read("b.txt"), "two\n");
  assert.equal(client.messages.filter(({ id }) => id !== undefined).length, 4);
  assert.equal(await temp.git("status", "--porcelain"), "?? b.txt\n");
  await assert.rejects(Deno.lstat(`${temp.root}/.mcp-lock`), Deno.errors.NotFound);
});

Deno.test("stdio: a stateless client needs no headers, and both eras may speak in turn", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n" });
  await using client = new StdioProcess(temp.root);
  const discovered = (await client.request("server/discover", { _meta: STATELESS })).result;
  assert.deepEqual(discovered.supportedVersions, ["2026-07-28"]);
  assert.equal((await client.handshake("2025-06-18")).protocolVersion, "2025-06-18");
  const call = { name: "read_file", arguments: { path: "a.txt" } };
  const modern = (await client.request("tools/call", { ...call, _meta: STATELESS })).result;
  assert.equal(modern.resultType, "complete");
  const old = (await client.request("tools/call", call)).result;
  assert.equal(old.resultType, undefined);
  assert.equal(old.structuredContent.text, modern.structuredContent.text);
  assert.equal(await client.close(), 0);
});

Deno.test("stdio: a client that sends all and closes at once gets every answer", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n" });
  await using client = new StdioProcess(temp.root);
  for (let id = 1; id <= 20; id++) {
    await client.send({ id, method: "tools/call", params: { name: "git_log", arguments: {} } });
  }
  await client.sendText(`{"jsonrpc":"2.0","id":21,"method":"ping"}`);
  assert.equal(await client.close(), 0);
  const ids = client.messages.map(({ id }) => id).sort((a, b) => a - b);
  assert.deepEqual(ids, Array.from({ length: 21 }, (_, index) => index + 1));
  assert.ok(client.messages.every(({ result }) => result !== undefined));
});

for (const where of ["the owner", "a bridge to it"]) {
  Deno.test(`stdio: a client of ${where} that sends thousands of requests before it waits gets every answer`, async () => {
    await using temp = await TempRoot.create({ git: false });
    const env = { MCP_MAX_CONCURRENCY: "2" };
    await using owner = new StdioProcess(temp.root, env);
    await owner.handshake();
    await using bridge = where === "the owner" ? undefined : new StdioProcess(temp.root, env);
    const client = bridge ?? owner;
    const count = 2 * HELD_MESSAGES_MAX;
    const lines = Array.from({ length: count }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
    await client.sendText(lines.join(""));
    assert.deepEqual((await client.request("ping")).result, {});
    for (let id = 0; id < count; id++) await client.response(id);
    assert.equal(await client.close(), 0);
  });
}

Deno.test("stdio: what is no message is refused, and the line behind it is served", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using client = new StdioProcess(temp.root, { MCP_MAX_BODY_BYTES: "2000" });
  await client.sendText(`\r\n\n{"jsonrpc":"2.0","id":"first","method":"ping"}\r\n`);
  assert.deepEqual((await client.response("first")).result, {});
  const cases: [string | Uint8Array<ArrayBuffer>, number][] = [
    ["garbage\n", -32700],
    [new Uint8Array([0x22, 0xff, 0x22, 0x0a]), -32700],
    ["[]\n", -32600],
    [`{"jsonrpc":"1.0"}\n`, -32600],
  ];
  for (const [line, code] of cases) {
    await client.sendText(line);
    await client.request("ping");
    assert.equal(
      client.messages.findLast(({ error }) => error !== undefined)?.error.code,
      code,
      String(line),
    );
  }
  const chunk = "x".repeat(100_000);
  for (let i = 0; i < 100; i++) await client.sendText(chunk);
  await client.sendText(`\n{"jsonrpc":"2.0","id":"after","method":"ping"}\n`);
  await client.response("after");
  const { error, id } = client.messages.findLast(({ error }) => error !== undefined) ?? {};
  assert.equal(error.code, -32600);
  assert.match(error.message, /more than 2000 bytes: MCP_MAX_BODY_BYTES/);
  assert.equal(id, undefined);
});

Deno.test("stdio: the socket of the owner takes nothing but the note's token, health aside", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using client = new StdioProcess(temp.root, { LUKHAS_MCP_API_KEYS: "operator", MCP_INSECURE: "1" });
  const url = await client.url();
  const note = JSON.parse(await temp.read(".mcp-lock"));
  assert.deepEqual([note.url, note.pid], [url, client.pid]);
  assert.equal((await post(url, "ping")).status, 401);
  const ping = (key: string) =>
    fetch(`${url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: `{"jsonrpc":"2.0","id":1,"method":"ping"}`,
    });
  for (const [key, status] of [["operator", 401], [note.token, 200]] as const) {
    const response = await ping(key);
    await response.body?.cancel();
    assert.equal(response.status, status);
  }
  const health = await fetch(`${url}/healthz`);
  await health.body?.cancel();
  assert.equal(health.status, 200);
});

Deno.test("stdio: SIGTERM ends it as the end of its input does", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using client = new StdioProcess(temp.root);
  await client.request("ping");
  client.kill("SIGTERM");
  assert.equal(await client.ended(), 0);
  await assert.rejects(Deno.lstat(`${temp.root}/.mcp-lock`), Deno.errors.NotFound);
});

Deno.test("an unknown command stops the start with one line that names the nearest, and exit code 2", async () => {
  await using temp = await TempRoot.create({ git: false });
  const cases: [string[], RegExp][] = [
    [["studio"], /Unknown command "studio"; did you mean stdio\?/],
    [["stdio", "--port", "80"], /stdio takes no --port/],
    [["stdio", "/srv"], /stdio takes nothing beside flags, not "\/srv"/],
  ];
  for (const [args, expected] of cases) {
    const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: temp.root }, args });
    assert.equal(code, 2);
    assert.match(line, expected);
  }
});
