/** What searches say beside an index that is not whole, or without one. */
import assert from "node:assert/strict";
import { CodeSearch } from "../../../src/search/code/code_search.ts";
import type { CodeMode } from "../../../src/search/code/code_query.ts";
import { SCANNED_FILES_MAX } from "../../../src/search/index/direct_scan.ts";
import { RankedSearch } from "../../../src/search/ranked_search.ts";
import { WAITING_MAX } from "../../../src/search/index/protocol.ts";
import { RepoIndex } from "../../../src/search/index/repo_index.ts";
import { ProjectFiles } from "../../../src/repo/project_files.ts";
import { IndexedRoot } from "../../support/indexed_root.ts";
import { forgeToken } from "../../support/secrets.ts";
import { TempRoot } from "../../support/temp_repo.ts";
import { until } from "../../support/until.ts";

const signal = new AbortController().signal;

function searches({ repoRoot: root, index }: Pick<IndexedRoot, "repoRoot" | "index">) {
  const clock = { now: () => Date.now(), elapsed: () => performance.now() };
  const parts = { root, index: index.reader, status: index, scan: index.scan, clock, budgetMs: 20_000 };
  const code = new CodeSearch(parts);
  return {
    ranked: new RankedSearch({ ...parts, cite: (files) => Promise.resolve(files.map(() => "")) }),
    find: (query: string, mode: CodeMode, cursor?: string) =>
      code.find({ query, mode, limit: 20, context: 0, cursor }, signal),
  };
}

/** A root whose index cannot be used: files are scanned for every search. */
async function scanned(files: Record<string, string>): Promise<{ root: TempRoot; indexed: IndexedRoot }> {
  const root = await TempRoot.create();
  await root.commit(files);
  const path = `${root.outside}/other.txt`;
  await Deno.writeTextFile(path, "other");
  return { root, indexed: await IndexedRoot.create({}, { root, path }) };
}

Deno.test("without an index no answer tells whether a guess stands in a secret", async () => {
  const [token, other] = [forgeToken(1), forgeToken(2)];
  // Letters in one case are one word of a question; what stands in both tells nothing.
  const words = token.toLowerCase().match(/[a-z]{3,}/g) ?? [];
  const guesses = [token, ...words.filter((word) => !other.toLowerCase().includes(word))];
  assert.ok(guesses.length > 1);
  const answersWith = async (secret: string): Promise<string[]> => {
    const filler = Array.from(
      { length: SCANNED_FILES_MAX },
      (_, at) => [`notes/n${at}.md`, "common words\n"],
    );
    const { root, indexed } = await scanned({
      "vault.ts": `export const key = "${secret}";\n`,
      ...Object.fromEntries(filler),
    });
    await using _root = root;
    await using _indexed = indexed;
    const { ranked, find } = searches(indexed);
    const told: string[] = [];
    for (const guess of guesses) {
      for (const beside of ["", "vault ", "common "]) {
        const query = `${beside}${guess}`;
        for (const path of [undefined, "notes/n1.md"]) {
          const { results, total, truncated } = await ranked.search(query, { limit: 5, path, signal });
          told.push(JSON.stringify({ query, path, results, total, truncated }));
        }
        for (const mode of ["words", "symbol", "literal"] as const) {
          const page = await find(query, mode);
          told.push(JSON.stringify({ query, mode, hits: page.hits, truncated: page.truncated }));
        }
      }
    }
    assert.deepEqual((await indexed.index.scan.scan(["export"], signal)).paths, ["vault.ts"]);
    return told;
  };
  assert.deepEqual(await answersWith(token), await answersWith(other));
});

Deno.test("a search by words says that there is more where it looks at the first files alone", async () => {
  const files = Array.from({ length: SCANNED_FILES_MAX + 1 }, (_, at) => [`n${at}.md`, "common words\n"]);
  const { root, indexed } = await scanned(Object.fromEntries(files));
  await using _root = root;
  await using _indexed = indexed;
  const { ranked, find } = searches(indexed);
  let pages = 1;
  let page = await find("common", "words");
  for (; page.nextCursor !== undefined; pages++) page = await find("common", "words", page.nextCursor);
  assert.deepEqual([pages, page.total, page.truncated], [15, SCANNED_FILES_MAX, true]);
  assert.equal((await ranked.search("common", { limit: 50, signal })).truncated, true);
  assert.equal((await indexed.index.scan.scan(["common"], signal)).isPartial, true);
});

Deno.test("search_code says that there may be more while more files have changed than can be named", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "alpha", "b.md": "beta" });
  const { repoRoot: root, git, path } = indexed;
  const clock = { now: () => Date.now(), elapsed: () => performance.now() };
  const { port1: indexer, port2 } = new MessageChannel();
  const parts = { root, path, git, clock, log: () => {}, startIndexer: () => port2 };
  const index = new RepoIndex({ ...parts, project: new ProjectFiles({ root, git }) });
  const { find } = searches({ repoRoot: root, index });
  const told: boolean[] = [];
  for (const pending of [0, WAITING_MAX, WAITING_MAX + 1]) {
    await index.settle(signal);
    const waiting = Array.from({ length: Math.min(pending, WAITING_MAX) }, (_, at) => `changed${at}.md`);
    const report = {
      files: 2,
      pending,
      waiting,
      isSwept: true,
      changed: null,
      removed: [],
      wordsSequence: 0,
    };
    indexer.postMessage({ type: "opened" });
    indexer.postMessage({ type: "report", report });
    await until(
      () => index.receipt().pending,
      (heard) => heard === pending && index.reader.file("a.md") !== undefined,
    );
    for (const mode of ["literal", "regex"] as const) told.push((await find(" omega ", mode)).truncated);
    // Every file is looked through for it: nothing can be missed.
    told.push((await find("[o-z]", "regex")).truncated);
  }
  assert.deepEqual(told, [false, false, false, false, false, false, true, true, false]);
  indexer.onmessage = ({ data }) =>
    data.type === "close" && indexer.postMessage({ type: "closed", isSpent: false });
  await index.close();
  indexer.close();
});

Deno.test("a piece of a word is found in a file that came after the words of the index were gathered", async () => {
  const files = Array.from({ length: 1_001 }, (_, at) => [`n${at}.md`, `word${at} somethingold\n`]);
  await using indexed = await IndexedRoot.create(Object.fromEntries(files));
  await indexed.until(() => indexed.reader.vocabulary() !== undefined);
  await indexed.root.write({ "late.md": "prefixUnheardOf99x suffix\n" });
  indexed.index.written(["late.md"]);
  await indexed.index.settle(signal);
  assert.deepEqual(indexed.reader.vocabulary()?.since, ["late.md"]);
  const { find } = searches(indexed);
  for (
    const [query, mode] of [["nheardOf99", "literal"], ["[UV]nheard\\w+", "regex"], [
      "[0-9]{2}x",
      "regex",
    ]] as const
  ) {
    const { hits } = await find(query, mode);
    assert.deepEqual(hits.map(({ path }) => path), ["late.md"], query);
  }
});
