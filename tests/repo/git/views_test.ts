import assert from "node:assert/strict";
import { TempRoot } from "../../support/temp_repo.ts";
import { failsWith, gitOn, gitOptions } from "./support.ts";
import { Git } from "../../../src/repo/git.ts";

async function seeded(): Promise<TempRoot> {
  const temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\ntwo\n", "b.txt": "one\n", "d/c.txt": "one\n" }, "first");
  return temp;
}

Deno.test("git_status tells staged from unstaged, and renamed, deleted, new and conflicted apart", async () => {
  await using temp = await seeded();
  await temp.git("mv", "d/c.txt", "d/e.txt");
  await Deno.remove(`${temp.root}/b.txt`);
  await temp.write({ "a.txt": "1\n", "sp ace/ü.txt": "n\n", ".mcp-state.json": "{}" });
  const status = await gitOn(temp).status({});
  assert.equal(status.head, (await temp.git("rev-parse", "HEAD")).trim());
  assert.deepEqual([status.branch, status.clean, status.truncated], ["main", false, false]);
  assert.deepEqual(status.entries, [
    { path: "a.txt", status: "modified", staged: false, unstaged: true },
    { path: "b.txt", status: "deleted", staged: false, unstaged: true },
    { path: "d/e.txt", status: "renamed", staged: true, unstaged: false, from: "d/c.txt" },
    { path: "sp ace/ü.txt", status: "untracked", staged: false, unstaged: true },
  ]);
  assert.deepEqual((await gitOn(temp).status({ path: "sp ace" })).entries.length, 1);
});

Deno.test("a list of thousands of files lets other requests have their turn", async () => {
  await using temp = await TempRoot.create();
  const names = Array.from({ length: 2_100 }, (_, index) => `${index}.txt`);
  await temp.write(Object.fromEntries(names.map((name) => [name, ""])));
  let isAsked = false;
  let hadItsTurn = false;
  const git = gitOn(temp, {
    isHidden() {
      // What waits when the first of them is judged comes before the last one.
      if (!isAsked) setTimeout(() => hadItsTurn = true);
      isAsked = true;
      return false;
    },
  });
  const { paths } = await git.listFiles({});
  assert.deepEqual([paths.length, hadItsTurn], [names.length, true]);
});

Deno.test("git_status says how far the branch is from its upstream", async () => {
  await using temp = await seeded();
  await temp.git("clone", "-q", "--bare", ".", `${temp.outside}/up.git`);
  await temp.git("remote", "add", "origin", `${temp.outside}/up.git`);
  await temp.git("fetch", "-q", "origin");
  await temp.git("branch", "-q", "-u", "origin/main");
  await temp.commit({ "a.txt": "x\n" });
  const { upstream, ahead, behind, clean } = await gitOn(temp).status({});
  assert.deepEqual({ upstream, ahead, behind, clean }, {
    upstream: "origin/main",
    ahead: 1,
    behind: 0,
    clean: true,
  });
});

Deno.test("git_status stops at 500 entries and says so", async () => {
  await using temp = await seeded();
  await temp.write(Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`n/${n}`, ""])));
  const { entries, truncated } = await gitOn(temp).status({});
  assert.deepEqual([entries.length, truncated], [500, true]);
});

Deno.test("git_diff shows the work tree, the index, or two commits", async () => {
  await using temp = await seeded();
  await temp.commit({ "a.txt": "one\n2\n" }, "second");
  await temp.write({ "a.txt": "one\n2\n3\n", "b.txt": "staged\n", "bin": new Uint8Array([0, 1, 2]) });
  await temp.git("add", "b.txt", "bin");
  const git = gitOn(temp);
  const work = await git.diff({});
  assert.match(work.text, /^diff --git a\/a\.txt b\/a\.txt\n[\s\S]*\n\+3\n$/);
  assert.deepEqual(work.files, [{
    path: "a.txt",
    status: "modified",
    insertions: 1,
    deletions: 0,
    binary: false,
  }]);
  const staged = await git.diff({ staged: true });
  assert.deepEqual(staged.files, [
    { path: "b.txt", status: "modified", insertions: 1, deletions: 1, binary: false },
    { path: "bin", status: "added", insertions: 0, deletions: 0, binary: true },
  ]);
  const commits = await git.diff({ from: "HEAD~1", to: "HEAD", context: 0 });
  assert.match(commits.text, /\n-two\n\+2\n$/);
  assert.deepEqual([commits.insertions, commits.deletions, commits.truncated], [1, 1, false]);
  assert.deepEqual((await git.diff({ from: "HEAD", path: "b.txt" })).files.map(({ path }) => path), [
    "b.txt",
  ]);
  assert.equal((await git.diff({ path: "d" })).text, "");
});

Deno.test("git_diff never reads a revision as an option, a range or a file", async () => {
  await using temp = await seeded();
  const git = gitOn(temp);
  for (
    const from of [
      "--output=evil",
      "--no-index",
      "HEAD..HEAD",
      "^HEAD",
      "HEAD:a.txt",
      "nope",
      "",
      "a\0b",
    ]
  ) {
    await failsWith("not_found", git.diff({ from }));
    await failsWith("not_found", git.log({ limit: 1, ref: from }));
  }
  await failsWith("invalid_arguments", git.diff({ to: "HEAD" }));
  await failsWith("invalid_arguments", git.diff({ staged: true, from: "HEAD", to: "HEAD" }));
  await failsWith("path_denied", git.diff({ path: "../x" }));
});

Deno.test("git_diff cuts its text at whole lines and says so", async () => {
  await using temp = await seeded();
  await temp.write({ "a.txt": "line\n".repeat(10_000) });
  const { text, truncated, insertions } = await gitOn(temp).diff({ maxBytes: 1000 });
  assert.ok(truncated && text.endsWith("\n+line\n") && text.length <= 1000 && text.length > 990);
  assert.equal(insertions, 10_000);
});

Deno.test("git_diff and git_log leave out the server's own files", async () => {
  await using temp = await seeded();
  await temp.commit({ ".mcp-state.json": "{}\n", "b.txt": "two\n" });
  await temp.write({ ".mcp-state.json": "secret\n", "a.txt": "two\n" });
  const git = gitOn(temp);
  const diff = await git.diff({});
  assert.doesNotMatch(diff.text, /secret/);
  assert.deepEqual(diff.files.map(({ path }) => path), ["a.txt"]);
  assert.equal((await git.diff({ path: ".mcp-state.json" })).text, "");
  const [last] = (await git.log({ limit: 1, files: true })).commits;
  assert.deepEqual(last?.files, [{ path: "b.txt", status: "modified" }]);
});

Deno.test("git_log pages through commits, with bodies, parents and files", async () => {
  await using temp = await seeded();
  await temp.commit({ "b.txt": "two\n", "n\nl": "x" }, "second\n\nbody: with\n\n-- lines");
  await temp.git("commit", "-q", "--allow-empty", "-m", "empty");
  await temp.commit({ "a.txt": "x\n" }, "third");
  const git = gitOn(temp);
  const all = await git.log({ limit: 10, files: true });
  assert.deepEqual(all.commits.map(({ subject }) => subject), ["third", "empty", "second", "first"]);
  const [third, empty, second, first] = all.commits;
  assert.equal(second?.body, "body: with\n\n-- lines");
  assert.deepEqual(second?.files, [{ path: "b.txt", status: "modified" }, { path: "n\nl", status: "added" }]);
  assert.deepEqual(empty?.files, []);
  assert.deepEqual(third?.parents, [empty?.commit]);
  assert.deepEqual(first?.author, { name: "Ada", email: "ada@example.com" });
  assert.match(first?.date ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  assert.equal(first?.files?.length, 3);
  const page = await git.log({ limit: 2 });
  assert.deepEqual([page.truncated, page.nextSkip, page.commits[0]?.files], [true, 2, undefined]);
  const rest = await git.log({ limit: 2, skip: 2 });
  assert.deepEqual([rest.truncated, rest.commits.map(({ subject }) => subject)], [false, [
    "second",
    "first",
  ]]);
  assert.deepEqual((await git.log({ limit: 5, path: "b.txt" })).commits.map(({ subject }) => subject), [
    "second",
    "first",
  ]);
  assert.equal((await git.log({ limit: 5, ref: "HEAD~2" })).commits.length, 2);
});

Deno.test("git_log lists what a merge brought, against its first parent", async () => {
  await using temp = await seeded();
  await temp.git("checkout", "-q", "-b", "side");
  await temp.commit({ "side.txt": "s\n" });
  await temp.git("checkout", "-q", "main");
  await temp.commit({ "main.txt": "m\n" });
  await temp.git("merge", "-q", "side", "-m", "merge");
  const [merge] = (await gitOn(temp).log({ limit: 1, files: true })).commits;
  assert.equal(merge?.parents.length, 2);
  assert.deepEqual(merge?.files, [{ path: "side.txt", status: "added" }]);
});

Deno.test("Every view of a subfolder shows nothing above it, and its paths are relative to it", async () => {
  await using temp = await seeded();
  await temp.git("mv", "a.txt", "d/a.txt");
  await temp.write({ "d/c.txt": "two\n", "b.txt": "outside\n" });
  const git = gitOn(temp, { root: `${temp.root}/d` });
  assert.deepEqual((await git.status({})).entries.map(({ path, status }) => `${status} ${path}`), [
    "added a.txt",
    "modified c.txt",
  ]);
  const diff = await git.diff({ from: "HEAD" });
  assert.deepEqual(diff.files.map(({ path, from }) => [path, from]), [["a.txt", undefined], [
    "c.txt",
    undefined,
  ]]);
  assert.doesNotMatch(diff.text, /b\.txt|outside|d\/c/);
  await temp.git("commit", "-q", "-m", "outside", "b.txt");
  assert.deepEqual(
    (await git.log({ limit: 5, files: true })).commits.map(({ subject, files }) => [subject, files]),
    [
      ["first", [{ path: "c.txt", status: "added" }]],
    ],
  );
  assert.deepEqual((await git.listFiles({})).paths, ["a.txt", "c.txt"]);
  assert.deepEqual((await git.grep(["two", "outside"], {})).paths, ["a.txt", "c.txt"]);
  assert.deepEqual([...(await git.headBlobs(["c.txt", "b.txt"])).blobs.keys()], ["c.txt"]);
});

Deno.test("find_files sees tracked and new files, not ignored ones, other repositories or the server's own", async () => {
  await using temp = await seeded();
  await temp.git("init", "-q", "nested");
  await temp.git("-C", "nested", "commit", "-q", "--allow-empty", "-m", "x");
  await temp.write({
    ".gitignore": "*.log\n",
    "x.log": "",
    "new/n\nl": "",
    "nested/f": "",
    ".mcp-lock": "",
    "Z": "",
    "ü": "",
  });
  const git = gitOn(temp);
  const { paths, truncated } = await git.listFiles({});
  assert.deepEqual(paths, [".gitignore", "Z", "a.txt", "b.txt", "d/c.txt", "new/n\nl", "ü"]);
  assert.equal(truncated, false);
  assert.deepEqual((await git.listFiles({ under: "d" })).paths, ["d/c.txt"]);
});

Deno.test("search finds fixed strings in either case, in tracked and new files, and neither options nor expressions", async () => {
  await using temp = await seeded();
  await temp.write({
    ".gitignore": "*.log\n",
    "new\nline.txt": `Needle.* ${"x".repeat(1000)}\n`,
    "x.log": "needle.*",
    "bin": "needle.*\0",
    ".mcp-state.json": "needle.*",
    "many": "needle.*\n".repeat(2000),
  });
  for (const root of [temp.root, `${temp.outside}/plain`]) {
    const git = gitOn(temp, { root });
    const { paths, truncated } = await git.grep(["needle.*", "-e", ""], {});
    assert.deepEqual([paths.toSorted(), truncated], [["many", "new\nline.txt"], false]);
    assert.deepEqual((await git.grep(["NEEDLE.*"], { under: "new\nline.txt" })).paths, ["new\nline.txt"]);
    assert.deepEqual((await git.grep(["needle_*"], {})).paths, []);
    const alone = await git.grep(["needle"], { oneThread: true });
    assert.deepEqual(alone.paths.toSorted(), ["many", "new\nline.txt"]);
    if (root === temp.root) await copyWithoutGit(temp);
  }
});

async function copyWithoutGit(temp: TempRoot): Promise<void> {
  await temp.git("clone", "-q", ".", `${temp.outside}/plain`);
  await Deno.remove(`${temp.outside}/plain/.git`, { recursive: true });
  for (const name of [".gitignore", "new\nline.txt", "x.log", "bin", ".mcp-state.json", "many"]) {
    await Deno.copyFile(`${temp.root}/${name}`, `${temp.outside}/plain/${name}`);
  }
}

Deno.test("search never follows a tracked folder that became a symlink out of the root", async () => {
  await using temp = await seeded();
  await Deno.mkdir(`${temp.outside}/secrets`);
  await Deno.writeTextFile(`${temp.outside}/secrets/c.txt`, "secret\n");
  await Deno.remove(`${temp.root}/d`, { recursive: true });
  await Deno.symlink(`${temp.outside}/secrets`, `${temp.root}/d`);
  const git = gitOn(temp);
  assert.deepEqual((await git.grep(["secret"], {})).paths, []);
  assert.doesNotMatch((await git.diff({})).text, /^[+-]secret/m);
});

Deno.test("A citation is a permalink when the file is as HEAD has it, and nothing else", async () => {
  await using temp = await seeded();
  const git = gitOn(temp);
  const bytes = new TextEncoder().encode("one\n");
  assert.equal(await git.citation("d/c.txt", bytes), undefined);
  await temp.git("remote", "add", "up", "gh:other/repo.git");
  await temp.git("config", "url.https://user:token@github.com/.insteadOf", "gh:");
  const head = (await temp.git("rev-parse", "HEAD")).trim();
  const only = await git.citation("d/c.txt", bytes);
  assert.equal(only?.(1, 2), `https://github.com/other/repo/blob/${head}/d/c.txt#L1-L2`);
  await temp.git("remote", "add", "origin", "git@gitlab.com:g/s/r.git");
  const below = gitOn(temp, { root: `${temp.root}/d` });
  const link = await below.citation("c.txt", bytes);
  assert.equal(link?.(3), `https://gitlab.com/g/s/r/-/blob/${head}/d/c.txt#L3`);
  assert.equal(await git.citation("d/c.txt", new TextEncoder().encode("two\n")), undefined);
  assert.equal(await git.citation("new.txt", bytes), undefined);
  assert.deepEqual([...(await git.remotes()).keys()], ["up", "origin"]);
});

Deno.test("Git without a program is unavailable, search included", async () => {
  await using temp = await seeded();
  for (const program of [undefined, `${temp.outside}/no-git`]) {
    const git = new Git({ ...gitOptions(temp), program });
    await failsWith("unavailable", git.status({}));
    await failsWith("unavailable", git.grep(["x"], {}));
    assert.match(await git.unavailableReason() ?? "", /no git program|is gone/);
  }
});
