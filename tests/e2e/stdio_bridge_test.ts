/** A second process for a root: a bridge to the owner, and the owner when the first one has gone. */
import assert from "node:assert/strict";
import { EXIT } from "../../src/launcher/launch_parts.ts";
import { MainProcess } from "../support/main_process.ts";
import { STATELESS, StdioProcess } from "../support/stdio_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const BRIDGING = (line: string) => line.includes("a bridge to the process that owns the root");

Deno.test("of 20 updates with one hash, ten over HTTP and ten through the bridge, one wins", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n" });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  await using client = new StdioProcess(temp.root);
  await client.handshake();
  await client.log.find(BRIDGING);
  const { sha256 } = (await client.tool("read_file", { path: "a.txt" })).structuredContent.metadata;
  const update = (contents: string) => ({
    name: "update_file",
    arguments: { path: "a.txt", contents, expectSha256: sha256 },
  });
  const overHttp = async (contents: string) => {
    const response = await fetch(`${url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: update(contents) }),
    });
    return await response.json();
  };
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => [
      overHttp(`http ${index}\n`),
      client.request("tools/call", update(`bridge ${index}\n`)),
    ]).flat(),
  );
  assert.equal(answers.length, 20);
  assert.equal(answers.filter(({ result }) => result.isError !== true).length, 1);
  const losers = answers.filter(({ result }) => result.isError === true);
  for (const { result } of losers) assert.match(result.content[0].text, /sha_mismatch/);
  assert.match(await temp.read("a.txt"), /^(http|bridge) \d\n$/);
  assert.equal(await client.close(), 0);
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
});

Deno.test("of two processes on stdio the second is a bridge to the first, in both eras, and leaves it alone", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "one\n" });
  await using first = new StdioProcess(temp.root);
  await first.handshake();
  await using second = new StdioProcess(temp.root);
  await second.handshake();
  await second.log.find(BRIDGING);
  const call = { name: "read_file", arguments: { path: "a.txt" } };
  const old = (await second.request("tools/call", call)).result;
  const modern = (await second.request("tools/call", { ...call, _meta: STATELESS })).result;
  assert.equal(old.structuredContent.text, "one\n");
  assert.deepEqual(modern.structuredContent.text, "one\n");
  assert.equal((await second.request("no/such", { _meta: STATELESS })).error.code, -32601);
  await second.sendText("garbage\n");
  await second.out.find((line) => line.includes("-32700"));
  assert.equal(await second.close(), 0);
  assert.equal((await first.tool("read_file", { path: "a.txt" })).structuredContent.text, "one\n");
  assert.equal(await first.close(), 0);
});

Deno.test("a client that asks for MCP_READ_ONLY=1 gets no bridge to an owner that may write, and one to an owner that may not", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "one\n" });
  await Deno.mkdir(`${temp.outside}/home`);
  // What Deno has cached lies in the developer's own home.
  const cache = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  const readOnly = { MCP_READ_ONLY: "1", HOME: `${temp.outside}/home`, DENO_DIR: cache };
  {
    await using writing = new StdioProcess(temp.root);
    await writing.handshake();
    await using refused = new StdioProcess(temp.root, readOnly);
    await refused.log.find((line) =>
      /MCP_READ_ONLY=1: process \d+ serves .*leave the variable out/.test(line)
    );
    assert.equal(await refused.close(), EXIT.rootInUse);
    assert.equal(await writing.close(), 0);
  }
  await using reading = new StdioProcess(temp.root, readOnly);
  await reading.handshake();
  await using second = new StdioProcess(temp.root, readOnly);
  await second.handshake();
  await second.log.find(BRIDGING);
  const { result: { tools } } = await second.request("tools/list", {});
  assert.ok(
    tools.every(({ annotations }: { annotations: { readOnlyHint: boolean } }) => annotations.readOnlyHint),
  );
  assert.equal(await second.close(), 0);
  assert.equal(await reading.close(), 0);
});

for (const isModern of [false, true]) {
  const name = isModern ? "stateless" : "handshake";
  Deno.test(`a bridge takes over from a killed owner, and its ${name} client goes on without a new handshake`, async () => {
    await using temp = await TempRoot.create({ git: false });
    await temp.write({ "a.txt": "one\n" });
    await using owner = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
    await owner.url();
    await using client = new StdioProcess(temp.root);
    if (!isModern) await client.handshake();
    const params = {
      name: "read_file",
      arguments: { path: "a.txt" },
      ...(isModern && { _meta: STATELESS }),
    };
    assert.ok((await client.request("tools/call", params)).result.structuredContent);
    const before = client.messages.length;
    owner.kill("SIGKILL");
    await owner.ended();
    let answer = await client.request("tools/call", params);
    let answers = 1;
    // A call may have reached the socket of a process that was just dying: whether it was done, nobody can tell.
    if (answer.error !== undefined) {
      assert.match(answer.error.message, /send it again/);
      answer = await client.request("tools/call", params);
      answers++;
    }
    assert.equal(answer.result.structuredContent.text, "one\n");
    assert.equal(client.messages.length, before + answers, "the handshake that is said again shows nowhere");
    assert.equal(JSON.parse(await temp.read(".mcp-lock")).pid, client.pid);
    assert.equal(await client.close(), 0);
    await assert.rejects(Deno.lstat(`${temp.root}/.mcp-lock`), Deno.errors.NotFound);
  });
}

Deno.test("a note that leads to anything but an owner is not followed", async () => {
  await using other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<p>Hello", { headers: { "content-type": "text/html" } }),
  );
  const leadTo = async (url: string) => {
    await using temp = await TempRoot.create({ git: false });
    await temp.write({ ".mcp-lock": JSON.stringify({ pid: 1, url, token: "ab".repeat(32) }) });
    using anchor = await Deno.open(temp.root);
    assert.ok(await anchor.tryLock(true));
    await using client = new StdioProcess(temp.root);
    assert.equal(await client.ended(), 3, url);
    const said = client.log.all.join("\n");
    assert.match(said, /^lukhas-mcp: Cannot reach the process that serves this root/, url);
  };
  await Promise.all([
    leadTo("http://192.0.2.1:80"),
    leadTo(`http://127.0.0.1:${other.addr.port}`),
  ]);
});
