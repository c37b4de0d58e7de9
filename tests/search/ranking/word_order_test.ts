/** How much of a query's wording stands in a text. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { wordingOf, wordOrder } from "../../../src/search/ranking/word_order.ts";

function order(query: string, text: string): number | undefined {
  const wording = wordingOf(query.split(" "));
  return wording && wordOrder(wording, text, 0, text.length);
}

Deno.test("a wording is found across punctuation and with a word that the query leaves out", () => {
  const query = "set to the limit of it";
  assert.equal(order(query, "set to the limit of it"), 1);
  assert.equal(order(query, "// set to the\n// hard limit, of it."), 1);
  assert.equal(order(query, "set to the very hard limit of it"), 0.8);
  assert.equal(order(query, "it of limit the to set"), 0);
  assert.equal(order(query, ""), 0);
  assert.equal(order("the the the the the", "the the"), 1);
});

Deno.test("a few words are no wording", () => {
  assert.equal(order("set to the limit", "set to the limit"), undefined);
});

Deno.test("a wording is found wherever it stands, and never more of it than there is", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 5, maxLength: 30 });
  fc.assert(
    fc.property(words, words, words, (query, before, text) => {
      const wording = wordingOf(query);
      assert.ok(wording !== undefined);
      const inOrder = [...before, ...query, ...text].join(" ");
      assert.equal(wordOrder(wording, inOrder, 0, inOrder.length), 1);
      const any = wordOrder(wording, text.join(" "), 0, text.join(" ").length);
      assert.ok(any >= 0 && any <= 1);
      const pairs = new Set(query.slice(1).map((word, at) => `${query[at]} ${word}`));
      const near = new Set(
        text.flatMap((word, at) => [`${word} ${text[at + 1]}`, `${word} ${text[at + 2]}`]),
      );
      assert.equal(any, pairs.intersection(near).size / pairs.size);
    }),
    { seed: 7, numRuns: 300 },
  );
});
