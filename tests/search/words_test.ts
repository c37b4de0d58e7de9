import assert from "node:assert/strict";
import fc from "fast-check";
import { foldSymbol, isFoldedAs, splitWords, stemOf } from "../../src/search/words.ts";

Deno.test("names are taken apart into words, whatever their spelling", () => {
  const cases: readonly [name: string, words: string][] = [
    ["rateLimitOk", "rate limit ok"],
    ["rate_limit_ok", "rate limit ok"],
    ["RATE-LIMIT.ok", "rate limit ok"],
    ["HTTPServer", "http server"],
    ["sha256Hex", "sha256 hex"],
    ["v8", "v8"],
    ["größeÜber", "größe über"],
    ["2fa", "2 fa"],
    ["$_", ""],
  ];
  for (const [name, words] of cases) assert.equal(splitWords(name).join(" "), words, name);
});

Deno.test("inflections of a word begin with its stem, and short words are left whole", () => {
  for (const word of ["handle", "handles", "handled", "handling", "handler"]) {
    assert.equal(stemOf(word), "handl");
  }
  for (const word of ["ing", "red", "use", "test"]) assert.equal(stemOf(word), word);
});

Deno.test("a name is told by its folded form without being folded", () => {
  const name = fc.array(fc.constantFrom("a", "B", "_", "-", "1", "é", "$", "ok"), { maxLength: 8 }).map((
    parts,
  ) => parts.join(""));
  fc.assert(
    fc.property(name, name, (one, other) => {
      const [text, folded] = [`x${one}y`, foldSymbol(other)];
      assert.equal(isFoldedAs(folded, { text, start: 1, end: 1 + one.length }), foldSymbol(one) === folded);
    }),
    { numRuns: 2000, seed: 4 },
  );
});
