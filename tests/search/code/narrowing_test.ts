import assert from "node:assert/strict";
import fc from "fast-check";
import { narrow, neededFor } from "../../../src/search/code/narrowing.ts";
import { memoryIndex } from "../../bench/quality/memory_index.ts";

const TEXTS = new Map([
  ["a.ts", "export function rateLimitOk(key: string) {\n  return bucket.take(key) && !blocked[key];\n}\n"],
  ["b.ts", "rateLimitOk('a');\nconst limit = naïve + 中文;\n"],
  ["c.md", "# Limits\n\nCall `rate_limit_ok(key)`, x1 and ｘ２.\n"],
  ["d.txt", "unrelated words only\n"],
  ["e.ts", "\u4e2dquotaBy \u4e2d123ab\n"],
]);

function narrowed(mode: "literal" | "regex", text: string): string[] | undefined {
  const found = narrow(INDEX, neededFor(mode, text, { caseSensitive: true }));
  return found === undefined ? undefined : [...found].sort();
}

const INDEX = memoryIndex(TEXTS);

Deno.test("the index narrows a string to the files that can hold it, wherever it begins in a word", () => {
  const cases: readonly [literal: string, files: string[] | undefined][] = [
    ["rateLimitOk(", ["a.ts", "b.ts"]],
    ["LimitOk(key", ["a.ts"]],
    ["imitOk('a", ["b.ts"]],
    ["imit", ["a.ts", "b.ts", "c.md"]],
    ["take(key) && !bl", ["a.ts"]],
    ["limit_ok(k", ["c.md"]],
    ["nothing like it", []],
    ["na\u00efve + ", undefined],
    ["const limit = na\u00ef", ["b.ts"]],
    [") && !", undefined],
    ["\u4e2d", undefined],
  ];
  for (const [literal, files] of cases) assert.deepEqual(narrowed("literal", literal), files, literal);
  assert.deepEqual(narrowed("regex", "Limit\\w+\\('"), ["a.ts", "b.ts", "c.md"]);
  assert.deepEqual(narrowed("regex", "(take|unrelated)\\b"), ["a.ts", "d.txt"]);
  assert.equal(narrowed("regex", "\\w+"), undefined);
  assert.deepEqual(narrowed("regex", "[A-Z][a-z]{9}"), ["a.ts", "b.ts"]);
  assert.deepEqual(narrowed("regex", "\\b[a-z]{7}\\b"), ["a.ts", "b.ts", "d.txt", "e.ts"]);
  assert.deepEqual(narrowed("regex", "\\d{7,9}"), []);
  assert.deepEqual(narrowed("literal", "otaBy"), ["e.ts"]);
  assert.deepEqual(narrowed("regex", "[0-9]{3}ab"), ["e.ts"]);
});

Deno.test("no file that holds a string is lost, whatever the string", () => {
  const files = [...TEXTS];
  const piece = fc.tuple(fc.nat(files.length - 1), fc.nat(90), fc.integer({ min: 1, max: 20 }))
    .map(([file, at, length]) => (files[file]?.[1] ?? "").slice(at, at + length));
  fc.assert(
    fc.property(piece, (literal) => {
      const found = narrowed("literal", literal);
      for (const [path, text] of files) {
        if (literal !== "" && text.includes(literal)) {
          assert.ok(found?.includes(path) ?? true, JSON.stringify([literal, path]));
        }
      }
    }),
    { numRuns: 1000, seed: 4 },
  );
});
