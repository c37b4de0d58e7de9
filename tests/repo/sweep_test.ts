import assert from "node:assert/strict";
import { RepoRoot } from "../../src/repo/root.ts";
import { sweepTemporaryFiles } from "../../src/repo/sweep.ts";
import { fileTree } from "../support/file_tree.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

const START = new Date("2001-08-01T12:00:00Z");
const OLD = new Date("2001-08-01T11:59:59Z");
const signal = new AbortController().signal;

/** Writes files that were last changed at `at`. */
async function writeAt(temp: TempRoot, at: Date, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await temp.write({ [path]: "x" });
    await Deno.utime(`${temp.root}/${path}`, at, at);
  }
}

Deno.test("temporary files of a killed server are swept at its next start, and nothing else is", async () => {
  await using temp = await TempRoot.create({ git: false });
  await writeAt(temp, OLD, [
    ".mcp-tmp-1",
    "docs/.mcp-tmp-2",
    "docs/deep/er/.mcp-tmp-3",
    "node_modules/.mcp-tmp-4",
  ]);
  const kept = [
    ...[
      ".mcp-lock",
      ".mcp-state.json",
      "mcp-tmp-1",
      "docs/x.mcp-tmp-1",
      ".git/.mcp-tmp-5",
      ".mcp-tmp-6/a.txt",
    ],
  ];
  await writeAt(temp, OLD, kept);
  await writeAt(temp, START, ["docs/.mcp-tmp-fresh"]);
  await Deno.mkdir(`${temp.outside}/beside`);
  await Deno.writeTextFile(`${temp.outside}/beside/.mcp-tmp-7`, "x");
  await Deno.utime(`${temp.outside}/beside/.mcp-tmp-7`, OLD, OLD);
  await Deno.symlink("../beside", `${temp.root}/out`);
  await Deno.symlink("../beside/.mcp-tmp-7", `${temp.root}/.mcp-tmp-link`);
  await sweepTemporaryFiles(new RepoRoot(temp.root), { before: START.getTime(), signal });
  const left = fileTree(temp.outside);
  const files = Object.keys(left).filter((path) => left[path]?.startsWith("file")).sort();
  const expected = [...kept, "docs/.mcp-tmp-fresh"].map((path) => `root/${path}`);
  assert.deepEqual(files, [...expected, "beside/.mcp-tmp-7"].sort());
  assert.ok(left["root/.mcp-tmp-link"]?.startsWith("link"));
});

Deno.test("the sweep goes on past folders that cannot be read", async () => {
  await using temp = await TempRoot.create({ git: false });
  // Deeper than the longest path that a system call takes.
  const deep = Array.from({ length: 15 }, () => "d".repeat(200)).join("/");
  for (const top of ["top", "more"]) await Deno.mkdir(`${temp.root}/${top}/${deep}`, { recursive: true });
  await Deno.rename(`${temp.root}/more`, `${temp.root}/top/${deep}/more`);
  await writeAt(temp, OLD, ["a/.mcp-tmp-1", "z/.mcp-tmp-2"]);
  await sweepTemporaryFiles(new RepoRoot(temp.root), { before: START.getTime(), signal });
  for (const path of ["a/.mcp-tmp-1", "z/.mcp-tmp-2"]) {
    assert.throws(() => Deno.lstatSync(`${temp.root}/${path}`), Deno.errors.NotFound);
  }
  await using app = await TestApp.create({ root: temp });
  await temp.write({ "b.txt": "b" });
  assert.deepEqual(
    (await app.call("find_files", { glob: "*" })).files.map(({ path }: { path: string }) => path),
    [
      "b.txt",
    ],
  );
});

Deno.test("a server that starts sweeps by itself", async () => {
  await using temp = await TempRoot.create({ git: false });
  await writeAt(temp, OLD, ["docs/.mcp-tmp-1", "log.txt"]);
  await using app = await TestApp.create({ root: temp });
  const isThere = () => [...Deno.readDirSync(`${temp.root}/docs`)].length > 0;
  for (let calls = 0; isThere() && calls < 1000; calls++) {
    await app.call("append_file", { path: "log.txt", contents: "waiting" });
  }
  assert.equal(isThere(), false);
});

Deno.test("a sweep ends when the server stops", async () => {
  await using temp = await TempRoot.create({ git: false });
  await writeAt(temp, OLD, [".mcp-tmp-1"]);
  const before = START.getTime();
  await sweepTemporaryFiles(new RepoRoot(temp.root), { before, signal: AbortSignal.abort() });
  assert.equal(await temp.read(".mcp-tmp-1"), "x");
});
