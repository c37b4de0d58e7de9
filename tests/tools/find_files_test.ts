import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";
import { threadMs } from "../support/thread_time.ts";

/** The paths that find_files answers. */
async function found(app: TestApp, glob: string, more: Record<string, unknown> = {}): Promise<string[]> {
  const { files } = await app.call("find_files", { glob, ...more });
  return files.map(({ path }: { path: string }) => path);
}

Deno.test("find_files finds what git tracks or would add, and nothing that it ignores", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "src/a.ts": "a",
    "src/deep/b.ts": "bb",
    "gone.ts": "g",
    "kept.log": "k",
  });
  await app.root.commit({ ".gitignore": "*.log\nbuild/\n" });
  await app.root.write({ "new.ts": "n", "x.log": "x", "build/c.ts": "c", ".dot.ts": "d" });
  await Deno.remove(`${app.root.root}/gone.ts`);
  assert.deepEqual(await found(app, "**/*.ts"), ["new.ts", "src/a.ts", "src/deep/b.ts"]);
  assert.deepEqual(await found(app, "**/*.log"), ["kept.log"]);
  assert.deepEqual(await found(app, "src/**"), ["src/a.ts", "src/deep/b.ts"]);
  assert.deepEqual(await found(app, "**/.*"), [".dot.ts", ".gitignore"]);
  const [file] = (await app.call("find_files", { glob: "src/deep/*" })).files;
  assert.deepEqual([file.path, file.size], ["src/deep/b.ts", 2]);
  assert.equal(file.modified, Deno.statSync(`${app.root.root}/src/deep/b.ts`).mtime?.toISOString());
});

Deno.test("find_files works in a folder that is no git repository", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({
    "a.ts": "",
    "d/b.ts": "",
    "node_modules/x/c.ts": "",
    ".mcp-lock": "",
    "d/.mcp-tmp-1": "",
  });
  await Deno.symlink("..", `${app.root.root}/d/out`);
  assert.deepEqual(await found(app, "**/*.ts"), ["a.ts", "d/b.ts"]);
  assert.deepEqual(await found(app, "**/.*"), []);
});

Deno.test("find_files never names git's folder or the server's own files, tracked or not", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ ".mcp-state.json": "x", "docs/.mcp-lock": "x", "a.md": "a" });
  await app.root.write({ ".mcp-index.db": "x", ".mcp-journal/1": "x", "docs/.mcp-tmp-1": "x" });
  for (const glob of ["**", "**/.*", "**/.*/**", ".git/**", ".mcp*", "{.git,.mcp-journal}/**", "!x"]) {
    const bad = (await found(app, glob)).filter((path) => path !== "a.md");
    assert.deepEqual(bad, [], glob);
  }
});

Deno.test("find_files stops at max and says that there is more", async () => {
  await using app = await TestApp.create();
  await app.root.write(Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`d/${n}.ts`, ""])));
  for (
    const [max, length, truncated] of [[undefined, 100, true], [120, 120, false], [119, 119, true]] as const
  ) {
    const answer = await app.call("find_files", { glob: "d/*.ts", ...(max && { max }) });
    assert.deepEqual([answer.files.length, answer.truncated], [length, truncated]);
  }
  const failure = await app.callFailing("find_files", { glob: "*", max: 501 });
  assert.match(failure.message, /"max" must be 1 to 500/);
});

Deno.test("find_files answers hostile globs at once, and none of them leads out of the root", async () => {
  await using app = await TestApp.create();
  await Deno.writeTextFile(`${app.root.outside}/secret.txt`, "secret");
  await app.root.write({ [`${"a".repeat(250)}`]: "", "etc/passwd.txt": "", [`${"a/".repeat(60)}x`]: "" });
  const started = threadMs();
  assert.deepEqual(await found(app, "*a*a*a*a*b"), []);
  assert.deepEqual(await found(app, "/etc/*"), ["etc/passwd.txt"]);
  assert.deepEqual(await found(app, "{..,x}/*"), []);
  assert.deepEqual(await found(app, `${"**/a/".repeat(90)}b`), []);
  for (const glob of ["../*", "a/../../*", "*".repeat(10 * 1024), "{a,b}".repeat(12), ""]) {
    const failure = await app.callFailing("find_files", { glob });
    assert.equal(failure.code, "invalid_arguments", glob.slice(0, 20));
    assert.ok(failure.message.length < 700, "the error repeats the whole glob");
  }
  assert.ok(threadMs() - started < 15_000);
});

Deno.test("find_files takes odd names as they are", async () => {
  await using app = await TestApp.create();
  const names = ["-rf", `"q"`, "a b", "new\nline", "ü", "日本", ":(glob)x", "tab\t"].sort();
  await app.root.commit(Object.fromEntries(names.slice(0, 4).map((name) => [name, ""])));
  await app.root.write(Object.fromEntries(names.slice(4).map((name) => [name, ""])));
  assert.deepEqual((await found(app, "*")).sort(), names);
  await app.root.write({ "[a]": "", "{b}": "" });
  assert.deepEqual(await found(app, "\\[a\\]"), ["[a]"]);
});

Deno.test("find_files without a folder says that the glob is about the root alone", async () => {
  await using app = await TestApp.create();
  await app.root.write({ "src/a.ts": "" });
  const answer = await app.call("find_files", { glob: "*.ts" });
  assert.deepEqual(answer.files, []);
  assert.match(answer.hint, /"\*\*\/\*\.ts"/);
});

Deno.test("find_files in a served subfolder sees nothing above it", async () => {
  await using whole = await TestApp.create();
  await whole.root.commit({ "above.ts": "", "sub/a.ts": "", "sub/deep/b.ts": "" });
  await using app = await TestApp.create({ root: whole.root, subfolder: "sub" });
  assert.deepEqual(await found(app, "**"), ["a.ts", "deep/b.ts"]);
  assert.equal((await app.callFailing("read_file", { path: "../above.ts" })).code, "path_outside_root");
});
