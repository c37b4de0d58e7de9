/** The start: what is said when it works, and the one line that is said when it does not. */
import assert from "node:assert/strict";
import { GIT_READ_TIMEOUT_MS } from "../../src/core/limits.ts";
import { INDEXER_MADE } from "../support/announced_indexer.ts";
import { MainProcess, post, refusedStart } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

/** A launcher that says when it makes its indexer. */
const TOY_MAIN = new URL("../support/toy_main.ts", import.meta.url).href;

Deno.test("it serves the folder that LUKHAS_REPO_ROOT names, and says where in one line of JSON", async () => {
  await using temp = await TempRoot.create();
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, cwd: temp.outside });
  const { msg, url, version, durationMs } = JSON.parse(await main.line(/listening/));
  assert.equal(msg, "listening");
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(version, "0.1.0");
  assert.ok(durationMs > 0);
  assert.equal(main.lines.length, 1);
  const { result } = await (await post(url, "initialize")).json();
  assert.equal(result.serverInfo.name, "lukhas-mcp");
  const owner = JSON.parse(await temp.read(".mcp-lock"));
  assert.equal(owner.url, url);
  assert.equal(owner.pid, main.pid);
  assert.equal(await temp.git("status", "--porcelain"), "");
});

Deno.test("without LUKHAS_REPO_ROOT it serves the folder that it was started in", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "here.txt": "x" });
  await using main = new MainProcess({ cwd: temp.root });
  const url = await main.url();
  const response = await post(url, "tools/call", { name: "list_dir", arguments: { path: "." } });
  const { entries } = (await response.json()).result.structuredContent;
  assert.deepEqual(entries.map(({ path }: { path: string }) => path), ["here.txt"]);
});

Deno.test("an odd root is served: spaces, quotes, commas, a link to it", async () => {
  await using temp = await TempRoot.create({ git: false });
  const root = `${temp.outside}/a b,c'd"ü`;
  await Deno.mkdir(root);
  await Deno.writeTextFile(`${root}/here.txt`, "x\n");
  await Deno.symlink(root, `${temp.outside}/link`);
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: `${temp.outside}/link` } });
  const response = await post(await main.url(), "tools/call", {
    name: "read_file",
    arguments: { path: "here.txt" },
  });
  assert.equal((await response.json()).result.structuredContent.text, "x\n");
});

Deno.test("it listens on the loopback of IPv6, with and without brackets", async () => {
  await using temp = await TempRoot.create({ git: false });
  for (const HOST of ["::1", "[::1]", "localhost"]) {
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, HOST } });
    const url = await main.url();
    assert.match(url, HOST === "localhost" ? /^http:\/\/localhost:\d+$/ : /^http:\/\/\[::1\]:\d+$/);
    assert.equal((await post(url, "ping")).status, 200);
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
  }
});

Deno.test("a configuration that makes no sense stops the start with one line and exit code 2", async () => {
  await using temp = await TempRoot.create({ git: false });
  const env = { LUKHAS_REPO_ROOT: temp.root, PORT: "eighty", MCP_LOG: "loud", HOST: "0.0.0.0" };
  const { line, code } = await refusedStart({ env });
  assert.equal(code, 2);
  assert.match(line, /PORT="eighty" is not a whole number from 0 to 65535/);
  assert.match(line, /MCP_LOG="loud" is none of json, pretty, off/);
  assert.match(line, /HOST="0\.0\.0\.0" .*LUKHAS_MCP_API_KEYS.*MCP_INSECURE=1/);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), [], "nothing was written");
});

Deno.test("a root that is no folder stops the start with one line and exit code 2", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "file.txt": "" });
  const cases: [string, RegExp][] = [
    [`${temp.root}/missing`, /LUKHAS_REPO_ROOT=".*missing": No such file/],
    [`${temp.root}/file.txt`, /it is not a folder/],
    [`${temp.root}/file.txt/x`, /Not a directory/],
    ["/", /the whole file system/],
    ["/dev", /a folder of devices or of the system/],
  ];
  for (const [root, expected] of cases) {
    const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: root } });
    assert.equal(code, 2);
    assert.match(line, expected);
  }
});

Deno.test("a busy port stops the start with one line that names the port, and exit code 4", async () => {
  await using temp = await TempRoot.create({ git: false });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const PORT = String(listener.addr.port);
  const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: temp.root, PORT } });
  assert.equal(code, 4);
  assert.ok(line.includes(`127.0.0.1:${PORT}`) && line.includes("in use"), line);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), [], "the lock is gone");
});

Deno.test("a second server for a root says where the first one listens, and ends with exit code 3", async () => {
  await using temp = await TempRoot.create({ git: false });
  const env = { LUKHAS_REPO_ROOT: temp.root };
  await using main = new MainProcess({ env });
  const url = await main.url();
  const { line, code } = await refusedStart({ env });
  assert.equal(code, 3);
  assert.ok(line.includes(`${url}/mcp`) && line.includes(String(main.pid)), line);
  assert.equal((await post(url, "ping")).status, 200, "the first one is not disturbed");
});

Deno.test("a killed server leaves a lock that does not keep the next one out", async () => {
  await using temp = await TempRoot.create({ git: false });
  const env = { LUKHAS_REPO_ROOT: temp.root };
  await using first = new MainProcess({ env });
  await first.url();
  first.kill("SIGKILL");
  await first.ended();
  assert.ok((await Deno.lstat(`${temp.root}/.mcp-lock`)).isFile);
  await using second = new MainProcess({ env });
  const url = await second.url();
  assert.equal(JSON.parse(await temp.read(".mcp-lock")).url, url);
});

Deno.test("a repository that brings its own .mcp-lock as a link is refused, and what it leads to is untouched", async () => {
  await using temp = await TempRoot.create();
  await Deno.writeTextFile(`${temp.outside}/precious`, "precious");
  await Deno.symlink("../precious", `${temp.root}/.mcp-lock`);
  const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: temp.root } });
  assert.equal(code, 2);
  assert.match(line, /\.mcp-lock: it is not a file; remove it/);
  assert.equal(await Deno.readTextFile(`${temp.outside}/precious`), "precious");
});

Deno.test("a root that no note can be written to is refused with one line, and served all the same where it is only read", async () => {
  await using temp = await TempRoot.create({ git: false });
  // It stands in the way for root too, who may write anywhere.
  await Deno.mkdir(`${temp.root}/.mcp-state.lock-note`);
  const env = { LUKHAS_REPO_ROOT: temp.root };
  const { line, code } = await refusedStart({ env });
  assert.equal(code, 2);
  assert.match(line, /Cannot write \.mcp-lock to the root: .*; free space, .*MCP_READ_ONLY=1/);
  const elsewhere = {
    MCP_INDEX_PATH: `${temp.outside}/index.db`,
    MCP_STATE_PATH: `${temp.outside}/state.json`,
  };
  await using main = new MainProcess({ env: { ...env, ...elsewhere, MCP_READ_ONLY: "1" } });
  assert.equal((await post(await main.url(), "ping")).status, 200);
  await main.line(/the address cannot be noted in \.mcp-lock/);
  const second = await refusedStart({ env });
  assert.equal(second.code, 3);
  assert.match(second.line, /served already/);
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
});

Deno.test("the log is JSON, readable lines or nothing, as MCP_LOG says", async () => {
  await using temp = await TempRoot.create({ git: false });
  const last: Record<string, RegExp> = {
    json: /^\{"time":"[^"]+","msg":"request",.*"method":"ping","status":200/,
    pretty: /^\d\d:\d\d:\d\d\.\d{3} POST \/mcp ping 200 \d+\.\d ms$/,
  };
  for (const [MCP_LOG, pattern] of Object.entries(last)) {
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_LOG } });
    const url = /http:[^ "]+/.exec(await main.line(/listening/))?.[0] ?? "";
    assert.equal((await post(url, "ping")).status, 200);
    await main.line(pattern);
  }
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_LOG: "off" } });
  await post(await main.url(), "ping");
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.equal(main.lines.length, 1, "the address is told all the same");
});

Deno.test("the server's own files are excluded once, however often it starts, and not through a worktree", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "x" });
  await temp.git("worktree", "add", "-q", `${temp.outside}/tree`);
  const original = await temp.read(".git/info/exclude");
  const texts: string[] = [];
  for (const root of [`${temp.outside}/tree`, temp.root, temp.root]) {
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: root } });
    await main.url();
    texts.push(await temp.read(".git/info/exclude"));
  }
  assert.equal(texts[0], original);
  assert.match(texts[1] ?? "", /^\.mcp-lock$/m);
  assert.equal(texts[2], texts[1]);
});

Deno.test("a git that the repository brings is not used: it is passed over, or the start says what is wrong", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "x" });
  await temp.write({ "bin/git": `#!/bin/sh\ntouch "${temp.outside}/pwned"\n` });
  await Deno.chmod(`${temp.root}/bin/git`, 0o755);
  const PATH = Deno.env.get("PATH");
  const env = { LUKHAS_REPO_ROOT: temp.root };

  await using last = new MainProcess({ env: { ...env, PATH: `${PATH}:${temp.root}/bin` }, cwd: temp.root });
  const { result } = await (await post(await last.url(), "tools/call", { name: "git_log", arguments: {} }))
    .json();
  assert.match(JSON.stringify(result.structuredContent), /test: seed/);
  last.kill("SIGTERM");
  assert.equal(await last.ended(), 0);

  for (const first of [`${temp.root}/bin`, "bin"]) {
    const { line, code } = await refusedStart({ env: { ...env, PATH: `${first}:${PATH}` }, cwd: temp.root });
    assert.equal(code, 2);
    assert.match(line, /another git comes first on the PATH/);
  }
  await assert.rejects(Deno.lstat(`${temp.outside}/pwned`), Deno.errors.NotFound);
});

Deno.test("a machine without git serves files, and says that git is missing", async () => {
  await using temp = await TempRoot.create();
  await temp.write({ "a.txt": "x" });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, PATH: temp.outside } });
  const url = await main.url();
  const { parts } = await (await fetch(`${url}/readyz`)).json();
  assert.match(parts.repository.detail, /git/);
  const read = await (await post(url, "tools/call", { name: "read_file", arguments: { path: "a.txt" } }))
    .json();
  assert.equal(read.result.structuredContent.text, "x");
  const { result } = await (await post(url, "tools/call", { name: "git_status", arguments: {} })).json();
  assert.match(result.content[0].text, /"unavailable"/);
});

Deno.test("a git that does not answer keeps nobody from the address: it listens, and is well", async () => {
  await using temp = await TempRoot.create();
  await using git = await muteGit(temp);
  const env = { LUKHAS_REPO_ROOT: temp.root, PATH: git.path };
  await using main = new MainProcess({ env, entry: TOY_MAIN });
  const url = await main.url();
  const answer = await fetch(`${url}/healthz`);
  assert.deepEqual(await answer.json(), { ok: true });
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.ok(!main.lines.includes(INDEXER_MADE), "nobody indexes while a first client still waits");
});

Deno.test("a git that does not answer holds up no job of the last run", async () => {
  await using temp = await TempRoot.create();
  const env = { LUKHAS_REPO_ROOT: temp.root, LUKHAS_MCP_DB: `${temp.outside}/state.db` };
  let jobId: string;
  {
    await using main = new MainProcess({ env });
    const args = { taskId: "mmlu", configId: "chat/1" };
    const answer = await post(await main.url(), "tools/call", { name: "run_eval", arguments: args });
    jobId = (await answer.json()).result.structuredContent.jobId;
    main.kill("SIGKILL");
    await main.ended();
  }
  await using git = await muteGit(temp);
  await using main = new MainProcess({ env: { ...env, PATH: git.path } });
  // Before git is given up.
  const signal = AbortSignal.timeout(GIT_READ_TIMEOUT_MS);
  const stream = await fetch(`${await main.url()}/sse?topic=job/${jobId}`, { signal });
  let said = "";
  for await (const text of stream.body!.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said.includes("COMPLETED")) break;
  }
  assert.match(said, /COMPLETED/);
});

/** A search path with a git on it that waits until the test is over. */
async function muteGit(temp: TempRoot): Promise<AsyncDisposable & { readonly path: string }> {
  const bin = `${temp.outside}/bin`;
  await Deno.mkdir(bin);
  const wait = `${temp.outside}/wait`;
  const made = await new Deno.Command("mkfifo", { args: [wait] }).output();
  assert.ok(made.success);
  await Deno.writeTextFile(`${bin}/git`, `#!/bin/sh\nread -r _ <'${wait}'\n`, { mode: 0o755 });
  return {
    path: `${bin}:/usr/bin:/bin`,
    async [Symbol.asyncDispose]() {
      // Whoever waits for a writer has had one then, and reads the end. Else they would outlive the test, with what it has open.
      (await Deno.open(wait, { read: true, write: true })).close();
    },
  };
}
