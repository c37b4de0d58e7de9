import assert from "node:assert/strict";
import fc from "fast-check";
import { TestApp } from "../support/test_app.ts";
import { threadMs } from "../support/thread_time.ts";

/** What one answer may hold, as the limits say, with room for the receipt. */
const ANSWER_BYTES_MAX = 25 * 1024;

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

/** What `search_code` answers, whether it fails or not. */
async function attempt(app: TestApp, args: Record<string, unknown>) {
  const message = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "search_code", arguments: args },
  };
  const { result } = await (await app.post(message)).json();
  return { isError: result.isError === true, value: JSON.parse(result.content[0].text) };
}

const HOSTILE_TEXTS = {
  "a.txt": `${"a".repeat(900_000)}!\n`,
  "words.txt": `${"word ".repeat(180_000)}\nneedle here\n`,
  "code.ts": "export function needle(a: string) {\n  return a;\n}\n",
  "many.txt": "needle and more needle\n".repeat(30_000),
};

/** Patterns that stop an engine which goes back. */
const CATASTROPHIC = [
  "(a+)+$",
  "(a|aa)+$",
  "(a|a)*b",
  "(.*)*=.*",
  "(x+x+)+y",
  "([a-z]+\\s?)*[0-9]{50}$",
  "(a|b)*a(a|b){20}c",
  "(?:a?){100}a{100}$",
  "(a{1,30}){1,30}b",
  "[ab]{500}[cd]{500}",
  ".*".repeat(100) + "z",
  "x*".repeat(3000) + "$",
  `${"(".repeat(200)}a${")*".repeat(200)}b`,
  `(?:${Array.from({ length: 1200 }, (_, n) => `alt${n}`).join("|")})`,
  `(?:${Array.from({ length: 300 }, (_, n) => `[a-z]+${n}[a-z]*`).join("|")})q`,
  `${"(a|b)".repeat(1500)}c`,
  "a".repeat(10_000),
  "\\w+\\s+\\w+\\s+\\w+\\s+x$",
];

Deno.test("search_code answers in time to patterns that would stop an engine which goes back", async () => {
  await using app = await TestApp.create({ env: { MCP_SEARCH_BUDGET_MS: "500" } });
  await app.root.commit(HOSTILE_TEXTS);
  await app.call("search", { query: "needle" });
  for (const query of CATASTROPHIC) {
    const started = threadMs();
    const answer = await app.call("search_code", { query, mode: "regex" });
    const took = threadMs() - started;
    assert.ok(took < 3_000, `${query.slice(0, 40)} took ${Math.round(took)} ms`);
    assert.ok(bytesOf(answer) < ANSWER_BYTES_MAX);
  }
});

Deno.test("search_code goes on where its time was over, until it has looked through everything", async () => {
  await using app = await TestApp.create({ env: { MCP_SEARCH_BUDGET_MS: "50" } });
  await app.root.commit({ ...HOSTILE_TEXTS, "z.txt": "xyxyxyq\n" });
  let cursor: string | undefined;
  let found = 0;
  let pages = 0;
  do {
    const page = await app.call("search_code", {
      query: `${"(?:x?y?)".repeat(40)}q$`,
      mode: "regex",
      path: "*.txt",
      ...(cursor !== undefined && { cursor }),
    });
    found += page.hits.length;
    cursor = page.nextCursor;
    assert.ok(++pages < 200, "it does not come to an end");
  } while (cursor !== undefined);
  assert.equal(found, 1);
});

Deno.test("search_code goes on within a file for which the time of one page is too short", async () => {
  await using app = await TestApp.create({ env: { MCP_SEARCH_BUDGET_MS: "50" } });
  const lines = Array.from({ length: 8_000 }, (_, at) => at % 1_000 === 999 ? "xyq" : "xy".repeat(20));
  await app.root.commit({ "long.txt": lines.join("\n") });
  const found: number[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages === 0 || cursor !== undefined; pages++) {
    assert.ok(pages < 100, "it does not come to an end");
    const page = await app.call("search_code", {
      query: `^${"(?:x?y?)".repeat(40)}q$`,
      mode: "regex",
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...page.hits.flatMap(({ matches }: { matches: number[] }) => matches));
    cursor = page.nextCursor;
  }
  assert.deepEqual(found, [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
});

Deno.test("search answers to what looks like FTS5's syntax, SQL, options and controls as to any words", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": "needle in the hay\n", "b.md": "near and far\n" });
  const queries = [
    'needle" OR body:"x',
    '"needle',
    'needle"',
    '""',
    '"" ""',
    "NEAR(needle hay, 2)",
    "needle NEAR hay",
    "needle AND NOT hay",
    "NOT needle",
    "needle*",
    "*needle",
    "^needle",
    "body : needle",
    "{name path} : needle",
    "-body : needle",
    "needle + hay",
    "(needle",
    "needle)",
    "needle; DROP TABLE document; --",
    "' OR '1'='1",
    "rank MATCH 'bm25(1)'",
    "document",
    "%needle%",
    "needle\0hay",
    "\ud800needle\udfff",
    "ＮＥＥＤＬＥ",
    "needle\u0301",
    "İ".repeat(50),
    "🙂 needle 🙂",
    "\u202eneedle",
    "'needle'",
    "`needle`",
    "needle ".repeat(280),
    "(".repeat(1999),
    '"'.repeat(1999),
    "a ".repeat(999),
    Array.from({ length: 300 }, (_, n) => `w${n}`).join(" "),
    "/".repeat(500),
    "../".repeat(300),
    "a/".repeat(900),
    ".",
    " ",
    "\n\t",
  ];
  for (const query of queries) {
    const started = threadMs();
    const answer = await app.call("search", { query });
    assert.ok(bytesOf(answer) < ANSWER_BYTES_MAX, query);
    assert.ok(threadMs() - started < 2_000, `${JSON.stringify(query).slice(0, 60)} took too long`);
    for (const mode of ["auto", "words", "literal", "symbol", "path"]) {
      await app.call("search_code", { query, mode });
    }
  }
  assert.equal((await app.callFailing("search", { query: "" })).code, "invalid_arguments");
  assert.equal((await app.callFailing("search", { query: "x".repeat(2001) })).code, "invalid_arguments");
  assert.equal(
    (await app.callFailing("search_code", { query: "x".repeat(10_241) })).code,
    "invalid_arguments",
  );
});

Deno.test("search shows no more than a few short lines of a file with a line of a megabyte", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "one_line.js": `${"x".repeat(450_000)} needleHere ${"y".repeat(450_000)}`,
    ...HOSTILE_TEXTS,
  });
  for (
    const [tool, args] of [["search", { query: "needleHere" }], ["search_code", {
      query: "needleHere",
      mode: "literal",
    }]] as const
  ) {
    const answer = await app.call(tool, args);
    const [best] = tool === "search" ? answer.results : answer.hits;
    assert.equal(best.path, "one_line.js");
    const text: string = best.snippet ?? best.text;
    assert.ok(text.includes("needleHere") && text.length <= 400, text.slice(0, 100));
  }
  const all = await app.call("search_code", { query: "e", mode: "literal", limit: 200, context: 10 });
  assert.ok(bytesOf(all) < ANSWER_BYTES_MAX && all.truncated && all.nextCursor !== undefined);
  const wide = await app.call("search", { query: "needle word", limit: 50 });
  assert.ok(bytesOf(wide) < ANSWER_BYTES_MAX);
});

Deno.test("any query is answered, within its limits", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "src/a.ts": "export function alphaBeta(x: number) {\n  return x;\n}\n",
    "docs/b.md": "# Alpha beta\n\nAn error: `x.y(1)` failed.\n",
  });
  const word = fc.constantFrom(
    "alpha",
    "alphaBeta",
    "x.y(1)",
    '"',
    "'",
    "`",
    "(",
    ")",
    "*",
    "^",
    ":",
    "/",
    "\\",
    " ",
    " ",
    "OR",
    "NEAR",
    "ü",
    "\0",
    "\n",
    "src/",
    ".ts",
    "fix(",
    "): ",
    "{",
    "}",
    "[",
    "]",
    "+",
    "?",
    "|",
    "\\w",
    "\\",
    "$",
    "-",
  );
  const query = fc.oneof(
    fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join("")),
    fc.string({ minLength: 1, maxLength: 100, unit: "binary" }),
  );
  const mode = fc.constantFrom("auto", "words", "literal", "symbol", "path", "regex");
  await fc.assert(
    fc.asyncProperty(query, mode, fc.boolean(), async (text, mode, caseSensitive) => {
      const answer = await app.call("search", { query: text });
      assert.ok(bytesOf(answer) < ANSWER_BYTES_MAX);
      const { isError, value } = await attempt(app, { query: text, mode, caseSensitive });
      // A regular expression may be none; nothing else may fail.
      if (isError) {
        assert.deepEqual([value.error.code, mode === "regex" || mode === "path"], [
          "invalid_arguments",
          true,
        ], text);
      } else assert.ok(bytesOf(value) < ANSWER_BYTES_MAX);
    }),
    { numRuns: 150, seed: 4 },
  );
});
