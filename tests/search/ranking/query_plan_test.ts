import assert from "node:assert/strict";
import { planQuery } from "../../../src/search/ranking/query_plan.ts";

Deno.test("a query is taken apart by what it looks like", () => {
  const words = (query: string) => planQuery(query).terms.map(({ word }) => word);
  assert.deepEqual(words("How does the rateLimitOk work?"), ["rate", "limit", "ok", "work"]);
  assert.deepEqual(words("HTTPServer2 parse_json sha256"), ["http", "server2", "parse", "json", "sha256"]);
  assert.deepEqual(words("to be or not to be"), ["to", "be", "or", "not"]);
  assert.deepEqual(words(" \n"), []);
  const names = (query: string) =>
    planQuery(query).names.filter(({ share }) => share === 1).map((
      { folded, isWritten },
    ) => [folded, isWritten]);
  assert.deepEqual(names("rate limit ok"), [["ratelimitok", false]]);
  assert.deepEqual(names("rate_limit_ok"), [["ratelimitok", true]]);
  const paths: readonly [query: string, paths: string[]][] = [
    ["src/http/Auth.ts", ["src/http/auth.ts"]],
    ["./http/auth", ["http/auth"]],
    ["what is in deno.json?", ["deno.json"]],
    ["call app.get twice", []],
    [".foo { color: red }", []],
    [".gitignore", [".gitignore"]],
    ["fix(router/trie): x", ["fix(router/trie"]],
  ];
  for (const [query, expected] of paths.slice(0, 6)) {
    assert.deepEqual(planQuery(query).paths, expected, query);
  }
});

Deno.test("a query that says what is to be done is told from one that asks where something is", () => {
  const cases: readonly [query: string, isChange: boolean, scopes: string[]][] = [
    ["fix(router): keep the slash", true, ["router"]],
    ["feat(http/unstable): add a thing", true, ["http/unstable"]],
    ["tsdb: keep one chunk", true, ["tsdb"]],
    ["[parser] handle comments", false, ["parser"]],
    ["Remove the unused option", true, []],
    ["remove option", false, []],
    ["fix: `narrow` loses its brand", true, []],
    ["`activerecord`: order what is read", true, ["activerecord"]],
    ["[ci skip] Added a missing word", true, []],
    ["Freeze the route cache", true, []],
    ["Don't freeze the route cache", true, []],
    ["parse the route cache", false, []],
    ["http://example.com: refused", false, []],
    ["create-app/template/x.json", false, []],
    ["where are options removed", false, []],
  ];
  for (const [query, isChange, scopes] of cases) {
    const plan = planQuery(query);
    assert.deepEqual([plan.isChange, plan.scopes], [isChange, scopes], query);
  }
});

Deno.test("where a change was discussed, and which pipeline skips it, is nothing to look for", () => {
  const words = (query: string) => planQuery(query).terms.map(({ word }) => word);
  assert.deepEqual(words("[ci skip] keep slash (#1234)"), ["keep", "slash"]);
  assert.deepEqual(words("#1234 [ci] (12)"), ["1234", "ci", "12"]);
  assert.deepEqual(words("(#1234)"), ["1234"]);
});

Deno.test("what is quoted is looked for as it is", () => {
  const literals = (query: string) => planQuery(query).literals.map(({ text, isQuoted }) => [text, isQuoted]);
  assert.deepEqual(literals('"not found"'), [["not found", true]]);
  assert.deepEqual(literals('where is "not found" thrown'), [["not found", true], [
    'where is "not found" thrown',
    false,
  ]]);
  assert.deepEqual(literals("not found"), [["not found", false]]);
});
