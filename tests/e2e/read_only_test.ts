/** MCP_READ_ONLY=1: nothing that changes anything is offered, and the runtime itself refuses what a bug might try. */
import assert from "node:assert/strict";
import { findProgram } from "../../src/launcher/find_program.ts";
import { GitRunner } from "../../src/repo/git/runner.ts";
import { appPermissions } from "../../src/sandbox.ts";
import { probePermissions } from "../support/cage.ts";
import { fileTree } from "../support/file_tree.ts";
import { MainProcess, post, refusedStart } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

const READ_ONLY = { MCP_READ_ONLY: "1" };

Deno.test("no tool that changes anything is listed or can be called, and those that read do", async () => {
  await using app = await TestApp.create({ env: READ_ONLY });
  await app.root.commit({ "a.txt": "one\n" });
  await app.root.write({ "a.txt": "two\n" });
  const { result } = await (await app.post({ jsonrpc: "2.0", id: 1, method: "tools/list" })).json();
  const names = result.tools.map(({ name }: { name: string }) => name);
  assert.deepEqual(names.slice(0, 2), ["search", "fetch"]);
  for (const tool of result.tools) assert.equal(tool.annotations.readOnlyHint, true, tool.name);
  for (const name of ["write_file", "apply_patch", "git_commit", "undo"]) {
    assert.ok(!names.includes(name));
    const { error } =
      await (await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {} } }))
        .json();
    assert.equal(error.code, -32602);
  }
  assert.equal((await app.call("read_file", { path: "a.txt" })).text, "two\n");
  assert.equal((await app.call("git_status")).entries.length, 1);
  assert.match((await app.call("git_diff")).text, /\+two/);
  assert.equal((await app.call("git_log")).commits.length, 1);
  assert.equal((await app.call("search", { query: "two" })).results[0].path, "a.txt");
  assert.deepEqual((await app.call("list_changes")).changes, []);
});

Deno.test("git is only asked: a command that changes something is not run", async () => {
  await using temp = await TempRoot.create();
  const runner = new GitRunner({
    program: await findProgram("git", { path: Deno.env.get("PATH") ?? "", outside: temp.root }),
    root: temp.root,
    env: {},
    trustHooks: false,
    identity: {},
    readOnly: true,
    isHidden: () => false,
    now: () => 0,
  });
  const refused = [
    ["commit", "-m", "x"],
    ["update-index", "--add", "a"],
    ["config", "user.name", "x"],
    ["hash-object", "-w", "a"],
    ["worktree", "add", "x"],
    ["-c", "log", "checkout", "x"],
    ["--git-dir=/x", "gc"],
    ["push"],
    ["toString"],
    [],
  ];
  for (const args of refused) {
    await assert.rejects(runner.run(args), { code: "read_only" }, args.join(" "));
  }
  assert.equal((await runner.run(["-c", "core.fsmonitor=false", "rev-parse", "--git-dir"])).code, 0);
});

Deno.test("the app's cage then holds no write to the root", async () => {
  const result = await probePermissions((settings) =>
    appPermissions({
      ...settings,
      config: { ...settings.config, access: { ...settings.config.access, readOnly: true } },
    })
  );
  for (const name of ["write a file of the root", "open a database in the root"]) {
    assert.match(result[name] ?? "", /^NotCapable|unable to open/i, `${name}: ${result[name]}`);
  }
  assert.equal(result["read a file of the root"], "done");
});

Deno.test("a server that only reads leaves nothing in the root but its lock, and nothing when it has ended", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "needle\n" });
  const before = fileTree(temp.root);
  await Deno.mkdir(`${temp.outside}/home`);
  // What Deno has cached lies in the developer's own home.
  const cache = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  await using main = new MainProcess({
    env: { LUKHAS_REPO_ROOT: temp.root, HOME: `${temp.outside}/home`, DENO_DIR: cache, ...READ_ONLY },
  });
  const url = await main.url();
  const { result } = await (await post(url, "tools/call", { name: "search", arguments: { query: "needle" } }))
    .json();
  assert.equal(result.structuredContent.results[0].path, "a.txt");
  assert.deepEqual(fileTree(temp.root, { except: [".mcp-lock"] }), before);
  Deno.kill(main.pid, "SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.deepEqual(fileTree(temp.root), before);
  assert.doesNotMatch(main.lines.join("\n"), /"msg":"bug"/);
});

Deno.test("a server that only reads has its index where it is told to, but not in the root", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "needle\n" });
  const env = { LUKHAS_REPO_ROOT: temp.root, ...READ_ONLY };
  const inside = await refusedStart({ env: { ...env, MCP_INDEX_PATH: `${temp.root}/other.db` } });
  assert.equal(inside.code, 2);
  assert.match(inside.line, /MCP_INDEX_PATH=".*" lies in the root, which MCP_READ_ONLY=1 leaves alone/);
  const before = fileTree(temp.root);
  await using main = new MainProcess({ env: { ...env, MCP_INDEX_PATH: `${temp.outside}/index.db` } });
  const url = await main.url();
  const { result } = await (await post(url, "tools/call", { name: "search", arguments: { query: "needle" } }))
    .json();
  assert.equal(result.structuredContent.results[0].path, "a.txt");
  Deno.kill(main.pid, "SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.deepEqual(fileTree(temp.root), before);
  assert.ok((await Deno.lstat(`${temp.outside}/index.db`)).isFile);
});

Deno.test("for a public name it answers without keys, where one that writes does not", async () => {
  const env = { MCP_ALLOWED_HOSTS: "mcp.example.com" };
  const status = async (app: TestApp) =>
    (await app.post({ jsonrpc: "2.0", id: 1, method: "ping" }, { host: "mcp.example.com" })).status;
  await using reading = await TestApp.create({ git: false, env: { ...env, ...READ_ONLY } });
  assert.equal(await status(reading), 200);
  await using writing = await TestApp.create({ git: false, env });
  assert.equal(await status(writing), 403);
});
