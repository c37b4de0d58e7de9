/** A damaged, foreign or strange file in the index's place, and roots that are strange themselves. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { hotJournal } from "../../support/hot_journal.ts";
import { IndexedRoot } from "../../support/indexed_root.ts";
import { TempRoot } from "../../support/temp_repo.ts";

/** Makes a root with an index, ends it, does something to the file, and starts again. */
async function restarted(damage: (path: string, root: TempRoot) => unknown): Promise<IndexedRoot> {
  const indexed = await IndexedRoot.create({ "a.md": "alpha", "b.md": "beta" });
  await indexed.close();
  await damage(indexed.path, indexed.root);
  return await IndexedRoot.create({}, { root: indexed.root });
}

const DAMAGES: Readonly<Record<string, (path: string, root: TempRoot) => unknown>> = {
  "is no database": (path) => Deno.writeTextFile(path, "no database ".repeat(1000)),
  "was cut off": (path) => Deno.truncate(path, 6000),
  "has its beginning overwritten": (path) => {
    using file = Deno.openSync(path, { write: true });
    file.writeSync(new Uint8Array(200).fill(7));
  },
  "is a database of somebody else": async (path) => {
    await Deno.remove(path);
    new DatabaseSync(path).exec("CREATE TABLE secrets (a); INSERT INTO secrets VALUES (1)");
  },
  "has a trigger that we did not make": (path) => {
    using database = new DatabaseSync(path);
    database.exec("CREATE TRIGGER t AFTER INSERT ON file BEGIN DELETE FROM file; END");
  },
  "is of an older version": (path) => {
    using database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 1");
  },
  "is of another root": (path) => {
    using database = new DatabaseSync(path);
    database.exec("UPDATE origin SET root = '/srv/elsewhere'");
  },
  "is a link that leads out": async (path, root) => {
    await Deno.remove(path);
    await Deno.writeTextFile(`${root.outside}/precious.txt`, "precious");
    await Deno.symlink(`${root.outside}/precious.txt`, path);
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  Deno.test(`an index that ${what} is built anew, and the log says so`, async () => {
    await using again = await restarted(damage);
    await using _root = again.root;
    assert.deepEqual([again.find("alpha"), again.find("beta")], [["a.md"], ["b.md"]]);
    assert.match(again.notes().join(), /the index is built anew: it/);
    const { isFile, mode } = await Deno.lstat(again.path);
    assert.deepEqual([isFile, (mode ?? 0) & 0o077], [true, 0]);
    const precious = await Deno.readTextFile(`${again.root.outside}/precious.txt`).catch(() => "precious");
    assert.equal(precious, "precious");
  });
}

Deno.test("an index that has seen far more versions than it has files scores as a new one, once it is opened again", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [`${n}.md`, `common ${n === 3 ? "rare" : "other"}`]),
  );
  await using first = await IndexedRoot.create(files);
  const scores = ({ reader }: IndexedRoot) =>
    ["rare", "common"].map((word) =>
      reader.match(word, { weights: { name: 1, path: 1, definitions: 1, headings: 1, body: 1 }, limit: 1 })[0]
        ?.score
    );
  const wanted = scores(first);
  await first.close();
  {
    using database = new DatabaseSync(first.path);
    database.exec("BEGIN");
    const remove = database.prepare("DELETE FROM document WHERE rowid = ?");
    const add = database.prepare("INSERT INTO document (rowid, name, path, body) VALUES (?, ?, '', ?)");
    const { id } = database.prepare("SELECT id FROM file WHERE path = '5.md'").get() ?? {};
    for (let version = 0; version < 2_000; version++) {
      remove.run(Number(id));
      add.run(Number(id), "5", "common other");
    }
    database.prepare("UPDATE file SET sequence = sequence + 2000 WHERE id = ?").run(Number(id));
    database.exec("COMMIT");
    const bent = database.prepare(
      "SELECT -bm25(document, 1, 1, 1, 1, 1) AS score FROM document WHERE document MATCH 'common' LIMIT 1",
    ).get()?.score;
    assert.ok(Number(bent) > 2 * Number(wanted[1]), "the removed versions count");
  }
  await using again = await IndexedRoot.create({}, { root: first.root });
  assert.match(again.notes().join(), /the index is built anew: it has taken in 20\d\d versions of 1\d files/);
  assert.deepEqual(scores(again), wanted);
});

const PLANTED: Readonly<Record<string, (path: string, precious: string) => unknown>> = {
  "a link in the place of its log": (path, precious) => Deno.symlink(precious, `${path}-wal`),
  "a link in the place of its shared memory": (path, precious) => Deno.symlink(precious, `${path}-shm`),
  "a link in the place of its journal": (path, precious) => Deno.symlink(precious, `${path}-journal`),
  "a folder in the place of its log": (path) => Deno.mkdir(`${path}-wal`),
  "a journal that names a file to be deleted": (path, precious) =>
    Deno.writeFile(`${path}-journal`, hotJournal(precious)),
};

for (const [what, plant] of Object.entries(PLANTED)) {
  Deno.test(`an index that stands beside ${what} is used, and nothing happens to other files`, async () => {
    await using again = await restarted(async (path, root) => {
      await Deno.writeTextFile(`${root.outside}/precious.txt`, "precious");
      await plant(path, `${root.outside}/precious.txt`);
    });
    await using root = again.root;
    await root.write({ "c.md": "gamma" });
    await again.untilFound("gamma", ["c.md"]);
    assert.deepEqual(again.find("alpha"), ["a.md"]);
    assert.equal(await Deno.readTextFile(`${root.outside}/precious.txt`), "precious");
    assert.deepEqual(again.notes(), []);
  });
}

const CONTRADICTIONS: Readonly<Record<string, string>> = {
  "a size that no number has": "UPDATE file SET size = 9223372036854775807 WHERE path = 'a.md'",
  "definitions of a file that it does not know": "INSERT INTO outline VALUES (3, '1\tfunction\tx')",
};

for (const [what, sql] of Object.entries(CONTRADICTIONS)) {
  Deno.test(`an index whose tables are ours, with ${what}, finds everything again`, async () => {
    await using again = await restarted((path) => {
      using database = new DatabaseSync(path);
      database.exec(sql);
    });
    await using root = again.root;
    await root.write({ "c.md": "gamma" });
    await again.untilFound("gamma", ["c.md"]);
    await again.untilFound("alpha", ["a.md"]);
  });
}

Deno.test("an index whose pages are torn while it is in use is built anew, and nothing fails meanwhile", async () => {
  const text = Array.from({ length: 400 }, (_, at) => `word${at} other${at}`).join(" ");
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, at) => [`f${at}.md`, `needle ${text} ${at}`]),
  );
  const first = await IndexedRoot.create(files);
  await using _root = first.root;
  await first.close();
  const { size } = await Deno.stat(first.path);
  {
    using file = Deno.openSync(first.path, { write: true });
    // The tables stay as they are; most of what they hold does not.
    for (let at = 16 * 4096; at + 4096 < size; at += 4096) {
      file.seekSync(at, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(2048).fill(0xa5));
    }
  }
  await using again = await IndexedRoot.create({}, { root: first.root });
  for (let at = 0; at < 50; at++) {
    again.match(`word${at} OR needle`);
    again.reader.symbolsNamed("x", 10);
    again.reader.files();
  }
  await again.until(() => again.find("needle").length === 300);
  assert.match(again.notes().join(), /damaged/);
});

Deno.test("a file that was configured for the index and holds something else is left alone, and files are scanned", async () => {
  await using root = await TempRoot.create();
  await root.commit({ "a.md": "alpha" });
  const path = `${root.outside}/precious.txt`;
  await Deno.writeTextFile(path, "precious");
  await using indexed = await IndexedRoot.create({}, { root, path });
  assert.equal(await Deno.readTextFile(path), "precious");
  assert.match(indexed.notes().join(), /Cannot use precious.txt for the index: .*name another file/);
  assert.deepEqual(indexed.find("alpha"), []);
  const { paths } = await indexed.index.scan.scan(["alpha"], new AbortController().signal);
  assert.deepEqual(paths, ["a.md"]);
});

Deno.test("a line of 900 KB, and a name with a line break, are indexed like any other", async () => {
  await using indexed = await IndexedRoot.create({
    "long.js": `var start;${"x = x + 1;".repeat(90_000)}needle`,
    "odd\nname.md": "needle",
    "-rf": "needle",
    ":(top)x": "needle",
  });
  assert.deepEqual(indexed.find("needle"), ["-rf", ":(top)x", "long.js", "odd\nname.md"]);
  await indexed.root.write({ "odd\nname.md": "thread" });
  await indexed.untilFound("thread", ["odd\nname.md"]);
});

Deno.test("a link to a folder outside is not watched through, and what stands beside it is still noticed", async () => {
  await using root = await TempRoot.create();
  await root.commit({ "a/x.md": "alpha", "b/y.md": "beta" });
  await Deno.symlink("/usr", `${root.root}/a/usr`);
  await using indexed = await IndexedRoot.create({}, { root });
  await root.write({ "a/x.md": "gamma", "b/y.md": "gamma" });
  await indexed.untilFound("gamma", ["a/x.md", "b/y.md"]);
});
