/** The map of a repository keeps its budget, however wide, deep or long-named the tree is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { IndexReader } from "../../src/search/index_reader.ts";
import { makeRepoMap } from "../../src/search/repo_map.ts";

/** An index of these paths, each of which defines what its name says. */
function indexOf(paths: readonly string[]): IndexReader {
  const facts = [...new Set(paths)].sort().map((path) => ({ path }));
  return {
    files: () => facts,
    symbolsOf: (path: string) => [{ name: `define_${path.length}`, kind: "function", line: 1 }],
    documentFrequency: (word: string) => word.length,
  } as unknown as IndexReader;
}

const segment = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z]{1,3}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{60}$/) },
);
const path = fc.array(segment, { minLength: 1, maxLength: 8 }).map((segments) => `${segments.join("/")}.ts`);

Deno.test("whatever the tree, the map is within its budget and counts every file", () => {
  fc.assert(
    fc.property(
      fc.array(path, { maxLength: 400 }),
      fc.integer({ min: 100, max: 2_000 }),
      (paths, budgetTokens) => {
        const { map, tokens, shownFiles, totalFiles } = makeRepoMap(indexOf(paths), { budgetTokens });
        assert.ok(tokens <= budgetTokens, `${tokens} of ${budgetTokens}`);
        assert.equal(tokens, Math.ceil(map.length / 4));
        const counts = map.matchAll(/\((?:\d+ more folders?, )?(\d+) (?:more )?files?\)$/gm);
        const left = Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
        assert.equal(shownFiles + left, totalFiles);
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});

Deno.test("of very many folders at the top those with most files are named, and the others are counted", () => {
  const paths = Array.from({ length: 4_000 }, (_, n) => `folder_${n}/a.ts`);
  const large = Array.from({ length: 50 }, (_, n) => `zeta/file_${n}.json`);
  const { map, tokens } = makeRepoMap(indexOf([...paths, ...large]), { budgetTokens: 300 });
  assert.ok(tokens <= 300, `${tokens}`);
  assert.match(map, /^zeta\/ \(50 files\)$/m);
  assert.match(map, /^\(\d+ more folders, \d+ files\)$/m);
  assert.match(map, /^folder_\d+\/\n {2}a\.ts: define_/m);
});
