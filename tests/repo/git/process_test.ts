/** How git is run: what a process gets, and how it ends. */
import assert from "node:assert/strict";
import { runProcess, STDERR_BYTES_MAX } from "../../../src/repo/git/process.ts";
import { gitEnvironment } from "../../../src/repo/git/environment.ts";
import { scrub } from "../../../src/repo/git/scrub.ts";
import { TempRoot } from "../../support/temp_repo.ts";

const options = { cwd: "/", env: { PATH: "/usr/bin:/bin" }, timeoutMs: 20_000, stdoutBytesMax: 1000 };

const sh = (text: string, more = {}) => runProcess("/bin/sh", { ...options, args: ["-c", text], ...more });

Deno.test("A process gets exactly the environment and the input it is given", async () => {
  const stdin = new TextEncoder().encode("input");
  const { code, stdout, stderr } = await sh("cat; env | grep -v -e PWD -e _=; echo problem >&2; exit 3", {
    stdin,
  });
  assert.deepEqual([code, new TextDecoder().decode(stdout), stderr], [
    3,
    "inputPATH=/usr/bin:/bin\n",
    "problem\n",
  ]);
});

Deno.test("A process that writes too much is ended, and its output says truncated", async () => {
  const { stdout, truncated } = await sh("yes");
  assert.deepEqual([stdout.length, truncated], [1000, true]);
});

Deno.test("A process that complains too much keeps the end of what it said", async () => {
  const { stderr } = await sh("head -c 100000 /dev/zero | tr '\\0' x >&2; echo end >&2");
  assert.equal(stderr.length, STDERR_BYTES_MAX);
  assert.match(stderr, /xend\n$/);
});

Deno.test("A process that takes too long is ended, and a grandchild that holds its pipes holds nobody up", async () => {
  assert.equal((await sh("exec sleep 60", { timeoutMs: 50 })).timedOut, true);
  const { stdout, timedOut } = await sh("sleep 60 & echo $!");
  assert.equal(timedOut, false);
  Deno.kill(Number(new TextDecoder().decode(stdout)), "SIGKILL");
});

Deno.test("A process that reads none of its input ends all the same", async () => {
  const { code } = await sh("exit 0", { stdin: new Uint8Array(1_000_000) });
  assert.equal(code, 0);
});

Deno.test("A process is ended by its signal, and one that is aborted before is never started", async () => {
  await using temp = await TempRoot.create({ git: false });
  const abort = new AbortController();
  using watcher = Deno.watchFs(temp.root);
  const call = sh(`touch ${temp.root}/started; exec sleep 60`, { signal: abort.signal });
  for await (const _ of watcher) break;
  abort.abort(new Error("gone"));
  await assert.rejects(call, /gone/);
  await assert.rejects(sh(`touch ${temp.root}/again`, { signal: abort.signal }), /gone/);
  await assert.rejects(Deno.stat(`${temp.root}/again`), Deno.errors.NotFound);
});

Deno.test("The environment of git reaches no remote and finds no program in a relative folder", () => {
  const operator = { PATH: ".:/usr/bin::bin:/bin", HOME: "/home/ada" };
  const env = gitEnvironment(operator, { locks: false, online: false });
  assert.equal(env.PATH, "/usr/bin:/bin");
  assert.deepEqual([env.GIT_ALLOW_PROTOCOL, env.GIT_NO_LAZY_FETCH, env.GIT_OPTIONAL_LOCKS], [
    "none",
    "1",
    "0",
  ]);
});

Deno.test("scrub keeps names of the repository and hides every other place of the host", () => {
  const hosts = [["/srv/repo/.git", ".git"], ["/srv/repo", "."], ["/home/ada", "~"], ["", "~"], [
    "/",
    ".",
  ]] as const;
  const cases = [
    ["Unable to create '/srv/repo/.git/index.lock'", "Unable to create '.git/index.lock'"],
    ["bad file /srv/repo/src/a.ts", "bad file src/a.ts"],
    ["in /home/ada/.gitconfig: /etc/gitconfig", "in ~/.gitconfig: <path>"],
    ["cannot lock refs/heads/main", "cannot lock refs/heads/main"],
    ["in '/srv/repo'", "in '.'"],
  ] as const;
  for (const [text, clean] of cases) assert.equal(scrub(text, hosts), clean);
});
