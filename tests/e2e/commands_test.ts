/** The commands that print and end: help, version, smoke and doctor, as their users run them. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import metadata from "../../deno.json" with { type: "json" };
import { EXIT } from "../../src/launcher/launch_parts.ts";
import { runCommand } from "../support/command_run.ts";
import { MainProcess, refusedStart } from "../support/main_process.ts";
import { PrometheusServer, vector } from "../support/prometheus_server.ts";
import { TempRoot } from "../support/temp_repo.ts";

/** The line of one check of `doctor`. */
function finding(stdout: string, name: string): string {
  const line = stdout.split("\n").find((line) => line.slice(9).startsWith(name));
  assert.ok(line !== undefined, `${name} is in ${stdout}`);
  return line;
}

Deno.test("version: one line a component, the server's own from deno.json", async () => {
  const { code, stdout } = await runCommand(["version"]);
  assert.equal(code, 0);
  const [own, ...rest] = stdout.trim().split("\n");
  assert.equal(own, `lukhas-mcp ${metadata.version}`);
  assert.match(rest.join("\n"), /^deno 2\.\d+\.\d+\nsqlite 3\.\d+\.\d+\ngit 2\.\d+/);
  assert.equal((await runCommand(["--version"])).stdout, stdout);
});

Deno.test("help: every command, every flag and every exit code", async () => {
  const { code, stdout } = await runCommand(["--help"]);
  assert.equal(code, 0);
  for (const word of ["serve", "stdio", "smoke", "doctor", "version", "--root", "--port", "--host"]) {
    assert.ok(stdout.includes(word), word);
  }
  const listed = stdout.slice(stdout.indexOf("Exit codes:")).matchAll(/^ +(\d+) +\S/gm);
  assert.deepEqual(Array.from(listed, ([, code]) => Number(code)), Object.values(EXIT));
  assert.match(
    (await runCommand(["smoke", "--help"])).stdout,
    /^Usage: lukhas-mcp smoke \[URL\] \[KEY\] \[--yes\]/,
  );
});

Deno.test("a flag wins over its variable, and an error names the flag", async () => {
  await using temp = await TempRoot.create({ git: false });
  const env = { LUKHAS_REPO_ROOT: "/nonexistent", PORT: "1", HOST: "192.0.2.1" };
  const args = ["--root", temp.root, "--port", "0", "--host", "127.0.0.1"];
  await using main = new MainProcess({ env, args });
  assert.match(await main.url(), /^http:\/\/127\.0\.0\.1:\d+$/);
  const cases: [string[], RegExp][] = [
    [["--port", "eighty"], /--port="eighty" is not a whole number from 0 to 65535/],
    [["--host", "0.0.0.0"], /--host="0\.0\.0\.0" would serve this repository to the network/],
    [["--root", "/nonexistent"], /Cannot serve --root="\/nonexistent": No such file/],
    [["--prot", "80"], /did you mean --port\?/],
  ];
  for (const [args, expected] of cases) {
    const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: temp.root }, args });
    assert.equal(code, 2);
    assert.match(line, expected);
  }
});

Deno.test("smoke: alone it proves a server of its own, and leaves nothing behind", async () => {
  await using temp = await TempRoot.create({ git: false });
  const { code, stdout, stderr } = await runCommand(["smoke"], {
    env: { TMPDIR: temp.outside },
    cwd: temp.root,
  });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /\n\d+ passed, 0 failed\n$/);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.outside), ({ name }) => name), ["root"]);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), []);
});

Deno.test("smoke: a running server is asked twice, but only with --yes", async () => {
  await using temp = await TempRoot.create();
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_RL_BUCKET: "0" } });
  const url = await main.url();
  const unasked = await runCommand(["smoke", url]);
  assert.equal(unasked.code, 2);
  assert.match(unasked.stdout, /--yes/);
  assert.equal(await temp.git("status", "--porcelain"), "");
  for (const _ of ["first", "again"]) {
    const { code, stdout } = await runCommand(["smoke", "--yes", url]);
    assert.equal(code, 0, stdout);
  }
  main.kill("SIGTERM");
  await main.ended();
  const gone = await runCommand(["smoke", "--yes", url]);
  assert.equal(gone.code, 1);
  assert.match(gone.stdout, /^FAIL .*GET \/healthz/m);
  assert.match((await runCommand(["smoke", "localhost:80"])).stderr, /it is not an address such as/);
});

Deno.test("doctor: a sound repository has nothing to mend, and is left as it was", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "x" });
  const { code, stdout, stderr } = await runCommand(["doctor", "--root", temp.root]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /\n\d+ ok, \d+ to know, 0 to mend\n$/);
  assert.match(finding(stdout, "repository"), /^ok .*branch main, at [0-9a-f]{10}, 0 uncommitted/);
  assert.match(finding(stdout, "identity"), /Ada <ada@example\.com>/);
  assert.match(finding(stdout, "store"), /^note .*may cost the last 3 s/);
  assert.match(finding(stdout, "cage"), /^ok /);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root), ({ name }) => name).sort(), [".git", "a.txt"]);
});

Deno.test("doctor: the cage of a root that the folder for temporary files lies in is no problem", async () => {
  await using temp = await TempRoot.create();
  const { stdout } = await runCommand(["doctor", "--root", temp.root], { env: { TMPDIR: temp.root } });
  assert.match(finding(stdout, "cage"), /^ok /);
});

Deno.test("doctor: what is wrong is a problem that says what to do, and the exit code says so", async () => {
  await using temp = await TempRoot.create({ git: false });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await Deno.writeTextFile(`${temp.root}/.mcp-state.json`, "{broken");
  await Deno.writeTextFile(`${temp.root}/.mcp-index.db`, "no database at all, and long enough to be read");
  const env = { PORT: String(listener.addr.port), LUKHAS_MCP_API_KEYS: "secret-1,a-key-that-is-long-enough" };
  const { code, stdout } = await runCommand(["doctor", "--root", temp.root], { env });
  assert.equal(code, 1);
  assert.match(finding(stdout, "address"), /^problem .*taken by another program: choose another --port/);
  assert.match(finding(stdout, "store"), /^problem .*cannot be read/);
  assert.match(finding(stdout, "index"), /^note .*damaged/);
  assert.match(finding(stdout, "repository"), /^problem .*git init/);
  assert.match(stdout, /1 shorter than 16 characters/);
  assert.doesNotMatch(stdout, /secret-1/, "no key is shown");
});

Deno.test("doctor: a file of keys is read, and what is wrong with it is said without showing a key", async () => {
  await using temp = await TempRoot.create({ git: false });
  const path = `${temp.outside}/keys`;
  const cases: [string, number, RegExp][] = [
    ["# comment\nagent:a-secret-of-some-length:read\n", 0o600, /^ok .*1 in .*keys$/],
    ["agent:a-secret-of-some-length:read\n", 0o644, /^note .*other users of this machine.*chmod 600/],
    ["# nobody\n", 0o600, /^problem .*holds no key/],
    ["agent:a-secret-of-some-length:fly\n", 0o600, /^problem .*LUKHAS_MCP_API_KEYS_FILE/],
  ];
  for (const [text, mode, expected] of cases) {
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, mode);
    const env = { LUKHAS_MCP_API_KEYS_FILE: path };
    const { stdout } = await runCommand(["doctor", "--root", temp.root], { env });
    assert.match(finding(stdout, "keys"), expected);
    assert.doesNotMatch(stdout, /a-secret/);
  }
  const { code, stdout } = await runCommand(["doctor", "--root", temp.root], {
    env: { LUKHAS_MCP_API_KEYS_FILE: `${path}-missing`, MCP_INDEX_PATH: "/nonexistent/index.db" },
  });
  assert.equal(code, 1);
  assert.match(finding(stdout, "keys"), /^problem .*No such file/);
  assert.match(finding(stdout, "index"), /^problem .*its folder is not there/);
});

Deno.test("doctor: the services and programs of the release loop are looked for", async () => {
  await using temp = await TempRoot.create();
  const doctor = async (env: Record<string, string>) =>
    (await runCommand(["doctor", "--root", temp.root], { env })).stdout;
  assert.match(await doctor({}), /^ok +backends +evaluations are simulated/m);
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(""),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const there = await doctor({ PROM_URL: url, LUKHAS_EVAL_BACKEND: "http", LUKHAS_EVAL_URL: url });
  assert.match(there, /^ok +backends +evaluations: .* answers$/m);
  assert.match(there, /^problem +backends +canaries: .* not Prometheus' JSON; see that PROM_URL is/m);
  await using prometheus = new PrometheusServer(() => vector(1));
  const measured = await doctor({ PROM_URL: prometheus.url });
  assert.match(measured, /^ok +backends +canaries: Prometheus answers at http:/m);
  await server.shutdown();
  const gone = await doctor({
    PROM_URL: url,
    LUKHAS_EVAL_BACKEND: "command",
    LUKHAS_EVAL_COMMAND: '["no-such-program","{taskId}"]',
  });
  assert.match(
    gone,
    /^problem +backends +canaries: .* cannot be reached; see that Prometheus runs where PROM_URL says/m,
  );
  assert.match(gone, /^problem +backends +.*there is no "no-such-program" on the PATH$/m);
  const confined = await doctor({ LUKHAS_EVAL_BACKEND: "command", LUKHAS_EVAL_COMMAND: '["true"]' });
  assert.match(confined, /^problem +backends +LUKHAS_EVAL_BACKEND=command needs a start with --allow-run/m);
  assert.match(gone, /^note +execution .*runs programs by design/m);
});

Deno.test("doctor: a journal that others may read is a problem", async () => {
  await using temp = await TempRoot.create();
  await Deno.mkdir(`${temp.root}/.mcp-journal`, { mode: 0o755 });
  const { stdout } = await runCommand(["doctor", "--root", temp.root]);
  assert.match(finding(stdout, "journal"), /^problem .*chmod 700/);
  await Deno.chmod(`${temp.root}/.mcp-journal`, 0o700);
  assert.match(finding((await runCommand(["doctor", "--root", temp.root])).stdout, "journal"), /^ok /);
});

Deno.test("doctor: a policy that closes every file, or every gate, is a problem", async () => {
  await using temp = await TempRoot.create({ git: false });
  const said = async (policy: string) => {
    await temp.write({ ".lukhas/policy.json": policy });
    return finding((await runCommand(["doctor", "--root", temp.root])).stdout, "policy");
  };
  assert.match(await said('{"hidden":["/customers/"]}'), /^ok .*: 1 hidden, 0 protected/);
  assert.match(await said('{"hiden":[]}'), /^problem .*did you mean "hidden"\?\): no tool touches a file/);
  assert.match(await said('{"gates":{"production":7}}'), /^problem .*Cannot pass any gate/);
});

Deno.test("doctor: a configuration or a root that makes no sense is the first thing to mend", async () => {
  const cases: [string[], RegExp][] = [
    [["--port", "x"], /^problem .*configuration .*--port="x"/m],
    [["--root", "/nonexistent"], /^problem .*root .*No such file/m],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout } = await runCommand(["doctor", ...args]);
    assert.equal(code, 1);
    assert.match(stdout, expected);
    assert.match(stdout, /1 to mend\n$/);
  }
});

Deno.test("doctor: beside a running server it says where that one is, and disturbs nothing", async () => {
  await using temp = await TempRoot.create();
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  const { code, stdout } = await runCommand(["doctor", "--root", temp.root]);
  assert.equal(code, 0, stdout);
  assert.ok(finding(stdout, "address").includes(url), stdout);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal(JSON.parse(await temp.read(".mcp-lock")).url, url);
});

Deno.test("doctor: who looks takes no lock and changes nothing, whatever a killed server or a repository has left", async (t) => {
  await using temp = await TempRoot.create();
  let asked = 0;
  await using listener = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    asked++;
    return new Response("nobody's server");
  });
  const words = { pid: 4_194_305, url: `http://127.0.0.1:${listener.addr.port}`, token: "0".repeat(64) };
  const note = JSON.stringify(words);
  const lock = `${temp.root}/.mcp-lock`;
  await Deno.writeTextFile(`${temp.outside}/state.db.lock`, "");
  const look = async () => {
    const env = { LUKHAS_MCP_DB: `${temp.outside}/state.db`, PORT: "0" };
    const { code, stdout } = await runCommand(["doctor", "--root", temp.root], { env });
    assert.equal(code, 0, stdout);
    return stdout.split("\n").filter((line) => line.slice(9).startsWith("address")).join("\n");
  };
  await t.step("a note of one that was killed", async () => {
    await Deno.writeTextFile(lock, note, { mode: 0o600 });
    const said = await look();
    assert.match(
      said,
      /^note .*process 4194305 serves this root, and it does not answer.*\nok .*a free port$/,
    );
    assert.equal(await Deno.readTextFile(lock), note);
    assert.ok(asked > 0);
  });
  await t.step("a note that the repository brings sends nobody anywhere", async () => {
    await Deno.chmod(lock, 0o644);
    asked = 0;
    assert.match(await look(), /^note .*process unknown serves this root/);
    assert.equal(asked, 0);
  });
  assert.ok((await Deno.lstat(`${temp.outside}/state.db.lock`)).isFile);
});

Deno.test("doctor: a link in the place of the lock's note is a problem", async () => {
  await using temp = await TempRoot.create();
  await Deno.symlink("/nowhere", `${temp.root}/.mcp-lock`);
  const { code, stdout } = await runCommand(["doctor", "--root", temp.root], { env: { PORT: "0" } });
  assert.equal(code, 1);
  assert.match(finding(stdout, "address"), /^problem .*\.mcp-lock: it is not a file; remove it/);
});

Deno.test("doctor: beside a database that nobody has open nothing is left", async () => {
  await using temp = await TempRoot.create();
  const paths = { LUKHAS_MCP_DB: `${temp.outside}/a state?.db`, MCP_INDEX_PATH: `${temp.outside}/index.db` };
  for (const path of Object.values(paths)) {
    using database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
  }
  const names = () => Array.from(Deno.readDirSync(temp.outside), ({ name }) => name).sort();
  const before = names();
  const { stdout } = await runCommand(["doctor", "--root", temp.root], { env: { ...paths, PORT: "0" } });
  assert.match(finding(stdout, "store"), /^ok .*sound/);
  assert.match(finding(stdout, "index"), /^ok .*sound/);
  assert.deepEqual(names(), before);
});

Deno.test("doctor: the index is as large as all of its files, and a folder in its place is a problem", async () => {
  await using temp = await TempRoot.create();
  const path = `${temp.root}/.mcp-index.db`;
  using database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x)");
  database.prepare("INSERT INTO t VALUES (zeroblob(3 * 1024 * 1024))").run();
  const look = async () => finding((await runCommand(["doctor", "--root", temp.root])).stdout, "index");
  assert.match(await look(), /^ok .*3\.\d MiB, sound/);
  database.close();
  await Deno.remove(path);
  await Deno.mkdir(path);
  assert.match(await look(), /^problem .*\.mcp-index\.db is a folder.* move it away/);
});
