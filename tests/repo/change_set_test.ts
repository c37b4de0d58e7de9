import assert from "node:assert/strict";
import { ToolError } from "../../src/core/errors.ts";
import { applyChanges, type FileChange } from "../../src/repo/change_set.ts";
import { RepoRoot } from "../../src/repo/root.ts";
import { readSnapshot } from "../../src/repo/snapshot.ts";
import { fileTree } from "../support/file_tree.ts";
import { TempRoot } from "../support/temp_repo.ts";

const newId = () => crypto.randomUUID();
const bytes = new TextEncoder().encode("new");

/** An existing file with new contents. */
async function put(root: RepoRoot, path: string): Promise<FileChange> {
  const at = root.resolve(path);
  return { kind: "put", at, before: at.info === undefined ? undefined : await readSnapshot(at), bytes };
}

Deno.test("applyChanges takes back what it did when a name is taken by a folder in the meantime", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "one", "b.txt": "two" });
  await Deno.chmod(`${temp.root}/a.txt`, 0o750);
  const root = new RepoRoot(temp.root);
  const before = fileTree(temp.root);
  const gone = root.resolve("b.txt");
  const changes: FileChange[] = [
    await put(root, "a.txt"),
    { kind: "remove", at: gone, before: await readSnapshot(gone) },
    await put(root, "x/y/c.txt"),
    await put(root, "taken"),
  ];
  for (const inside of [["taken/mine.txt"], []]) {
    await Deno.mkdir(`${temp.root}/taken`);
    for (const path of inside) await temp.write({ [path]: "mine" });
    const taken = fileTree(temp.root);
    await assert.rejects(
      applyChanges(changes, newId),
      (error) =>
        error instanceof ToolError && error.code === "not_a_file" && error.details["path"] === "taken",
    );
    assert.deepEqual(fileTree(temp.root), taken);
    await Deno.remove(`${temp.root}/taken`, { recursive: true });
  }
  assert.deepEqual(fileTree(temp.root), before);
});

Deno.test("applyChanges that fails before the first rename leaves no temporary file and no folder", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "one" });
  const root = new RepoRoot(temp.root);
  const changes = [await put(root, "a.txt"), await put(root, "new/b.txt"), await put(root, "file/c.txt")];
  await temp.write({ "file": "a file where a folder is needed" });
  const before = fileTree(temp.root);
  await assert.rejects(
    applyChanges(changes, newId),
    (error) => error instanceof ToolError && error.code === "not_a_file",
  );
  assert.deepEqual(fileTree(temp.root), before);
});

Deno.test("applyChanges does not bring back a file that somebody else has taken away meanwhile", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "one", "b.txt": "two" });
  const root = new RepoRoot(temp.root);
  const gone = root.resolve("b.txt");
  const changes: FileChange[] = [
    await put(root, "a.txt"),
    { kind: "remove", at: gone, before: await readSnapshot(gone) },
  ];
  await Deno.remove(`${temp.root}/b.txt`);
  await assert.rejects(
    applyChanges(changes, newId),
    (error) => error instanceof ToolError && error.code === "not_found",
  );
  assert.deepEqual(Object.keys(fileTree(temp.root)), ["a.txt"]);
  assert.equal(await temp.read("a.txt"), "one");
});
