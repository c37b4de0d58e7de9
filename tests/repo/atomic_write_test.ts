import assert from "node:assert/strict";
import { discard, folderOf, makeFolders, publish, stage } from "../../src/repo/atomic_write.ts";
import { fileTree } from "../support/file_tree.ts";
import { TempRoot } from "../support/temp_repo.ts";

const bytes = new TextEncoder().encode("new");

Deno.test("a staged file changes nothing until it is published, and then all at once", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "old" });
  const staged = await stage(`${temp.root}/a.txt`, bytes, { id: "1", mode: 0o751 });
  assert.equal(await temp.read("a.txt"), "old");
  assert.equal(await temp.read(".mcp-tmp-1"), "new");
  await publish(staged);
  assert.equal(await temp.read("a.txt"), "new");
  assert.match(fileTree(temp.root)["a.txt"] ?? "", /^file 751 /);
  assert.deepEqual(Object.keys(fileTree(temp.root)), ["a.txt"]);
});

Deno.test("a reader of a file that is written again and again never sees half of it", async () => {
  await using temp = await TempRoot.create({ git: false });
  const target = `${temp.root}/a.txt`;
  const versions = ["a", "b"].map((letter) => new TextEncoder().encode(letter.repeat(100_000)));
  await Deno.writeFile(target, versions[0] as Uint8Array);
  let writing = true;
  const writer = (async () => {
    for (let n = 0; n < 40; n++) {
      await publish(await stage(target, versions[n % 2] as Uint8Array, { id: `${n}` }));
    }
    writing = false;
  })();
  while (writing) assert.match(await Deno.readTextFile(target), /^(?:a{100000}|b{100000})$/);
  await writer;
});

Deno.test("a staged file that is not wanted any more is gone, and may be discarded twice", async () => {
  await using temp = await TempRoot.create({ git: false });
  const staged = await stage(`${temp.root}/a.txt`, bytes, { id: "1" });
  await discard(staged);
  await discard(staged);
  assert.deepEqual(fileTree(temp.root), {});
});

Deno.test("folders are made all or none, and only the new ones are named", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "docs/a.txt": "a" });
  const made = await makeFolders(`${temp.root}/docs/b/c`);
  assert.deepEqual(made, [`${temp.root}/docs/b`, `${temp.root}/docs/b/c`]);
  assert.deepEqual(await makeFolders(`${temp.root}/docs/b/c`), []);
  const before = fileTree(temp.root);
  await assert.rejects(makeFolders(`${temp.root}/x/y/${"n".repeat(300)}`));
  await assert.rejects(makeFolders(`${temp.root}/docs/a.txt/y`));
  assert.deepEqual(fileTree(temp.root), before);
});

Deno.test("the folder above a path is what stands before its last slash", () => {
  assert.deepEqual(["/a/b/c", "/a/b", "/a"].map(folderOf), ["/a/b", "/a", "/"]);
});
