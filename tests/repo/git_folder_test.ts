import assert from "node:assert/strict";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

/** Moves the git folder to `folder` and makes `.git` a file that points to it. */
async function point(temp: TempRoot, folder: string, pointer: string): Promise<void> {
  await Deno.rename(`${temp.root}/.git`, `${temp.root}/${folder}`);
  await Deno.writeTextFile(`${temp.root}/.git`, pointer);
}

const LAYOUTS: Readonly<Record<string, (temp: TempRoot) => Promise<string>>> = {
  "a file that points to it": (temp) => point(temp, ".bare", "gitdir: ./.bare\n").then(() => ".bare/config"),
  "a name with a space": (temp) => point(temp, "my git", "gitdir: my git\n").then(() => "my git/config"),
  "a name with a percent sign": (temp) =>
    point(temp, "a%20#b?", "gitdir: a%20#b?\n").then(() => "a%20#b?/config"),
  "an absolute pointer with a slash and a CRLF at its end": (temp) =>
    point(temp, ".bare", `gitdir: ${temp.root}/.bare/\r\n\n`).then(() => ".bare/config"),
  "a pointer through a link": async (temp) => {
    await Deno.symlink("real", `${temp.root}/alias`);
    await point(temp, "real", "gitdir: alias\n");
    return "real/config";
  },
  "a link in the place of .git": async (temp) => {
    await Deno.rename(`${temp.root}/.git`, `${temp.root}/gitdir`);
    await Deno.symlink("gitdir", `${temp.root}/.git`);
    return "gitdir/config";
  },
  "the common folder of a worktree": async (temp) => {
    await temp.git("worktree", "add", "-q", "-b", "other", `${temp.outside}/other`);
    await point(temp, ".bare", "gitdir: .bare/worktrees/other\n");
    return ".bare/config";
  },
};

for (const [name, lay] of Object.entries(LAYOUTS)) {
  Deno.test(`no tool touches a git folder that is elsewhere in the root: ${name}`, async () => {
    await using root = await TempRoot.create();
    await root.commit({ "a.txt": "a" });
    const path = await lay(root);
    const before = await root.read(path);
    await using app = await TestApp.create({ root });
    for (const args of [{ path }, { path: path.toUpperCase() }]) {
      assert.equal((await app.callFailing("read_file", args)).code, "path_denied");
      const write = { ...args, contents: "[core]\n", overwrite: true };
      assert.equal((await app.callFailing("write_file", write)).code, "path_denied");
    }
    assert.equal(await root.read(path), before);
    assert.equal((await app.call("read_file", { path: "a.txt" })).text, "a");
  });
}

async function refuses(app: TestApp, path: string): Promise<void> {
  assert.equal((await app.callFailing("read_file", { path })).code, "path_denied");
  const write = { path, contents: "[core]\n", overwrite: true };
  assert.equal((await app.callFailing("write_file", write)).code, "path_denied");
}

Deno.test("no tool touches the git folder of a repository above the root, when it lies in the root", async () => {
  await using root = await TempRoot.create({ git: false });
  await root.write({ "sub/a.txt": "a" });
  await root.git("init", "-q", "--separate-git-dir=sub/meta");
  await using app = await TestApp.create({ root, subfolder: "sub" });
  await refuses(app, "meta/config");
});

Deno.test("no tool touches a git folder that got another name after the start", async () => {
  await using root = await TempRoot.create();
  await using app = await TestApp.create({ root });
  await app.call("git_status");
  await root.git("init", "-q", "--separate-git-dir=meta");
  await refuses(app, "meta/config");
  await app.call("git_status");
});

Deno.test("no tool touches a git folder that moved into the root from above it after the start", async () => {
  await using root = await TempRoot.create();
  await root.write({ "sub/a.txt": "a" });
  await using app = await TestApp.create({ root, subfolder: "sub" });
  await app.call("git_status");
  await root.git("init", "-q", "--separate-git-dir=sub/meta");
  await app.call("git_status");
  await refuses(app, "meta/config");
});
