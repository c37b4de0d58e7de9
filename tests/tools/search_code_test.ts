import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";

interface Hit {
  path: string;
  startLine?: number;
  endLine?: number;
  text?: string;
  matches?: number[];
  symbol?: { name: string; kind: string };
}

const LIMITER = `// One bucket a key.
export function rateLimitOk(key: string): boolean {
  return take(key) && !isBlocked[key];
}

export class RateLimiter {
  take(key: string) {
    return rateLimitOk(key);
  }
}
`;

const FILES = {
  "src/limiter.ts": LIMITER,
  "src/app.py": "def rate_limit_ok(key):\n    return True\n",
  "tests/limiter_test.ts": "rateLimitOk('a');\n".repeat(3),
  "docs/limits.md": "# Rate limits\n\nCall `rateLimitOk(key)` first. Ünïcode: naïve.\n",
};

const where = ({ hits }: { hits: Hit[] }) =>
  hits.map(({ path, matches }) => `${path}:${matches?.join(",") ?? ""}`);

Deno.test("search_code finds a string with its exact bytes, wherever it begins in a word", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const cases: readonly [query: string, found: string[]][] = [
    ["take(key) && !isBlocked[key]", ["src/limiter.ts:3"]],
    ["LimitOk(key", ["src/limiter.ts:2,8", "docs/limits.md:3"]],
    ["imit", ["src/limiter.ts:2,6,8", "src/app.py:1", "tests/limiter_test.ts:1,2,3", "docs/limits.md:1,3"]],
    ["ratelimitok", []],
    ["na\u00efve", ["docs/limits.md:3"]],
    ["naive", []],
    ["n\u00efc", ["docs/limits.md:3"]],
    ["` first. \u00dc", ["docs/limits.md:3"]],
    ["): boolean {\n  return", ["src/limiter.ts:2"]],
    ["'a');\nrate", ["tests/limiter_test.ts:1,2"]],
    ["(k", ["src/limiter.ts:2,3,7,8", "src/app.py:1", "docs/limits.md:3"]],
  ];
  for (const [query, found] of cases) {
    const answer = await app.call("search_code", { query, mode: "literal", context: 3 });
    assert.deepEqual([where(answer).sort(), answer.total, answer.truncated], [
      found.sort(),
      found.length,
      false,
    ], query);
  }
  const folded = await app.call("search_code", {
    query: "RATELIMITOK(KEY",
    mode: "literal",
    caseSensitive: false,
    context: 3,
  });
  assert.deepEqual(where(folded), ["src/limiter.ts:2,8", "docs/limits.md:3"]);
});

Deno.test("search_code shows the lines around a hit, and those that touch together", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.ts": Array.from({ length: 30 }, (_, n) => `line ${n + 1}`).join("\n") });
  const spans = async (query: string, context: number) =>
    (await app.call("search_code", { query, mode: "regex", context })).hits.map(
      ({ startLine, endLine, matches }: Hit) => [startLine, endLine, ...(matches ?? [])],
    );
  assert.deepEqual(await spans("line (3|5|20)$", 0), [[3, 3, 3], [5, 5, 5], [20, 20, 20]]);
  assert.deepEqual(await spans("line (3|5|20)$", 1), [[2, 6, 3, 5], [19, 21, 20]]);
  assert.deepEqual(await spans("line (1|30)$", 10), [[1, 11, 1], [20, 30, 30]]);
  const [hit] = (await app.call("search_code", { query: "line 7", mode: "literal", context: 1 })).hits;
  assert.equal(hit.text, "line 6\nline 7\nline 8");
});

Deno.test("search_code takes RE2's expressions, and says of others what is wrong", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const cases: readonly [query: string, found: string[]][] = [
    ["rate\\w+\\(key\\)", ["src/limiter.ts:8", "src/app.py:1", "docs/limits.md:3"]],
    ["^export (class|function) \\w+", ["src/limiter.ts:2,6"]],
    ["(?i)RATELIMITER", ["src/limiter.ts:6"]],
    ["(take|nothing)\\(key\\)$", []],
    ["key\\]?;$", ["src/limiter.ts:3"]],
    ["\\bkey\\b.*\\{\\s+return", ["src/limiter.ts:2,7"]],
    ["[[:upper:]]imit[^O]", ["src/limiter.ts:6"]],
    ["\\x{66}irst", ["docs/limits.md:3"]],
    ["b{2}|c{0}q", []],
  ];
  for (const [query, found] of cases) {
    assert.deepEqual(
      where(await app.call("search_code", { query, mode: "regex", context: 3 })).sort(),
      found.sort(),
      query,
    );
  }
  for (const query of ["(", "a(?=b)", "(a)\\1", "[z-a]", "a{1001}", "(?<!x)y", "*"]) {
    const { code, message } = await app.callFailing("search_code", { query, mode: "regex" });
    assert.deepEqual([code, message.includes("RE2")], ["invalid_arguments", true], query);
  }
});

Deno.test("search_code finds definitions: the name itself first, then its spellings, then its words", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const names = async (query: string, more = {}) =>
    (await app.call("search_code", { query, mode: "symbol", ...more })).hits.map(({ symbol }: Hit) =>
      symbol?.name
    );
  assert.deepEqual(await names("rateLimitOk"), ["rateLimitOk", "rate_limit_ok"]);
  assert.deepEqual(await names("rate_limit_ok"), ["rate_limit_ok", "rateLimitOk"]);
  assert.deepEqual(await names("limit ok"), ["rate_limit_ok", "rateLimitOk"]);
  assert.deepEqual(await names("class ratelimiter"), ["RateLimiter"]);
  assert.deepEqual(await names("rateLimitOk", { caseSensitive: true }), ["rateLimitOk"]);
  assert.deepEqual(await names("rate limits"), ["Rate limits"]);
  const [hit] = (await app.call("search_code", { query: "RateLimiter" })).hits;
  assert.deepEqual([hit.path, hit.matches, hit.symbol], ["src/limiter.ts", [6], {
    name: "RateLimiter",
    kind: "class",
  }]);
});

Deno.test("search_code finds paths by a piece, by words, and by a glob", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const paths = async (query: string) =>
    (await app.call("search_code", { query, mode: "path" })).hits.map(({ path }: Hit) => path);
  assert.deepEqual(await paths("limiter"), ["src/limiter.ts", "tests/limiter_test.ts"]);
  assert.deepEqual(await paths("SRC/LIM"), ["src/limiter.ts"]);
  assert.deepEqual(await paths("tests limiter"), ["tests/limiter_test.ts"]);
  assert.deepEqual(await paths("**/*.md"), ["docs/limits.md"]);
  assert.deepEqual(await paths("*.py"), ["src/app.py"]);
  assert.deepEqual(await paths("../src"), []);
});

Deno.test("search_code chooses the mode by what the query looks like", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const cases: readonly [query: string, mode: string][] = [
    ["rateLimitOk", "symbol"],
    ["isBlocked", "literal"],
    ["return take(key) && x", "literal"],
    ["rate\\w+Ok", "regex"],
    ["src/limiter.ts", "path"],
    ["limiter.ts", "path"],
    ["*.md", "path"],
    ["how are keys limited", "words"],
    ["take(key.*", "literal"],
  ];
  for (const [query, mode] of cases) {
    assert.equal((await app.call("search_code", { query })).mode, mode, query);
  }
});

Deno.test("search_code pages through all hits, each once, in every mode", async () => {
  await using app = await TestApp.create();
  const names = Array.from({ length: 23 }, (_, n) => `src/needle_${String(n).padStart(2, "0")}.ts`);
  await app.root.commit(
    Object.fromEntries(names.map((name, n) => [name, `const needle${n} = 1;\n\n\n\n\n\n// needle ${n}\n`])),
  );
  for (
    const [mode, query, hits] of [
      ["literal", "needle", 46],
      ["regex", "n..dle", 46],
      ["path", "needle", 23],
      ["words", "needle", 23],
    ] as const
  ) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: { hits: Hit[]; total: number; truncated: boolean; nextCursor?: string } = await app.call(
        "search_code",
        {
          query,
          mode,
          limit: 7,
          context: 0,
          ...(cursor !== undefined && { cursor }),
        },
      );
      seen.push(...page.hits.map(({ path, startLine }) => `${path}:${startLine}`));
      assert.deepEqual([page.total, page.truncated], [seen.length, page.nextCursor !== undefined]);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.deepEqual([seen.length, new Set(seen).size], [hits, hits], mode);
  }
  const { nextCursor } = await app.call("search_code", { query: "needle", mode: "literal", limit: 1 });
  for (
    const [cursor, query] of [[nextCursor, "other"], ["bm9wZQ", "needle"], ["?", "needle"], ["", "needle"]]
  ) {
    assert.equal(
      (await app.callFailing("search_code", { query, mode: "literal", limit: 1, cursor })).code,
      "invalid_arguments",
    );
  }
  const asPath = await app.call("search_code", { query: "needle", mode: "path", limit: 1 });
  assert.equal(
    (await app.callFailing("search_code", {
      query: "needle",
      mode: "literal",
      limit: 1,
      cursor: asPath.nextCursor,
    })).code,
    "invalid_arguments",
  );
});

Deno.test("search_code stays in the folder, the glob and the language that it is given", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const paths = async (more: Record<string, unknown>) =>
    (await app.call("search_code", { query: "key", mode: "literal", ...more })).hits.map(({ path }: Hit) =>
      path
    );
  assert.deepEqual([...new Set(await paths({ path: "src" }))], ["src/app.py", "src/limiter.ts"]);
  assert.deepEqual(await paths({ path: "**/*.md" }), ["docs/limits.md"]);
  assert.deepEqual(await paths({ language: "python" }), ["src/app.py"]);
  assert.equal(
    (await app.callFailing("search_code", { query: "key", path: "../x" })).code,
    "path_outside_root",
  );
  assert.equal(
    (await app.callFailing("search_code", { query: "key", language: "cobol" })).code,
    "invalid_arguments",
  );
});

Deno.test("search_code sees what a tool wrote in the call before", async () => {
  await using app = await TestApp.create();
  await app.root.commit(FILES);
  const count = async (query: string) => (await app.call("search_code", { query, mode: "literal" })).total;
  assert.equal(await count("freshNeedle("), 0);
  await app.call("write_file", { path: "new.ts", contents: "freshNeedle(1);\n" });
  assert.equal(await count("freshNeedle("), 1);
  await app.call("write_file", { path: "new.ts", contents: "stale(1);\n", overwrite: true });
  assert.deepEqual([await count("freshNeedle("), await count("tale(1)")], [0, 1]);
});
