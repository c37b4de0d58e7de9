/** idempotencyKey: a call that is sent again happens once. */
import assert from "node:assert/strict";
import { EdgeApp } from "../support/edge_app.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("the same key with the same arguments returns the first result, and does nothing again", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "log.txt": "start\n" });
  const args = { path: "log.txt", contents: "line", idempotencyKey: "k1" };
  const first = await app.call("append_file", args);
  const again = await Promise.all([app.call("append_file", args), app.call("append_file", args)]);
  assert.deepEqual(again, [first, first]);
  assert.equal(await app.root.read("log.txt"), "start\nline\n");
  await app.call("append_file", { ...args, idempotencyKey: "k2" });
  assert.equal(await app.root.read("log.txt"), "start\nline\nline\n");
});

Deno.test("a key holds over a restart, and neither it nor what was sent with it is kept", async () => {
  await using root = await TempRoot.create({ git: false });
  await root.write({ "log.txt": "" });
  const args = { path: "log.txt", contents: "a line of text", idempotencyKey: "my-own-key" };
  await using first = await TestApp.create({ root });
  const result = await first.call("append_file", args);
  await Deno.writeTextFile(`${root.root}/.mcp-journal/results.jsonl`, '{"name":"torn', { append: true });
  await using second = await TestApp.create({ root });
  assert.deepEqual(await second.call("append_file", args), result);
  assert.equal((await second.callFailing("append_file", { ...args, contents: "other" })).code, "conflict");
  assert.equal(await root.read("log.txt"), "a line of text\n");
  const kept = await root.read(".mcp-journal/results.jsonl");
  assert.doesNotMatch(kept, /my-own-key|a line of text|torn/);
  assert.equal((Deno.statSync(`${root.root}/.mcp-journal/results.jsonl`).mode ?? 0) & 0o777, 0o600);
});

Deno.test("what a killed process left of the log keeps no key from holding, and neither does a passing trouble", async () => {
  await using root = await TempRoot.create({ git: false });
  await root.write({ "log.txt": "", ".mcp-journal/.mcp-tmp-results": "torn" });
  // Nothing that is younger than the server is swept.
  await Deno.utime(
    `${root.root}/.mcp-journal/.mcp-tmp-results`,
    new Date(Date.now() + 60_000),
    new Date(Date.now() + 60_000),
  );
  await Deno.mkdir(`${root.root}/.mcp-journal/results.jsonl`);
  await using app = await TestApp.create({ root });
  const args = { path: "log.txt", contents: "line", idempotencyKey: "k" };
  await app.callFailing("append_file", args).catch(() => undefined);
  await Deno.remove(`${root.root}/.mcp-journal/results.jsonl`);
  await app.call("append_file", args);
  await app.call("append_file", args);
  assert.equal(await root.read("log.txt"), "line\n");
});

Deno.test("calls that are sent at the same time with one key happen once", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "log.txt": "" });
  const args = { path: "log.txt", contents: "line", idempotencyKey: "k" };
  const results = await Promise.all(Array.from({ length: 10 }, () => app.call("append_file", args)));
  assert.equal(new Set(results.map((result) => JSON.stringify(result))).size, 1);
  assert.equal(await app.root.read("log.txt"), "line\n");
});

Deno.test("the same key with other arguments is a conflict; for another tool it is another key", async () => {
  await using app = await TestApp.create({ git: false });
  await app.call("write_file", { path: "a.txt", contents: "a", idempotencyKey: "k" });
  const failure = await app.callFailing("write_file", { path: "a.txt", contents: "b", idempotencyKey: "k" });
  assert.equal(failure.code, "conflict");
  assert.equal(failure.details.reason, "idempotency_key_reused");
  await app.call("create_file", { path: "b.txt", contents: "b", idempotencyKey: "k" });
});

Deno.test("a call that failed has not happened, and may be sent again", async () => {
  await using app = await TestApp.create({ git: false });
  const args = { path: "a.txt", contents: "a", idempotencyKey: "k" };
  await app.root.write({ "a.txt": "there" });
  assert.equal((await app.callFailing("create_file", args)).code, "already_exists");
  await Deno.remove(`${app.root.root}/a.txt`);
  assert.equal((await app.call("create_file", args)).created, true);
});

Deno.test("another caller's key is another key", async () => {
  await using app = await EdgeApp.create({ keys: { one: undefined, two: undefined } });
  await app.root.write({ "log.txt": "" });
  const params = { name: "append_file", arguments: { path: "log.txt", contents: "x", idempotencyKey: "k" } };
  for (const key of ["one", "two", "one"]) {
    const response = await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, {
      "x-api-key": key,
    });
    await response.body?.cancel();
  }
  assert.equal(await app.root.read("log.txt"), "x\nx\n");
});

Deno.test("keys are forgotten after a day", async () => {
  await using app = await EdgeApp.create();
  await app.root.write({ "log.txt": "" });
  const call = () =>
    app.ask("tools/call", {
      name: "append_file",
      arguments: { path: "log.txt", contents: "x", idempotencyKey: "k" },
    });
  await call();
  app.now += 23 * 3_600_000;
  await call();
  assert.equal(await app.root.read("log.txt"), "x\n");
  app.now += 2 * 3_600_000;
  await call();
  assert.equal(await app.root.read("log.txt"), "x\nx\n");
});

Deno.test("a tool that only reads takes no such key, and every tool that writes does", async () => {
  await using app = await TestApp.create({ git: false });
  const failure = await app.callFailing("read_file", { path: "a", idempotencyKey: "k" });
  assert.equal(failure.code, "invalid_arguments");
  const { result } = await (await app.post({ jsonrpc: "2.0", id: 1, method: "tools/list" })).json();
  const takers = result.tools.filter((tool: { inputSchema: { properties: object } }) =>
    "idempotencyKey" in tool.inputSchema.properties
  ).map(({ name }: { name: string }) => name);
  for (
    const name of [
      "write_file",
      "create_file",
      "update_file",
      "append_file",
      "rename_file",
      "delete_file",
      "apply_patch",
      "git_commit",
      "undo",
    ]
  ) {
    assert.ok(takers.includes(name), name);
  }
});
