/** Which files are looked at for a query: no more than the answer takes. */
import assert from "node:assert/strict";
import { findCandidates } from "../../../src/search/ranking/candidates.ts";
import { planQuery } from "../../../src/search/ranking/query_plan.ts";
import { memoryIndex } from "../../bench/quality/memory_index.ts";

/** Candidates, and what the full-text table was asked for them. */
function candidatesOf(texts: ReadonlyMap<string, string>, query: string) {
  const index = memoryIndex(texts);
  const asked: string[] = [];
  const recording = {
    ...index,
    match: (...[expression, options]: Parameters<typeof index.match>) => {
      asked.push(expression);
      return index.match(expression, options);
    },
  };
  const { fullText } = findCandidates(recording, planQuery(query), { extra: [] });
  index.db.close();
  return { paths: [...fullText.keys()], asked };
}

function numbered(count: number, file: (at: number) => [string, string]): [string, string][] {
  return Array.from({ length: count }, (_, at) => file(at));
}

Deno.test("a word that stands everywhere is not looked for beside a rare one, and a rare one always is", () => {
  const texts = new Map([
    ...numbered(5_100, (at) => [`all/f${at}.txt`, "await"]),
    ...numbered(3, (at) => [`few/f${at}.txt`, "await zephyr"]),
  ]);
  const { paths, asked } = candidatesOf(texts, "await zephyr");
  assert.deepEqual(asked, ['"zephyr"']);
  assert.deepEqual(paths.toSorted().slice(0, 3), ["few/f0.txt", "few/f1.txt", "few/f2.txt"]);
  assert.deepEqual(candidatesOf(texts, "await").asked, ['"await"']);
});

Deno.test("files that barely fit are not read behind twenty that fit well", () => {
  const filler = "lorem ipsum dolor ".repeat(400);
  const texts = new Map([
    ...numbered(20, (at) => [`good/zephyr_${at}.txt`, "zephyr zephyr zephyr"]),
    ...numbered(30, (at) => [`poor/f${at}.txt`, `${filler} zephyr`]),
    ...numbered(100, (at) => [`none/f${at}.txt`, "other words"]),
  ]);
  const { paths } = candidatesOf(texts, "zephyr");
  assert.equal(paths.length, 20);
  assert.ok(paths.every((path) => path.startsWith("good/")), paths.join("\n"));
  // Where nothing fits well, what fits best is read all the same.
  for (const path of [...texts.keys()]) if (path.startsWith("good/")) texts.delete(path);
  assert.equal(candidatesOf(texts, "zephyr").paths.length, 30);
});
