/** What the index says of files is not believed: whose it is, and whether they may be read, is judged again. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { IndexedRoot } from "../../support/indexed_root.ts";
import { SqliteReader } from "../../../src/search/index/sqlite_reader.ts";

Deno.test("an index that the repository brought along names files that no tool may read: none is read", async () => {
  const first = await IndexedRoot.create({ "a.md": "needle", ".env": "needle=1" });
  await using root = first.root;
  await first.close();
  await Deno.writeTextFile(`${root.outside}/secret.txt`, "needle");
  const outside = root.outside.slice(root.outside.lastIndexOf("/") + 1);
  const hostile = [
    ".env",
    ".git/config",
    `../${outside}/secret.txt`,
    "x/../a.md",
    "./a.md",
    `${root.root}/a.md`,
  ];
  {
    using database = new DatabaseSync(first.path);
    for (const [at, path] of hostile.entries()) {
      database.prepare("INSERT INTO file VALUES (?, ?, 1, 1, 1, 1, NULL, 1, 1, ?)").run(
        100 + at,
        path,
        100 + at,
      );
      database.prepare("INSERT INTO document (rowid, body) VALUES (?, 'needle')").run(100 + at);
    }
  }
  // As the app reads it before the indexer has looked at the files.
  using reader = new SqliteReader({
    root: first.repoRoot,
    path: first.path,
    now: () => Date.now(),
    onStale: () => {},
    onBroken: assert.fail,
    unindexed: () => [],
  });
  reader.open();
  const found = reader.matching('"needle"', 100);
  assert.equal(found.length, 1 + hostile.length);
  assert.deepEqual(found.filter((path) => reader.read(path) !== undefined), ["a.md"]);
  assert.deepEqual(found.filter((path) => reader.exists(path)), ["a.md"]);
});

Deno.test("a file that is hidden now is not listed again when the indexer reports it, or when all files are read anew", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "needle", "private/b.md": "needle" });
  const { root, repoRoot, path } = indexed;
  using reader = new SqliteReader({
    root: repoRoot,
    path,
    now: () => Date.now(),
    onStale: () => {},
    onBroken: assert.fail,
    unindexed: () => [],
  });
  reader.open();
  const listed = () => reader.files().map(({ path }) => path);
  assert.deepEqual(listed(), ["a.md", "private/b.md"]);
  await root.write({ ".lukhas/policy.json": JSON.stringify({ hidden: ["/private/"] }) });
  repoRoot.refresh();
  reader.rulesChanged();
  assert.deepEqual([listed(), reader.matching('"needle"', 10), reader.read("private/b.md")], [
    ["a.md"],
    ["a.md"],
    undefined,
  ]);
  const stamp = { size: 6, modifiedAt: 1, changedAt: 1 };
  const facts = {
    path: "private/b.md",
    stamp,
    isSettled: true,
    language: null,
    hasText: true,
    isPlain: false,
    sequence: 9,
  };
  const report = { files: 2, pending: 0, waiting: [], isSwept: true, removed: [], wordsSequence: 0 };
  reader.take({ ...report, changed: [facts] });
  assert.deepEqual(listed(), ["a.md"]);
  reader.take({ ...report, changed: null });
  assert.deepEqual(listed(), ["a.md"]);
});
