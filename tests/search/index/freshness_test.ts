/** The index is as the disk is: what tools write at once, what anybody else does soon, and what is read is never old. */
import assert from "node:assert/strict";
import { IndexedRoot } from "../../support/indexed_root.ts";

const signal = new AbortController().signal;

Deno.test("what a tool wrote, moved or removed is found, or not, by whoever asks afterwards", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha", ".gitignore": "ignored/\n" });
  const { index, root } = indexed;
  await root.write({ "a.md": "beta", "new.md": "gamma", "ignored/x.md": "gamma" });
  index.written(["a.md", "new.md", "ignored/x.md"]);
  await index.settle(signal);
  assert.deepEqual([indexed.find("alpha"), indexed.find("beta"), indexed.find("gamma")], [[], ["a.md"], [
    "new.md",
  ]]);
  await Deno.rename(`${root.root}/a.md`, `${root.root}/b.md`);
  await Deno.remove(`${root.root}/new.md`);
  index.written(["a.md", "b.md", "new.md"]);
  await index.settle(signal);
  assert.deepEqual([indexed.find("beta"), indexed.find("gamma")], [["b.md"], []]);
  // Whoever watches the folder may tell of the same changes once more.
  await indexed.whole();
  assert.equal(index.receipt().files, 2);
});

Deno.test("two writes of one length within a moment are both seen", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "word0000" });
  for (let round = 1; round <= 20; round++) {
    const word = `word${String(round).padStart(4, "0")}`;
    await indexed.root.write({ "a.md": word });
    indexed.index.written(["a.md"]);
    await indexed.index.settle(signal);
    assert.deepEqual(indexed.find(word), ["a.md"]);
    assert.equal(indexed.reader.read("a.md")?.text, word);
  }
});

Deno.test("a file that is read is as it is on disk, whatever the index has", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha", "b.md": "alpha", "c.md": "alpha" });
  const { root } = indexed;
  await indexed.until(() => indexed.reader.read("a.md")?.isNewer === false);
  Deno.writeTextFileSync(`${root.root}/a.md`, "omega");
  Deno.removeSync(`${root.root}/b.md`);
  Deno.removeSync(`${root.root}/c.md`);
  await Deno.writeTextFile(`${root.outside}/secret.md`, "outside");
  Deno.symlinkSync("../secret.md", `${root.root}/c.md`);
  const read = indexed.reader.read("a.md");
  assert.deepEqual([read?.text, read?.isNewer], ["omega", true]);
  assert.equal(indexed.reader.read("b.md"), undefined);
  assert.equal(indexed.reader.read("c.md"), undefined);
  await indexed.untilFound("alpha", []);
  await indexed.untilFound("omega", ["a.md"]);
  assert.deepEqual(indexed.find("outside"), []);
});

Deno.test("what anybody else writes, moves or removes is noticed", async () => {
  await using indexed = await IndexedRoot.create({
    "a/one.md": "alpha",
    "a/two.md": "alpha",
    "b.md": "beta",
  });
  const { root } = indexed;
  await root.write({ "b.md": "gamma" });
  await indexed.untilFound("gamma", ["b.md"]);
  await root.write({ "fresh/folder/deep/x.md": "delta" });
  await indexed.untilFound("delta", ["fresh/folder/deep/x.md"]);
  await Deno.rename(`${root.root}/a`, `${root.root}/z`);
  await indexed.untilFound("alpha", ["z/one.md", "z/two.md"]);
  await Deno.remove(`${root.root}/z`, { recursive: true });
  await indexed.untilFound("alpha", []);
  await root.write({ ".gitignore": "fresh/\n" });
  await indexed.untilFound("delta", []);
  await Deno.remove(`${root.root}/.gitignore`);
  await indexed.untilFound("delta", ["fresh/folder/deep/x.md"]);
});

Deno.test("a file that is replaced by a link or a folder is gone, and so is what lies below a linked folder", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha", "b.md": "alpha", "sub/c.md": "alpha" });
  const { root } = indexed;
  await Deno.mkdir(`${root.outside}/sub`);
  await Deno.writeTextFile(`${root.outside}/sub/c.md`, "alpha outside");
  for (const path of ["a.md", "b.md"]) await Deno.remove(`${root.root}/${path}`);
  await Deno.remove(`${root.root}/sub`, { recursive: true });
  await Deno.symlink("../sub/c.md", `${root.root}/a.md`);
  await Deno.mkdir(`${root.root}/b.md`);
  await Deno.symlink("../sub", `${root.root}/sub`);
  await indexed.untilFound("alpha", []);
  assert.deepEqual(indexed.find("outside"), []);
  assert.equal(indexed.reader.read("sub/c.md"), undefined);
});

Deno.test("a checkout of another branch is seen whole, and so is the way back", async () => {
  const files = (word: string, count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`part${at % 20}/file${at}.md`, `${word} ${at}\n`]),
    );
  await using indexed = await IndexedRoot.create(files("before", 1_500));
  const { root } = indexed;

  await root.git("checkout", "-q", "-b", "other");
  await root.git("rm", "-q", "-r", "part0");
  await root.commit(files("after", 1_500), "other");
  await indexed.until(() => indexed.find("after").length === 1_500);
  assert.deepEqual(indexed.find("before"), []);
  await root.git("checkout", "-q", "main");
  await indexed.until(() => indexed.find("before").length === 1_500);
  assert.deepEqual(indexed.find("after"), []);
});

Deno.test("an index that was there is current at the next start, and only what has changed is read again", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha", "b.md": "beta", "c.md": "gamma" });
  const { root } = indexed;
  await indexed.close();
  await root.write({ "b.md": "changed", "d.md": "delta" });
  await Deno.remove(`${root.root}/c.md`);
  await using again = await IndexedRoot.create({}, { root });
  assert.deepEqual(["alpha", "beta", "changed", "gamma", "delta"].map((word) => again.find(word).join()), [
    "a.md",
    "",
    "b.md",
    "",
    "d.md",
  ]);
  assert.deepEqual(again.notes(), [], "it was not built anew");
});

Deno.test("the receipt names the commit, and says whether the files differ from it", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha" });
  const { index, root } = indexed;
  const receipt = async () => {
    await index.settle(signal);
    return index.receipt();
  };
  const head = (await root.git("rev-parse", "HEAD")).trim();
  assert.equal((await receipt()).head, head);
  await root.commit({ "a.md": "beta" }, "second");
  const next = (await root.git("rev-parse", "HEAD")).trim();
  assert.notEqual(next, head);
  assert.equal((await receipt()).head, next);
});

Deno.test("a root without git, and one without a commit, have no head", async () => {
  for (const git of [true, false]) {
    await using indexed = await IndexedRoot.create({}, { git });
    await indexed.root.write({ "a.md": "alpha" });
    await indexed.untilFound("alpha", ["a.md"]);
    assert.equal(indexed.index.receipt().head, null);
  }
});

Deno.test("what git is told to leave out, in the repository or in its own folder, is forgotten", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "needle" });
  const { root } = indexed;
  await root.write({ "b.md": "needle", "c.md": "needle" });
  await indexed.untilFound("needle", ["a.md", "b.md", "c.md"]);
  await Deno.writeTextFile(`${root.root}/.git/info/exclude`, "b.md\n.mcp-*\n");
  await indexed.untilFound("needle", ["a.md", "c.md"]);
  await root.write({ ".gitignore": "c.md\n" });
  await indexed.untilFound("needle", ["a.md"]);
});

Deno.test("after a checkout an answer has the files of that commit, or says that it does not have all", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha" });
  const { index, root } = indexed;
  await root.git("checkout", "-q", "-b", "other");
  await root.commit({ "new.md": "gamma" });
  await indexed.untilFound("gamma", ["new.md"]);
  for (let round = 0; round < 6; round++) {
    const isThere = round % 2 === 1;
    await index.settle(signal);
    await root.git("checkout", "-q", isThere ? "other" : "-");
    await index.settle(signal);
    const hasIt = () => indexed.find("gamma").length > 0;
    assert.ok(index.receipt().pending > 0 || hasIt() === isThere, `round ${round}`);
    await indexed.whole();
    assert.equal(hasIt(), isThere);
  }
});
