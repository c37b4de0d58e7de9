import assert from "node:assert/strict";
import fc from "fast-check";
import { TestApp } from "../../support/test_app.ts";

interface Hit {
  path: string;
}

/** Texts of words that overlap, of letters that some tokenizers fold or part, and of punctuation. */
const PIECES = [
  "rate",
  "Limit",
  "limitOk",
  "ok",
  "_",
  "-",
  ".",
  "(",
  ")",
  " ",
  " ",
  "\n",
  "\t",
  "ü",
  "İ",
  "ß",
  "naïve",
  "é",
  "e\u0301",
  "中文",
  "🙂",
  "x1",
  "2",
  "A",
  "rateLimitOk",
  "RATE_LIMIT",
  "::",
  "->",
  "=>",
  "{",
  "}",
  '"',
  "'",
  "\\",
  "/",
  "*",
  "ſ",
  "ﬁ",
  "Ⅷ",
  "٣",
  "\u200d",
];

function texts(count: number): Record<string, string> {
  const made = fc.sample(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 40 }), {
    numRuns: count,
    seed: 7,
  });
  return Object.fromEntries(made.map((pieces, n) => [`dir/file_${n}.txt`, `${pieces.join("")}\nend ${n}\n`]));
}

/** An app whose index is whole, so that strings are narrowed by it. */
async function indexed(files: Record<string, string>): Promise<TestApp> {
  const app = await TestApp.create();
  await app.root.commit(files);
  for (let pending = 1; pending > 0;) {
    const { index } = await app.call("search_code", { query: "end", mode: "literal" });
    pending = index.files === Object.keys(files).length ? index.pending : 1;
  }
  return app;
}

async function found(app: TestApp, args: Record<string, unknown>): Promise<string[]> {
  const paths = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await app.call("search_code", {
      limit: 200,
      context: 0,
      ...args,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { path } of page.hits as Hit[]) paths.add(path);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return [...paths].sort();
}

Deno.test("search_code finds every file that holds a string, and no other, whatever the string", async () => {
  const files = texts(60);
  await using app = await indexed(files);
  const all = Object.values(files);
  const piece = fc.tuple(fc.nat(all.length - 1), fc.nat(200), fc.integer({ min: 1, max: 14 })).map(
    ([n, at, length]) => {
      const text = all[n] ?? "";
      return text.slice(at % text.length, at % text.length + length);
    },
  );
  const other = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 }).map((pieces) =>
    pieces.join("")
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(piece, other), async (query) => {
      if (query === "" || !query.isWellFormed()) return;
      const expected = Object.keys(files).filter((path) => files[path]?.includes(query)).sort();
      assert.deepEqual(await found(app, { query, mode: "literal" }), expected, JSON.stringify(query));
    }),
    { numRuns: 300, seed: 11 },
  );
});

Deno.test("search_code finds every file in which an expression has a match, and no other", async () => {
  const files = texts(60);
  await using app = await indexed(files);
  const atom = fc.constantFrom(
    "rate",
    "Limit",
    "imitO",
    "ok",
    "\\.",
    "\\(",
    "[a-z]",
    "[^x]",
    ".",
    "\\w",
    "\\d",
    "\\b",
    "_",
    "end",
    "(?:rate|ok)",
    "(?:Limit)?",
    "(?:imit|ate)+",
    "[(]",
    "x1",
    "(?:a|(?:te|mit)L)",
    "na",
    "e{1,2}",
    "l?",
    "(?:)",
    "[a-z]{4}",
    "[a-zA-Z0-9]{9}",
  );
  const quantifier = fc.constantFrom("", "", "", "+", "*", "?", "{1,2}", "{0}");
  const pattern = fc.array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 5 }).map((parts) =>
    parts.map(([text, times]) =>
      times === "" || text.startsWith("\\b") || text.length === 0 ? text : `(?:${text})${times}`
    ).join("")
  );
  await fc.assert(
    fc.asyncProperty(pattern, fc.boolean(), async (query, caseSensitive) => {
      // Of the same meaning in both syntaxes, but for what is beyond ASCII.
      const regex = new RegExp(query, caseSensitive ? "mu" : "imu");
      if (/\\[wbd]|\[\^|\./.test(query) && !caseSensitive) return;
      const expected = Object.keys(files).filter((path) => regex.test(files[path] ?? "")).sort();
      assert.deepEqual(await found(app, { query, mode: "regex", caseSensitive }), expected, query);
    }),
    { numRuns: 200, seed: 13 },
  );
});
