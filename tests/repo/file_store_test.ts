import assert from "node:assert/strict";
import { ToolError } from "../../src/core/errors.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { FileStore } from "../../src/repo/file_store.ts";
import { Journal } from "../../src/repo/journal/journal.ts";
import { RepoRoot } from "../../src/repo/root.ts";
import { fileTree } from "../support/file_tree.ts";
import { TempRoot } from "../support/temp_repo.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A store over a root without git. */
function storeOf(temp: TempRoot): FileStore {
  return new FileStore({
    root: new RepoRoot(temp.root),
    newId: () => crypto.randomUUID(),
    journal: new Journal({
      folder: `${temp.root}/.mcp-journal`,
      bytesMax: 1_000_000,
      newId: () => crypto.randomUUID(),
      now: () => Date.now(),
    }),
  });
}

Deno.test("a write that waited while its link came to lead elsewhere waits for the new file too", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "a", "b.txt": "b" });
  await Deno.symlink("a.txt", `${temp.root}/link`);
  const store = storeOf(temp);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const onA = store.change(["a.txt"], () => first.promise.then(() => []));
  const throughLink = store.write("link", encode("through the link"), { intent: "replace" });
  await Deno.remove(`${temp.root}/link`);
  await Deno.symlink("b.txt", `${temp.root}/link`);
  const onB = store.change(["b.txt"], async ([at]) => {
    const before = await store.current(at, sha256Hex("b"));
    await second.promise;
    return [{ kind: "put", at, before, bytes: encode("b changed") }];
  });
  first.resolve();
  await onA;
  // Time enough for a write that would not wait.
  for (let reads = 0; reads < 20; reads++) await store.read("a.txt");
  assert.equal(await temp.read("b.txt"), "b");
  second.resolve();
  await onB;
  assert.equal((await throughLink).previousSha256, sha256Hex("b changed"));
  assert.deepEqual([await temp.read("a.txt"), await temp.read("b.txt")], ["a", "through the link"]);
});

Deno.test("a plan that throws changes nothing and gives its locks back", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "a", "b.txt": "b" });
  const store = storeOf(temp);
  const before = fileTree(temp.root);
  const failing = store.change(["a.txt", "b.txt", "new/c.txt"], () => {
    throw new ToolError("patch_failed", "no");
  });
  await assert.rejects(failing, ToolError);
  assert.deepEqual(fileTree(temp.root), before);
  assert.equal((await store.write("b.txt", encode("c"), { intent: "replace" })).changed, true);
});

Deno.test("a plan sees the paths as they are when its turn has come", async () => {
  await using temp = await TempRoot.create({ git: false });
  const store = storeOf(temp);
  const writes = ["one", "two", "three"].map((text) =>
    store.write("a.txt", encode(text), { intent: "replace" }).then(({ created, previousSha256 }) => [
      created,
      previousSha256,
    ])
  );
  assert.deepEqual(await Promise.all(writes), [[true, null], [false, sha256Hex("one")], [
    false,
    sha256Hex("two"),
  ]]);
});

Deno.test("parallel writes to new folders never take each other's folders away", async () => {
  await using temp = await TempRoot.create({ git: false });
  const store = storeOf(temp);
  const long = "n".repeat(300);
  const writes = Array.from(
    { length: 20 },
    (_, n) =>
      store.write(n % 2 === 0 ? `x/y/${n}.txt` : `x/z${n}/${long}`, encode(`${n}`), { intent: "create" }),
  );
  const outcomes = await Promise.allSettled(writes);
  assert.deepEqual(
    outcomes.map(({ status }, n) => n % 2 === 0 || status === "rejected" ? "as it should" : `${n} ${status}`),
    outcomes.map(() => "as it should"),
  );
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 10);
  assert.deepEqual(
    Object.keys(fileTree(temp.root)).filter((path) => !/^x(\/y(\/\d+\.txt)?)?$/.test(path)),
    [],
  );
});
