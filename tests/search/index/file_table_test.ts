/** The list of files in memory: sorted, however it came about. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FileTable } from "../../../src/search/index/file_table.ts";
import type { IndexedFacts } from "../../../src/search/index/index_store.ts";

function facts(path: string, size: number): IndexedFacts {
  const stamp = { size, modifiedAt: 1, changedAt: 1 };
  return { path, stamp, isSettled: true, language: null, hasText: true, isPlain: false, sequence: 1 };
}

Deno.test("a list that is mended after each change is the one that sorting anew gives, and the list before stays", () => {
  const path = fc.constantFrom(..."a b a/b a-b A Z ä é/x z 10 9 _".split(" "));
  const changes = fc.array(
    fc.record({
      changed: fc.array(fc.record({ path, size: fc.nat(99) }), { maxLength: 4 }),
      removed: fc.array(path, { maxLength: 3 }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(changes, (steps) => {
      const mended = new FileTable();
      const anew = new FileTable();
      for (const { changed, removed } of steps) {
        const before = mended.sorted();
        const copy = structuredClone(before);
        const taken = changed.map(({ path, size }) => facts(path, size));
        mended.change(taken, removed);
        anew.change(taken, removed);
        const expected = new FileTable();
        expected.fill(mended.sorted().map(({ path, size }) => facts(path, size)));
        assert.deepEqual(mended.sorted(), expected.sorted());
        assert.equal(mended.sorted().length, mended.size);
        assert.deepEqual(before, copy);
      }
      assert.deepEqual(mended.sorted(), anew.sorted());
    }),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("more changes than are mended one by one are all in the list", () => {
  const table = new FileTable();
  table.fill([facts("m", 1)]);
  assert.equal(table.sorted().length, 1);
  table.change(Array.from({ length: 500 }, (_, at) => facts(`f${at}`, at)), ["m"]);
  assert.equal(table.sorted().length, 500);
  assert.ok(table.sorted().every(({ path }, at, all) => at === 0 || (all[at - 1]?.path ?? "") < path));
});
