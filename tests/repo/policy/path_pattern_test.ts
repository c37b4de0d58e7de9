/** Patterns over paths: what they fit, in every spelling that some file system takes for the same name. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { foldedSegments } from "../../../src/core/own_files.ts";
import { patternProblem } from "../../../src/core/path_pattern.ts";
import { RuleList } from "../../../src/repo/policy/rule_list.ts";
import { threadMs } from "../../support/thread_time.ts";

function fits(pattern: string, path: string): boolean {
  const list = new RuleList([pattern], { reason: () => "" });
  return list.fitting(foldedSegments(path)) !== undefined;
}

Deno.test("a pattern without a slash is about a name in any folder, and all that is below it", async (t) => {
  const cases: readonly [pattern: string, fitting: readonly string[], others: readonly string[]][] = [
    [".env", [".env", "a/.env", ".env/x", "a/.env/b"], [".environment", "x.env", "env"]],
    ["*.pem", ["a.pem", "a/b.PEM", "x.pem/y"], ["pem", "a.pem.txt"]],
    ["id_rsa*", ["id_rsa", "id_rsa.pub", "a/ID_RSA_work"], ["my_id_rsa"]],
    ["*secret*", ["secret", "a/my-SECRETS.txt"], ["sec/ret"]],
    ["a?c", ["abc", "x/a.c"], ["ac", "abbc"]],
    ["logs/", ["logs", "a/logs/x"], ["logs.txt"]],
    ["*.{key,crt}", ["a.key", "b/c.crt"], ["a.keys"]],
  ];
  for (const [pattern, fitting, others] of cases) {
    await t.step(pattern, () => {
      for (const path of fitting) assert.ok(fits(pattern, path), path);
      for (const path of others) assert.ok(!fits(pattern, path), path);
    });
  }
});

Deno.test("a pattern with a slash is about a path below the root, and all that is below it", async (t) => {
  const cases: readonly [pattern: string, fitting: readonly string[], others: readonly string[]][] = [
    ["infra/prod", ["infra/prod", "infra/prod/a.tf", "INFRA/Prod"], ["x/infra/prod", "infra/production"]],
    ["/data", ["data", "data/x"], ["x/data"]],
    ["./data/", ["data", "data/x"], ["x/data"]],
    ["infra/**/*.tf", ["infra/a.tf", "infra/b/c/d.tf"], ["infra/a.txt", "a.tf"]],
    ["**/private/*.md", ["private/a.md", "x/private/b.md/c"], ["private/x/a.md"]],
    [".github/workflows/", [".github/workflows", ".github/workflows/ci.yml"], [".github/CODEOWNERS"]],
  ];
  for (const [pattern, fitting, others] of cases) {
    await t.step(pattern, () => {
      for (const path of fitting) assert.ok(fits(pattern, path), path);
      for (const path of others) assert.ok(!fits(pattern, path), path);
    });
  }
});

Deno.test("a pattern that would hold back nothing is none", () => {
  for (
    const pattern of [
      "a//b",
      "a/./b",
      "a/ /b",
      "...",
      "*.{sqlite",
      "db}",
      "a}{b",
      "geheim-\ufffd/",
      "/",
      "a\\b",
    ]
  ) {
    assert.notEqual(patternProblem(pattern), undefined, pattern);
  }
  for (const pattern of ["./a/", "//a", "a/**/b", "*.{a,b}", "{{name}}/x", ".env", "a.b/.c", "[ab]/x"]) {
    assert.equal(patternProblem(pattern), undefined, pattern);
  }
});

Deno.test("another spelling of a name is the same name", () => {
  for (
    const path of [
      ".ENV",
      ".env.",
      ".env ",
      ".env::$DATA",
      "x\\.env",
      ".e\u200cnv",
      ".eNv/x",
    ]
  ) assert.ok(fits(".env", path), JSON.stringify(path));
  assert.ok(fits("geheim-é", "geheim-e\u0301"), "composed or not");
  assert.ok(fits(".ssh", ".\u017fsh"), "a long s is an s to APFS");
});

Deno.test("a pattern about something below a folder knows that the folder is on its way", () => {
  const list = new RuleList([".github/workflows/", "infra/**/*.tf"], { reason: () => "" });
  for (const path of [".github", "infra", ".GITHUB"]) {
    assert.notEqual(list.beyond(foldedSegments(path)), undefined, path);
  }
  for (const path of ["", ".github/workflows", "infra/x", "other"]) {
    assert.equal(list.beyond(foldedSegments(path)), undefined, path);
  }
});

Deno.test("many patterns together fit what one of them fits", () => {
  const pattern = fc.constantFrom(
    ".env",
    ".env.*",
    "*.pem",
    "id_*",
    "a+b",
    "(x)",
    "[ab]",
    "x?",
    "*a*b*",
    "k$",
    "{a,b}.c",
    "**/a/b",
    "a/b",
  );
  const name = fc.array(
    fc.constantFrom("a", "b", ".", "env", "pem", "id_", "x", "+", "(", ")", "k", "$", "c"),
    { maxLength: 5 },
  )
    .map((parts) => parts.join(""));
  const property = fc.property(
    fc.array(pattern, { maxLength: 6 }),
    fc.array(name, { minLength: 1, maxLength: 4 }),
    (patterns, names) => {
      const path = names.join("/");
      const together =
        new RuleList(patterns, { reason: () => "" }).fitting(foldedSegments(path)) !== undefined;
      assert.equal(together, patterns.some((one) => fits(one, path)), `${patterns} on ${path}`);
    },
  );
  fc.assert(property, { seed: 20260801, numRuns: 1_000 });
});

Deno.test("no pattern and no path takes long", () => {
  const alphabet = fc.constantFrom("a", "*", "**", "?", "/", "[ab]", "{a,b}", ".", "é");
  const text = fc.array(alphabet, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(""));
  const path = fc.array(fc.constantFrom("a", "b", "/", "."), { maxLength: 200 }).map((parts) =>
    parts.join("")
  );
  const property = fc.property(text, path, (pattern, asked) => {
    const started = threadMs();
    fits(pattern, asked);
    assert.ok(threadMs() - started < 500, `${pattern} on ${asked}`);
  });
  fc.assert(property, { seed: 20260801, numRuns: 500 });
});
