/** How large an expression becomes is told before it is compiled, and what would be too large is not. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { LinearRegex } from "../../../src/search/code/linear_regex.ts";
import { patternSize } from "../../../src/search/code/pattern_size.ts";
import { threadMs } from "../../support/thread_time.ts";

const PARTS = [
  ..."ab.|^$é🙂",
  "[a-c]",
  "[]a]",
  "[^]{3}]",
  "[[:alpha:]()]",
  "[\\]{9}]",
  "\\{",
  "\\pL",
  "\\p{Greek}",
  "\\x{4e2d}",
  "\\b",
  "\\Q({9}\\E",
  "(",
  "(?:",
  "(?i)",
  "(?is:",
  "(?P<name>",
  "(?<name2>",
  ")",
  ")",
  ")",
  "*",
  "+?",
  "?",
  "{3}",
  "{2,}",
  "{0,4}?",
  "{7",
  "{0}",
];

Deno.test("no expression is compiled to more than its text was told to become", () => {
  let compiled = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }), fc.boolean(), (parts, mind) => {
      const pattern = parts.join("");
      const told = patternSize(pattern);
      let size: number;
      try {
        size = RE2JS.compile(pattern, mind ? 0 : RE2JS.CASE_INSENSITIVE).programSize();
      } catch {
        return;
      }
      compiled++;
      // The whole match is a group, and there is an end, and a failure.
      assert.ok(size <= told + 4, `${JSON.stringify(pattern)}: ${size} instructions, ${told} were told`);
    }),
    { numRuns: 30_000, seed: 41 },
  );
  assert.ok(compiled > 3_000, `${compiled} were patterns`);
});

Deno.test("an expression that would take gigabytes is refused at once, and an ordinary one is not", () => {
  const words = Array.from({ length: 700 }, (_, at) => `w${at}`).join("|");
  const before = threadMs();
  for (const pattern of [`(?:${words}){1000}`, "((a{100}b){100}c){30}", `(?:${"ab".repeat(2_000)}){20,}`]) {
    assert.throws(
      () => new LinearRegex(pattern, { caseSensitive: true }),
      /Cannot try the regular expression: .* about \d+ steps, and at most 50000 are tried/,
    );
  }
  for (const odd of ["[", "[[:", "(", "\\x{", "\\p{", "(?P<", "{1", "[^\\", "\\Q"]) {
    patternSize(odd.repeat(10_000 / odd.length));
  }
  assert.ok(threadMs() - before < 2_000);
  for (
    const pattern of [
      "[a-z]{1000}",
      `(?P<${"n".repeat(300)}>x){1000}`,
      words,
      "(\\w+\\s+){200}",
      "x".repeat(10_000),
    ]
  ) {
    assert.ok(new LinearRegex(pattern, { caseSensitive: true }).program !== undefined);
  }
});
