import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { fileTree } from "../support/file_tree.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("rename_file moves a file with its mode, and makes the folders above its new name", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.sh": "one" });
  await Deno.chmod(`${app.root.root}/a.sh`, 0o755);
  const moved = await app.call("rename_file", { from: "a.sh", to: "x/y/b.sh" });
  const { changeId, ...rest } = moved;
  assert.equal(typeof changeId, "string");
  assert.deepEqual(rest, { from: "a.sh", to: "x/y/b.sh", sha256: sha256Hex("one") });
  assert.equal(fileTree(app.root.root)["x/y/b.sh"], `file 755 ${sha256Hex("one")}`);
  assert.equal(fileTree(app.root.root)["a.sh"], undefined);
});

Deno.test("rename_file replaces a file only when it is told to", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one", "b.txt": "two" });
  const args = { from: "a.txt", to: "b.txt" };
  assert.equal((await app.callFailing("rename_file", args)).code, "already_exists");
  assert.deepEqual([await app.root.read("a.txt"), await app.root.read("b.txt")], ["one", "two"]);
  await app.call("rename_file", { ...args, overwrite: true });
  assert.deepEqual(Object.keys(fileTree(app.root.root)), ["b.txt"]);
  assert.equal(await app.root.read("b.txt"), "one");
});

Deno.test("rename_file to its own name changes nothing", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "docs/a.txt": "one" });
  await Deno.symlink("docs", `${app.root.root}/alias`);
  for (const to of ["docs/a.txt", "docs/../docs/a.txt", "alias/a.txt"]) {
    assert.equal((await app.call("rename_file", { from: "docs/a.txt", to })).sha256, sha256Hex("one"));
  }
  assert.equal(await app.root.read("docs/a.txt"), "one");
});

Deno.test("rename_file that fails leaves the file where it was and no new folder", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one", "docs/b.txt": "two" });
  const before = fileTree(app.root.root);
  const long = "n".repeat(300);
  const cases: [from: string, to: string, code: string][] = [
    ["missing.txt", "new/c.txt", "not_found"],
    ["docs", "other", "not_a_file"],
    ["a.txt", "docs", "not_a_file"],
    ["a.txt", "a.txt/b", "not_a_file"],
    ["a.txt", `new/${long}`, "invalid_arguments"],
    ["a.txt", `new/${long}/c.txt`, "invalid_arguments"],
  ];
  for (const [from, to, code] of cases) {
    assert.equal((await app.callFailing("rename_file", { from, to, overwrite: true })).code, code, to);
    assert.deepEqual(fileTree(app.root.root), before, to);
  }
});

Deno.test("of many parallel rename_file of one file exactly one finds it", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const outcomes = await Promise.allSettled(
    Array.from(
      { length: 10 },
      (_, index) => app.call("rename_file", { from: "a.txt", to: `to/${index}.txt` }),
    ),
  );
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
  assert.equal([...Deno.readDirSync(`${app.root.root}/to`)].length, 1);
});

Deno.test("two files that are renamed over each other at once never block each other", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one", "b.txt": "two" });
  const swap = (from: string, to: string) => app.call("rename_file", { from, to, overwrite: true });
  await Promise.allSettled([swap("a.txt", "b.txt"), swap("b.txt", "a.txt"), swap("a.txt", "b.txt")]);
  const left = Object.values(fileTree(app.root.root));
  assert.equal(left.length, 1);
});
