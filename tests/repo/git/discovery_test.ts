import assert from "node:assert/strict";
import { TempRoot } from "../../support/temp_repo.ts";
import { failsWith, gitOn, gitOptions, operatorEnv } from "./support.ts";

Deno.test("A root without a repository is unavailable, until git init", async () => {
  await using temp = await TempRoot.create({ git: false });
  const git = gitOn(temp);
  const error = await failsWith("unavailable", git.status({}));
  assert.match(error.message, /not in a git repository; run "git init"/);
  await temp.git("init", "-q", "-b", "main");
  assert.equal((await git.status({})).branch, "main");
  assert.equal(await git.unavailableReason(), undefined);
  await Deno.remove(`${temp.root}/.git`, { recursive: true });
  await failsWith("unavailable", git.status({}));
});

Deno.test("A repository of another user is unavailable, with the command that mends it", async () => {
  await using temp = await TempRoot.create();
  await temp.write({ "d/e/f": "x" });
  const env = { ...operatorEnv(temp), GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
  const atTop = await failsWith("unavailable", gitOn(temp, { env }).status({}));
  assert.ok(atTop.message.endsWith('git config --global --add safe.directory "$(pwd -P)"'), atTop.message);
  const below = await failsWith("unavailable", gitOn(temp, { env, root: `${temp.root}/d/e` }).status({}));
  assert.ok(below.message.endsWith('--add safe.directory "$(cd ../.. && pwd -P)"'), below.message);
  await Deno.mkdir(`${temp.outside}/home`);
  const mended = await new Deno.Command("sh", {
    args: ["-c", below.message.slice(below.message.indexOf("git config --global"))],
    cwd: `${temp.root}/d/e`,
    env: operatorEnv(temp),
    clearEnv: true,
  }).output();
  assert.ok(mended.success);
  assert.equal((await gitOn(temp, { env }).status({})).branch, "main");
});

Deno.test("A root inside the .git folder is unavailable", async () => {
  await using temp = await TempRoot.create();
  await failsWith("unavailable", gitOn(temp, { root: `${temp.root}/.git/hooks` }).status({}));
});

Deno.test("A root below a linked worktree and below a submodule knows its top", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "d/a.txt": "one\n" });
  await temp.git("worktree", "add", "-q", `${temp.outside}/linked`);
  await temp.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", temp.root, "sub");
  for (const top of [`${temp.outside}/linked`, `${temp.root}/sub`]) {
    for (const root of [top, `${top}/d`]) {
      const git = gitOn(temp, { root });
      const path = root === top ? "d/a.txt" : "a.txt";
      assert.deepEqual((await git.listFiles({})).paths, [path]);
      await Deno.writeTextFile(`${root}/${path}`, `${root}\n`);
      assert.deepEqual((await git.status({})).entries.map((entry) => entry.path), [path]);
    }
  }
});

Deno.test("No message of git's shows where the repository or the home lies", async () => {
  await using temp = await TempRoot.create();
  await temp.write({ "a.txt": "x" });
  await Deno.mkdir(`${temp.outside}/home`);
  await Deno.writeTextFile(`${temp.outside}/home/.gitconfig`, "[broken\n");
  await failsWith("unavailable", gitOn(temp).status({}));
  await Deno.remove(`${temp.outside}/home/.gitconfig`);
  await Deno.writeTextFile(`${temp.root}/.git/index`, "garbage that is no index");
  await failsWith("git_failed", gitOn(temp).status({}));
});

Deno.test("An aborted call ends git and rejects with the reason", async () => {
  await using temp = await TempRoot.create();
  const options = gitOptions(temp);
  await assert.rejects(gitOn(temp).status({}, AbortSignal.abort(new Error("gone"))), /gone/);
  const abort = new AbortController();
  const calls = Array.from({ length: 20 }, () => gitOn(temp, options).listFiles({}, abort.signal));
  abort.abort(new Error("gone"));
  for (const outcome of await Promise.allSettled(calls)) {
    assert.equal(outcome.status, "rejected");
    assert.match(String(outcome.reason), /gone/);
  }
});
