/** Files in which the indexer found nothing to mask: judged without another look, shown with one, and only for sure. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { TOKEN_SHAPES } from "../../../src/core/secret_shapes.ts";
import { RealFolders } from "../../../src/repo/real_folders.ts";
import { bestLines } from "../../../src/search/best_lines.ts";
import { DOCUMENT_VERSION } from "../../../src/search/document.ts";
import { seeFile } from "../../../src/search/index/seen_file.ts";
import { SqliteReader } from "../../../src/search/index/sqlite_reader.ts";
import { planQuery } from "../../../src/search/ranking/query_plan.ts";
import { rank } from "../../../src/search/ranking/ranking.ts";
import { IndexedRoot } from "../../support/indexed_root.ts";
import { forgeToken } from "../../support/secrets.ts";
import { TempRoot } from "../../support/temp_repo.ts";

const TOKEN = forgeToken();

/** A reader of an index in which every file is said to be plain; `forge` changes more of it. */
function readerOf(indexed: IndexedRoot, forge: string, onStale: (path: string) => void): SqliteReader {
  {
    using database = new DatabaseSync(indexed.path);
    database.exec(`UPDATE file SET is_settled = 1, is_plain = 1; ${forge}`);
  }
  const reader = new SqliteReader({
    root: indexed.repoRoot,
    path: indexed.path,
    now: () => Date.now() + 60_000,
    onStale,
    onBroken: assert.fail,
    unindexed: () => [],
  });
  reader.open();
  return reader;
}

Deno.test("of a file that is called plain and holds a secret, no line is shown without its mask", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": `needle\nneedle token ${TOKEN}\n` });
  await indexed.close();
  using reader = readerOf(indexed, "", assert.fail);
  for (const _ of ["read", "read again", "kept"]) {
    const best = rank(reader, planQuery("needle token")).files[0] ?? assert.fail();
    assert.ok(best.file.judged.includes(TOKEN), "it was judged without a look for secrets");
    assert.match(bestLines(best, 5).text, /needle token \[\[redacted:github-token\]\]/);
    assert.deepEqual(best.file.bytes, new TextEncoder().encode(best.file.judged));
  }
});

const DISGUISES: Readonly<Record<string, string>> = {
  // What a swap leaves behind when size and time of the text are set back: the time of the entry cannot be.
  "has the size and the time of a plain one": "UPDATE file SET changed_at = changed_at - 1000",
  "has another time": "UPDATE file SET modified_at = modified_at - 1",
  "has another size": "UPDATE file SET size = size + 1",
  "had no time to prove itself": "UPDATE file SET is_settled = 0",
  "is in the index by its path alone": "UPDATE file SET path = 'b.md'",
};

for (const [disguise, forge] of Object.entries(DISGUISES)) {
  Deno.test(`a file that ${disguise} is masked before it is judged`, async () => {
    await using indexed = await IndexedRoot.create({ "a.md": `needle ${TOKEN}\n` });
    await indexed.close();
    using reader = readerOf(indexed, forge, () => {});
    const file = reader.read("a.md");
    assert.equal(file?.judged, "needle [[redacted:github-token]]\n");
    assert.equal(file.text, file.judged);
  });
}

Deno.test("a plain file that is swapped for a secret of its size, with its times set back, is masked before it is judged", async () => {
  await using indexed = await IndexedRoot.create({});
  for (let round = 0; round < 10; round++) {
    const name = `${round}.md`;
    const path = `${indexed.root.root}/${name}`;
    // So old that the index believes it, and so new that its time does not look set back.
    const time = new Date(Date.now() - 1_500);
    const write = (text: string) => {
      Deno.writeTextFileSync(path, text);
      Deno.utimeSync(path, time, time);
    };
    write(`needle ${"x".repeat(TOKEN.length)}\n`);
    indexed.index.written([name]);
    await indexed.index.settle(new AbortController().signal);
    write(`needle ${TOKEN}\n`);
    assert.equal(indexed.reader.read(name)?.judged, "needle [[redacted:github-token]]\n");
  }
});

Deno.test("a file is plain when its text is its bytes and the second of its last change is over", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({
    "plain.md": "Gr\u00fc\u00dfe",
    "secret.md": TOKEN,
    "mark.md": "\ufeffa",
    "latin.md": new Uint8Array([0x61, 0xfc]),
    "binary.md": new Uint8Array([0, 1, 2]),
  });
  const look = (path: string, now: number) =>
    seeFile(path, { root: temp.root, folders: new RealFolders(temp.root), now })?.facts;
  for (const path of ["plain.md", "secret.md", "mark.md", "latin.md", "binary.md"]) {
    const { changedAt } = look(path, 0)?.stamp ?? assert.fail();
    const plain = [0, 1_099, 1_100, 60_000].map((age) => look(path, changedAt + age)?.isPlain);
    const isProven = path === "plain.md" && Deno.build.os !== "windows";
    assert.deepEqual(plain, [false, false, isProven, isProven], path);
  }
});

/** The rules for secrets, and the version of documents since which they are so. */
const RULES = { sha256: "af4760524a4a5a46c9feeaa1a67b723a3a39637e3690089e8a836180a4a7f802", since: 5 };

Deno.test("other rules for secrets make another version of the index", async () => {
  const rules = new TextEncoder().encode(JSON.stringify(TOKEN_SHAPES));
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", rules)).toHex();
  // Whoever changes a rule counts DOCUMENT_VERSION up, and says so above.
  assert.equal(sha256, RULES.sha256);
  assert.ok(DOCUMENT_VERSION >= RULES.since);
});
