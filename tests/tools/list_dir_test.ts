import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";

/** The paths that list_dir answers. */
async function paths(app: TestApp, args: Record<string, unknown>): Promise<string[]> {
  const { entries } = await app.call("list_dir", args);
  return entries.map(({ path }: { path: string }) => path);
}

Deno.test("list_dir shows one level of a folder, files first asked for, folders when they are wanted", async () => {
  await using app = await TestApp.create();
  await app.root.write({
    "b.md": "bb",
    "a.ts": "a",
    "src/x.ts": "x",
    "src/deep/y.ts": "y",
    ".gitignore": "b.md\n",
  });
  await Deno.symlink("a.ts", `${app.root.root}/link`);
  assert.deepEqual(await paths(app, {}), [".gitignore", "a.ts", "b.md", "link"]);
  assert.deepEqual(await paths(app, { path: "src" }), ["src/x.ts"]);
  assert.deepEqual(await paths(app, { path: "./src/", includeDirs: true }), ["src/deep", "src/x.ts"]);
  const { path, entries, truncated } = await app.call("list_dir", { includeDirs: true });
  assert.deepEqual([path, truncated], ["", false]);
  const types = Object.fromEntries(
    entries.map((entry: Record<string, unknown>) => [entry["path"], entry["type"]]),
  );
  assert.deepEqual(types, {
    ".gitignore": "file",
    "a.ts": "file",
    "b.md": "file",
    "link": "symlink",
    "src": "dir",
  });
  const file = entries.find((entry: { path: string }) => entry.path === "b.md");
  assert.equal(file.size, 2);
  assert.equal(file.modified, Deno.statSync(`${app.root.root}/b.md`).mtime?.toISOString());
});

Deno.test("list_dir goes through every level when the glob holds **, without what git ignores", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "src/a.ts": "a",
    "src/gone.ts": "x",
    "src/deep/b.ts": "b",
    ".gitignore": "build/\n*.log\n",
  });
  await app.root.write({ "src/new.ts": "n", "src/x.log": "l", "src/build/c.ts": "c", "src/.hidden.ts": "h" });
  await Deno.remove(`${app.root.root}/src/gone.ts`);
  assert.deepEqual(await paths(app, { path: "src", glob: "**" }), [
    "src/a.ts",
    "src/deep/b.ts",
    "src/new.ts",
  ]);
  assert.deepEqual(await paths(app, { path: "src", glob: "**/b*" }), ["src/deep/b.ts"]);
  assert.deepEqual(await paths(app, { path: "src", glob: "**", includeDirs: true }), [
    ...["src/a.ts", "src/deep", "src/deep/b.ts", "src/new.ts"],
  ]);
  assert.deepEqual(await paths(app, { path: "src", glob: "**/.*" }), ["src/.hidden.ts"]);
  // One level shows what stands there, ignored or not.
  assert.deepEqual(await paths(app, { path: "src", glob: "*.log" }), ["src/x.log"]);
});

Deno.test("list_dir takes a glob for names, and shows dotfiles only to one that asks for them", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.ts": "", "b.js": "", "c.md": "", ".editorconfig": "", "x/y.ts": "" });
  assert.deepEqual(await paths(app, { glob: "*" }), ["a.ts", "b.js", "c.md"]);
  assert.deepEqual(await paths(app, { glob: "*.{ts,js}" }), ["a.ts", "b.js"]);
  assert.deepEqual(await paths(app, { glob: "[!a]*" }), ["b.js", "c.md"]);
  assert.deepEqual(await paths(app, { glob: "!*.ts" }), ["b.js", "c.md"]);
  assert.deepEqual(await paths(app, { glob: ".*" }), [".editorconfig"]);
  const below = await app.call("list_dir", { glob: "x/*.ts" });
  assert.deepEqual(below.entries, []);
  assert.match(below.hint, /one level/);
  assert.deepEqual(await paths(app, { glob: "x/**" }), ["x/y.ts"]);
});

Deno.test("list_dir stops at max and says that there is more", async () => {
  await using app = await TestApp.create();
  const files = Array.from({ length: 60 }, (_, n) => [`d/${String(n).padStart(2, "0")}`, ""]);
  await app.root.write(Object.fromEntries(files));
  for (const glob of [undefined, "**"]) {
    const list = (max?: number) =>
      app.call("list_dir", { path: "d", ...(glob && { glob }), ...(max && { max }) });
    const byDefault = await list();
    assert.deepEqual([byDefault.entries.length, byDefault.truncated], [50, true]);
    assert.match(byDefault.hint, /raise max \(up to 200\)/);
    const exact = await list(60);
    assert.deepEqual([exact.entries.length, exact.truncated], [60, false]);
    assert.deepEqual((await list(1)).entries[0].path, "d/00");
  }
  for (const max of [0, 201, -1, 1.5, "5"]) {
    const failure = await app.callFailing("list_dir", { path: "d", max });
    assert.equal(failure.code, "invalid_arguments");
    if (typeof max === "number" && Number.isInteger(max)) {
      assert.match(failure.message, /"max" must be 1 to 200/);
    }
  }
});

Deno.test("list_dir never shows git's folder or the server's own files, at any level", async () => {
  await using app = await TestApp.create();
  const own = [".mcp-lock", ".mcp-state.json", ".mcp-index.db", ".mcp-tmp-1", ".mcp-journal/1"];
  for (const folder of ["", "docs/"]) {
    for (const path of [...own, "a.md", ".mcp-stateful"]) await app.root.write({ [folder + path]: "x" });
  }
  await app.root.write({ "docs/.git/config": "x" });
  for (
    const args of [{}, { includeDirs: true }, { glob: ".*", includeDirs: true }, {
      glob: "**/.*",
      includeDirs: true,
    }]
  ) {
    for (const path of ["", "docs"]) {
      const shown = await paths(app, { path, ...args });
      assert.deepEqual(
        shown.filter((name) => /\.git$|mcp-(?!stateful)/.test(name)),
        [],
        JSON.stringify(args),
      );
    }
  }
  assert.ok((await paths(app, {})).includes(".mcp-stateful"));
});

Deno.test("list_dir lists below a linked folder under the name that was asked", async () => {
  await using app = await TestApp.create();
  await app.root.write({ "docs/a.md": "", "docs/deep/b.md": "" });
  await Deno.symlink("docs", `${app.root.root}/alias`);
  assert.deepEqual(await paths(app, { path: "alias" }), ["alias/a.md"]);
  assert.deepEqual(await paths(app, { path: "alias", glob: "**" }), ["alias/a.md", "alias/deep/b.md"]);
});

Deno.test("list_dir shows names with newlines, quotes, other scripts and leading dashes as they are", async () => {
  await using app = await TestApp.create();
  const names = ["-rf", "[a]", `"q"`, "a b", "new\nline", "tab\t", "ü", "日本", "back\\slash", ":(glob)x"]
    .sort();
  for (const name of names) await app.root.write({ [`d/${name}`]: "" });
  const expected = names.map((name) => `d/${name}`);
  assert.deepEqual(await paths(app, { path: "d" }), expected);
  assert.deepEqual((await paths(app, { path: "d", glob: "**" })).sort(), expected);
});

Deno.test("list_dir refuses what is no folder", async () => {
  await using app = await TestApp.create();
  await app.root.write({ "a.txt": "" });
  const codes = {
    "a.txt": "not_a_file",
    "none": "not_found",
    "a.txt/b": "not_a_file",
    "..": "path_outside_root",
  };
  for (const [path, code] of Object.entries(codes)) {
    for (const glob of ["*", "**"]) {
      assert.equal((await app.callFailing("list_dir", { path, glob })).code, code);
    }
  }
});

Deno.test("list_dir does not look into a repository inside this one for files of this one", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.txt": "a" });
  await app.root.write({ "inner/b.txt": "b" });
  await app.root.git("-C", "inner", "init", "-q");
  await app.root.git("-C", "inner", "add", "-A");
  await app.root.git("-C", "inner", "commit", "-q", "-m", "inner");
  await app.root.git("add", "inner");
  assert.deepEqual(await paths(app, { path: "inner" }), ["inner/b.txt"]);
  for (const includeDirs of [false, true]) {
    assert.deepEqual(await paths(app, { path: "inner", glob: "**", includeDirs }), []);
  }
});

Deno.test("list_dir says how many folders it leaves out", async () => {
  await using app = await TestApp.create();
  await app.root.write({ "a.ts": "a", "src/x.ts": "x", "docs/y.md": "y" });
  assert.match((await app.call("list_dir", {})).hint, /^2 folders are not shown: includeDirs: true/);
  assert.equal((await app.call("list_dir", { includeDirs: true })).hint, undefined);
});
