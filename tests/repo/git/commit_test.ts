import assert from "node:assert/strict";
import { cleanMessage } from "../../../src/repo/git/commit_message.ts";
import { TempRoot } from "../../support/temp_repo.ts";
import { commitOf, exists, failsWith, gitOn, writeGlobalConfig } from "./support.ts";
import { threadMs } from "../../support/thread_time.ts";

const all = { add: [], signoff: false, stageAll: true };
const index = { add: [], signoff: false, stageAll: false };

async function seeded(): Promise<TempRoot> {
  const temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n", "b.txt": "one\n", "d/c.txt": "one\n" });
  return temp;
}

Deno.test("git_commit makes the first commit of a repository", async () => {
  await using temp = await TempRoot.create();
  await temp.write({ "a.txt": "1\n2\n" });
  const result = await commitOf(gitOn(temp), ["a.txt"], "first");
  assert.equal(result.commit, (await temp.git("rev-parse", "HEAD")).trim());
  assert.deepEqual({ ...result, commit: "" }, {
    commit: "",
    branch: "main",
    message: "first",
    files: [{ path: "a.txt", status: "added" }],
    filesTotal: 1,
    insertions: 2,
    deletions: 0,
  });
});

Deno.test("git_commit with add takes only those paths, whatever else is staged", async () => {
  await using temp = await seeded();
  await temp.write({ "a.txt": "two\n", "b.txt": "two\n", "new.txt": "new\n" });
  await temp.git("add", "b.txt");
  const result = await commitOf(gitOn(temp), ["a.txt", "new.txt"]);
  assert.deepEqual(result.files.map(({ path }) => path), ["a.txt", "new.txt"]);
  assert.equal(await temp.git("status", "--porcelain"), "M  b.txt\n");
});

Deno.test("git_commit takes deletions, and says renamed for a moved file", async () => {
  await using temp = await seeded();
  await Deno.remove(`${temp.root}/a.txt`);
  await Deno.rename(`${temp.root}/d/c.txt`, `${temp.root}/d/e.txt`);
  await temp.write({ "b.txt": "unique\n" });
  const git = gitOn(temp);
  await commitOf(git, ["b.txt"]);
  assert.deepEqual((await commitOf(git, ["a.txt"])).files, [{ path: "a.txt", status: "deleted" }]);
  const moved = await commitOf(git, ["d/c.txt", "d/e.txt"]);
  assert.deepEqual(moved.files, [{ path: "d/e.txt", status: "renamed", from: "d/c.txt" }]);
});

Deno.test("git_commit of a folder takes the changed files in it and skips the ignored ones", async () => {
  await using temp = await seeded();
  await temp.commit({ ".gitignore": "*.log\n" });
  await temp.write({ "d/c.txt": "two\n", "d/x/new.txt": "n\n", "d/noise.log": "n\n", "a.txt": "two\n" });
  const result = await commitOf(gitOn(temp), ["d"]);
  assert.deepEqual(result.files.map(({ path }) => path), ["d/c.txt", "d/x/new.txt"]);
});

Deno.test("git_commit takes odd names literally", async () => {
  await using temp = await seeded();
  const names = [":x", "-rf", "[a]", "*", "n\nl", 'q"q', "ü", "--all", ":(top)y", "a\\b", " s "];
  await temp.write(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
  await temp.write({ a: "not named\n" });
  const git = gitOn(temp);
  for (const name of names) {
    assert.deepEqual((await commitOf(git, [name])).files, [{ path: name, status: "added" }]);
    await temp.write({ [name]: "again\n" });
  }
  assert.deepEqual((await commitOf(git, names)).files.length, names.length);
  assert.equal(await temp.git("status", "--porcelain"), "?? a\n");
});

Deno.test("git_commit says which path is ignored, missing, the server's own or not git's to take", async () => {
  await using temp = await seeded();
  await temp.commit({ ".gitignore": "*.log\nbuild/\n" });
  await temp.write({ "x.log": "x", "build/x": "x", ".mcp-state.json": "{}", "link-target/y": "y" });
  await Deno.symlink("link-target", `${temp.root}/link`);
  await temp.git("init", "-q", "nested");
  await temp.write({ "nested/file": "x" });
  const git = gitOn(temp);
  const cases = [
    ["x.log", "path_denied", /ignored/],
    ["build", "path_denied", /ignored/],
    ["build/x", "path_denied", /ignored/],
    ["nope.txt", "not_found", /neither on disk nor tracked/],
    [".mcp-state.json", "path_denied", /no tool may use it/],
    ["link/y", "path_denied", /beyond a symbolic link/],
    ["x".repeat(300), "not_found", /neither on disk nor tracked/],
    ["nested", "path_denied", /another repository/],
    ["nested/file", "path_denied", /another repository/],
    [".git/config", "path_denied", /not a path of the work tree/],
    ["../x", "path_denied", /not a path of the work tree/],
  ] as const;
  for (const [path, code, text] of cases) {
    const error = await failsWith(code, commitOf(git, ["a.txt", path]));
    assert.match(error.message, text, path);
    assert.ok(error.message.includes(`"${path}"`), error.message);
  }
});

Deno.test("git_commit says nothing_to_commit for unchanged paths, an unchanged index and an unchanged tree", async () => {
  await using temp = await seeded();
  await Deno.mkdir(`${temp.root}/empty`);
  const git = gitOn(temp);
  await failsWith("nothing_to_commit", commitOf(git, ["a.txt", "d", "empty"]));
  await failsWith("nothing_to_commit", commitOf(git, [""]));
  await failsWith("nothing_to_commit", git.commit({ message: "x", ...index }));
  await failsWith("nothing_to_commit", git.commit({ message: "x", ...all }));
  await temp.write({ "a.txt": "two\n" });
  await failsWith("nothing_to_commit", git.commit({ message: "x", ...index }));
  await temp.git("add", "a.txt");
  await temp.write({ "a.txt": "one\n" });
  await failsWith("nothing_to_commit", commitOf(git, ["a.txt"]));
});

Deno.test("git_commit without add commits the index as it is", async () => {
  await using temp = await seeded();
  await temp.write({ "a.txt": "staged\n" });
  await temp.git("add", "a.txt");
  await temp.write({ "a.txt": "later\n", "b.txt": "later\n" });
  await gitOn(temp).commit({ message: "x", ...index });
  assert.equal(await temp.git("show", "HEAD:a.txt"), "staged\n");
  assert.equal(await temp.git("status", "--porcelain"), " M a.txt\n M b.txt\n");
});

Deno.test("git_commit with stageAll takes everything except the server's own files", async () => {
  await using temp = await seeded();
  await Deno.remove(`${temp.root}/b.txt`);
  await temp.write({ "a.txt": "two\n", "x/new.txt": "n\n", ".mcp-state.json": "{}", ".mcp-tmp-1": "t" });
  const result = await gitOn(temp).commit({ message: "x", ...all });
  assert.deepEqual(result.files.map(({ path, status }) => `${status} ${path}`), [
    "modified a.txt",
    "deleted b.txt",
    "added x/new.txt",
  ]);
  assert.equal(await temp.git("status", "--porcelain"), "?? .mcp-state.json\n?? .mcp-tmp-1\n");
});

Deno.test("git_commit of the index refuses when one of the server's own files is staged", async () => {
  await using temp = await seeded();
  await temp.write({ ".mcp-state.json": "{}", "a.txt": "two\n" });
  await temp.git("add", ".mcp-state.json", "a.txt");
  const git = gitOn(temp);
  await failsWith("path_denied", git.commit({ message: "x", ...index }));
  await failsWith("path_denied", git.commit({ message: "x", ...all }));
  assert.deepEqual((await commitOf(git, [""])).files.map(({ path }) => path), ["a.txt"]);
});

Deno.test("git_commit in a subfolder of a repository stays in it", async () => {
  await using temp = await seeded();
  await temp.write({ "a.txt": "two\n", "d/c.txt": "two\n", "d/new.txt": "n\n" });
  const git = gitOn(temp, { root: `${temp.root}/d` });
  const result = await git.commit({ message: "x", ...all });
  assert.deepEqual(result.files.map(({ path }) => path), ["c.txt", "new.txt"]);
  await temp.write({ "d/c.txt": "three\n" });
  await temp.git("add", "a.txt", "d/c.txt");
  const error = await failsWith("conflict", git.commit({ message: "x", ...index }));
  assert.match(error.message, /outside the served root/);
  await failsWith("conflict", git.commit({ message: "x", ...all }));
  assert.deepEqual((await commitOf(git, ["c.txt"])).files, [{ path: "c.txt", status: "modified" }]);
  assert.equal(await temp.git("status", "--porcelain"), "M  a.txt\n");
});

Deno.test("git_commit keeps the message as it was written, lines with # included", async () => {
  await using temp = await seeded();
  const git = gitOn(temp);
  await temp.write({ "a.txt": "2\n" });
  assert.equal((await commitOf(git, ["a.txt"], "# fix  \n\n\n# body\t\n\n")).message, "# fix\n\n\n# body");
  await temp.write({ "a.txt": "3\n" });
  assert.equal((await commitOf(git, ["a.txt"], "-m ü\r\n")).message, "-m ü");
  await failsWith("invalid_arguments", commitOf(git, ["a.txt"], " \n\t\n"));
  await failsWith("invalid_arguments", commitOf(git, ["a.txt"], "x".repeat(70_000)));
});

Deno.test("git_commit judges the longest message in no time", () => {
  const started = threadMs();
  const spaces = " ".repeat(64 * 1024 - 2);
  assert.equal(cleanMessage(`${spaces}x`), `${spaces}x\n`);
  assert.throws(() => cleanMessage(`${" ".repeat(100_000)}x`), { code: "invalid_arguments" });
  assert.ok(threadMs() - started < 500);
});

Deno.test("git_commit signs off as the committer, and fills a missing identity from the server's settings", async () => {
  await using temp = await seeded();
  await temp.git("config", "--unset", "user.name");
  await temp.git("config", "--unset", "user.email");
  await temp.write({ "a.txt": "2\n" });
  const nobody = await failsWith("unavailable", commitOf(gitOn(temp), ["a.txt"]));
  assert.match(nobody.message, /no name and no email.*git config user\.name.*LUKHAS_GIT_EMAIL/);
  const half = await failsWith(
    "unavailable",
    commitOf(gitOn(temp, { identity: { name: "Bot" } }), ["a.txt"]),
  );
  assert.match(half.message, /no email/);
  await writeGlobalConfig(temp, "[committer]\n\tname = Carol\n");
  const git = gitOn(temp, { identity: { name: "Bot", email: "bot@example.com" } });
  const result = await git.commit({ message: "x", add: ["a.txt"], signoff: true, stageAll: false });
  assert.equal(result.message, "x\n\nSigned-off-by: Carol <bot@example.com>");
  assert.equal(await temp.git("log", "-1", "--format=%an %ae %cn"), "Bot bot@example.com Carol\n");
});

Deno.test("git_commit on a detached HEAD has no branch", async () => {
  await using temp = await seeded();
  await temp.git("checkout", "-q", "--detach");
  await temp.write({ "a.txt": "2\n" });
  assert.equal((await commitOf(gitOn(temp), ["a.txt"])).branch, null);
});

Deno.test("git_commit during a merge says how, and the merge can be finished without add", async () => {
  await using temp = await seeded();
  await temp.git("checkout", "-q", "-b", "side");
  await temp.commit({ "side.txt": "s\n", "a.txt": "side\n" });
  await temp.git("checkout", "-q", "main");
  await temp.commit({ "a.txt": "main\n" });
  await temp.git("merge", "-q", "side").catch(() => {});
  const git = gitOn(temp);
  await temp.write({ "new.txt": "n\n" });
  for (const add of [["a.txt"], [""]]) {
    const error = await failsWith("conflict", commitOf(git, add));
    assert.match(error.message, /unmerged paths "a\.txt"/);
  }
  await failsWith("conflict", git.commit({ message: "x", ...all }));
  await failsWith("conflict", git.commit({ message: "x", ...index }));
  await temp.write({ "a.txt": "both\n" });
  await temp.git("add", "a.txt");
  const partial = await failsWith("conflict", commitOf(git, ["new.txt"]));
  assert.match(partial.message, /during a merge.*without "add"/);
  assert.equal(await temp.git("status", "--porcelain", "new.txt"), "?? new.txt\n");
  await git.commit({ message: "merge", ...index });
  assert.equal((await temp.git("log", "-1", "--format=%P")).trim().split(" ").length, 2);
});

Deno.test("git_commit waits for the lock of another git, and says busy when it stays", async () => {
  await using temp = await seeded();
  await temp.write({ "a.txt": "2\n" });
  const lock = `${temp.root}/.git/index.lock`;
  await Deno.writeTextFile(lock, "");
  // A clock that leaps: the wait is over after one more try.
  let ticks = 0;
  const impatient = gitOn(temp, { now: () => ticks += 1_500 });
  const error = await failsWith("busy", commitOf(impatient, ["a.txt"]));
  assert.match(error.message, /"index\.lock"/);
  let asked = 0;
  const patient = gitOn(temp, {
    now: () => {
      if (++asked === 2) Deno.removeSync(lock);
      return 0;
    },
  });
  assert.equal((await commitOf(patient, ["a.txt"])).filesTotal, 1);
});

Deno.test("10 parallel git_commit of 10 files are 10 commits", async () => {
  await using temp = await seeded();
  const names = Array.from({ length: 10 }, (_, number) => `n${number}.txt`);
  await temp.write(Object.fromEntries(names.map((name) => [name, name])));
  const git = gitOn(temp);
  const results = await Promise.all(names.map((name) => commitOf(git, [name], name)));
  assert.equal(new Set(results.map((result) => result.commit)).size, 10);
  assert.equal((await temp.git("rev-list", "--count", "HEAD")).trim(), "11");
  assert.equal(await temp.git("status", "--porcelain"), "");
});

Deno.test("git_commit works in a linked worktree, and in a repository with sha256 ids", async () => {
  await using temp = await seeded();
  await temp.git("worktree", "add", "-q", `${temp.outside}/linked`);
  await Deno.writeTextFile(`${temp.outside}/linked/a.txt`, "2\n");
  const linked = gitOn(temp, { root: `${temp.outside}/linked` });
  assert.equal((await commitOf(linked, ["a.txt"])).branch, "linked");
  await temp.git("init", "-q", "--object-format=sha256", `${temp.outside}/wide`);
  await temp.git("-C", `${temp.outside}/wide`, "config", "user.name", "Ada");
  await temp.git("-C", `${temp.outside}/wide`, "config", "user.email", "ada@example.com");
  await Deno.writeTextFile(`${temp.outside}/wide/a.txt`, "2\n");
  const wide = gitOn(temp, { root: `${temp.outside}/wide` });
  assert.equal((await commitOf(wide, ["a.txt"])).commit.length, 64);
  const { blobs } = await wide.headBlobs(["a.txt"]);
  assert.equal(blobs.get("a.txt")?.length, 64);
});

Deno.test("git_commit can replace a file by a folder and a folder by a file", async () => {
  await using temp = await seeded();
  const git = gitOn(temp);
  await Deno.remove(`${temp.root}/a.txt`);
  await temp.write({ "a.txt/inner": "i\n" });
  await commitOf(git, ["a.txt"]);
  assert.equal(await temp.git("ls-files"), "a.txt/inner\nb.txt\nd/c.txt\n");
  await Deno.remove(`${temp.root}/d`, { recursive: true });
  await temp.write({ d: "file\n" });
  await git.commit({ message: "x", ...all });
  assert.equal(await temp.git("ls-files"), "a.txt/inner\nb.txt\nd\n");
  await Deno.remove(`${temp.root}/a.txt`, { recursive: true });
  await temp.write({ "a.txt": "file again\n", "b.txt": "x\n" });
  await temp.git("add", "b.txt");
  await commitOf(git, ["a.txt"]);
  assert.equal(await temp.git("ls-files"), "a.txt\nb.txt\nd\n");
  await Deno.remove(`${temp.root}/d`);
  await temp.write({ "d/new": "n\n" });
  await failsWith("conflict", commitOf(git, ["d"]));
  await git.commit({ message: "x", ...all });
  assert.equal(await temp.git("status", "--porcelain"), "");
});

Deno.test("git_commit takes a submodule's new commit and no state inside it", async () => {
  await using temp = await seeded();
  await temp.git("init", "-q", "sub");
  await temp.git("-C", "sub", "commit", "-q", "--allow-empty", "-m", "1");
  await temp.git("-c", "advice.addEmbeddedRepo=false", "add", "sub");
  await temp.git("commit", "-q", "-m", "sub");
  const git = gitOn(temp);
  await temp.write({ "sub/dirt.txt": "x" });
  await failsWith("nothing_to_commit", commitOf(git, ["sub"]));
  await failsWith("path_denied", commitOf(git, ["sub/dirt.txt"]));
  await temp.git("-C", "sub", "commit", "-q", "--allow-empty", "-m", "2");
  assert.deepEqual((await commitOf(git, ["sub"])).files, [{ path: "sub", status: "modified" }]);
});

Deno.test("git_commit that is aborted leaves the index as it was", async () => {
  await using temp = await seeded();
  await Deno.mkdir(`${temp.root}/.git/hooks`, { recursive: true });
  const hook = `#!/bin/sh\ntouch ${temp.outside}/started\nexec sleep 10\n`;
  await Deno.writeTextFile(`${temp.root}/.git/hooks/pre-commit`, hook, { mode: 0o755 });
  await temp.write({ "new.txt": "n\n" });
  const abort = new AbortController();
  using watcher = Deno.watchFs(temp.outside, { recursive: false });
  const call = gitOn(temp, { trustHooks: true }).commit(
    { message: "x", add: ["new.txt"], signoff: false, stageAll: false },
    abort.signal,
  );
  for await (const _ of watcher) if (await exists(`${temp.outside}/started`)) break;
  abort.abort(new Error("gone"));
  await assert.rejects(call, /gone/);
  assert.equal(await temp.git("status", "--porcelain"), "?? new.txt\n");
  assert.equal(await exists(`${temp.root}/.git/index.lock`), false);
});
