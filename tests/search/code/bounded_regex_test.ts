import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { stepsAtOnePlace } from "../../../src/search/code/backtracking_bound.ts";
import { BoundedRegex } from "../../../src/search/code/bounded_regex.ts";
import { LinearRegex } from "../../../src/search/code/linear_regex.ts";
import { parsePattern } from "../../../src/search/code/pattern_parser.ts";
import type { PatternNode } from "../../../src/search/code/pattern_tree.ts";
import { patternsOf } from "../../support/pattern_grammar.ts";
import { threadMs } from "../../support/thread_time.ts";

const ATOMS = [
  ..."abXz059_-.|é中🙂{}]\"' ",
  "\\.",
  "\\(",
  "\\n",
  "\\t",
  "\\v",
  "\\{",
  ".",
  "\\w",
  "\\W",
  "\\d",
  "\\D",
  "\\s",
  "\\S",
  "\\b",
  "^",
  "$",
  "[a-c]",
  "[^a-c]",
  "[]a-]",
  "[^]\\s]",
  "[-X]",
  "[\\w.]",
  "[^\\n]",
  "[é-中]",
  "[^🙂]",
  "[+-9]",
  "[Z-b]",
  "[k-s]",
] as const;

const QUANTIFIERS = [
  "",
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{0,2}",
  "{1,}",
  "{0}",
  "{1,3}?",
];

const pattern = patternsOf({ atoms: ATOMS, quantifiers: QUANTIFIERS, groups: { "(?:": 2, "(": 1 } });

const LETTERS = [..."aabbcXxz0059__--.|é中🙂{}]\"' \n\n\t\r\v\u2028\f(ſKks+"];
const text = fc.array(fc.constantFrom(...LETTERS), { maxLength: 40 }).map((letters) => letters.join(""));

function isOfRe2(source: string): boolean {
  try {
    RE2JS.compile(source, RE2JS.MULTILINE);
    return true;
  } catch {
    return false;
  }
}

function re2Matches(source: string, within: string, caseSensitive: boolean): [number, number][] {
  const regex = RE2JS.compile(source, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
  const matcher = regex.matcher(within);
  const found: [number, number][] = [];
  while (matcher.find()) found.push([matcher.start(), matcher.end()]);
  return found;
}

Deno.test("an expression finds the same places, whichever engine looks for it", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      pattern,
      fc.boolean(),
      fc.array(text, { minLength: 3, maxLength: 3 }),
      (source, mind, texts) => {
        const parsed = isOfRe2(source) ? parsePattern(source, { caseSensitive: mind }) : undefined;
        const bounded = parsed && new BoundedRegex(parsed);
        if (bounded === undefined) return;
        for (const within of texts) {
          if (bounded.charsAtOnce(within) === 0) continue;
          const found: number[][] = Array.from(bounded.matches(within), ({ start, end }) => [start, end]);
          assert.deepEqual(found, re2Matches(source, within, mind), JSON.stringify({ source, within, mind }));
          compared++;
        }
      },
    ),
    { numRuns: 20_000, seed: 17 },
  );
  assert.ok(compared > 10_000, `only ${compared} were compared`);
});

/** Counts what an engine that goes back does to try a pattern at one place. */
function stepsTaken(tree: PatternNode, within: string, from: number): number {
  let steps = 0;
  type Go = (at: number) => boolean;
  const walk = (node: PatternNode, at: number, go: Go): boolean => {
    steps++;
    switch (node.kind) {
      case "char": {
        const code = within.codePointAt(at);
        if (code === undefined || (node.chars >> BigInt(Math.min(code, 128)) & 1n) === 0n) return false;
        return go(at + 1);
      }
      case "position":
        return go(at);
      case "sequence": {
        const rest = (index: number): Go => (place) => {
          const part = node.parts[index];
          return part === undefined ? go(place) : walk(part, place, rest(index + 1));
        };
        steps--;
        return rest(0)(at);
      }
      case "choice":
        return node.options.some((option) => walk(option, at, go));
      case "repeat": {
        const again = (count: number): Go => (place) =>
          (count < node.most && walk(node.body, place, again(count + 1))) ||
          (count >= node.least && go(place));
        return again(0)(at);
      }
    }
  };
  walk(tree, from, () => true);
  return steps;
}

Deno.test("no more steps are taken to try an expression than were foreseen", () => {
  let tight = 0;
  const close = fc.array(fc.constantFrom(..."aaaaab0 \n"), { maxLength: 24 }).map((letters) =>
    letters.join("")
  );
  fc.assert(
    fc.property(pattern, close, (source, within) => {
      const tree = isOfRe2(source) ? parsePattern(source, { caseSensitive: true })?.tree : undefined;
      if (tree === undefined) return;
      const line = Math.max(...within.split("\n").map((one) => one.length));
      const space = Math.max(...Array.from(within.matchAll(/\s*/g), ([run]) => run.length));
      const foreseen = stepsAtOnePlace(tree, { line, space, text: within.length });
      if (!(foreseen < 1e6)) return;
      for (let at = 0; at <= within.length; at++) {
        const taken = stepsTaken(tree, within, at);
        assert.ok(taken <= foreseen, JSON.stringify({ source, within, at, taken, foreseen }));
        if (taken * 4 > foreseen && taken > 20) tight++;
      }
    }),
    { numRuns: 20_000, seed: 19 },
  );
  assert.ok(tight > 20, `the bound is close in only ${tight} cases`);
});

Deno.test("an expression that goes back as far as it may stops nothing for long", () => {
  const hostile = [
    "(a+)+$",
    "(a|aa)+$",
    "a*a*b",
    "a*a*a*b",
    ".*.*x",
    "[^x]*y",
    "\\s*\\s*x",
    "(?:a|a){12}b",
    "(?:a?){12}b",
    "(?:\\w+,)+;",
    "(?:a{1,20}){1,5}b",
    "a{0,100}a{0,100}b",
    "(?i)(?:aa|a){1,8}.*q",
  ];
  const texts = [20, 200, 1_000, 20_000].map((length) => `${"a".repeat(length)}\n`.repeat(20_000 / length));
  for (const source of hostile) {
    for (const within of [...texts, " ".repeat(40_000), "\n".repeat(40_000)]) {
      const regex = new LinearRegex(source, { caseSensitive: true });
      let began = threadMs();
      // What is looked through in one go takes a tenth of a second, ten times less than is allowed here for a busy machine.
      for (const finding of regex.find(within)) {
        const took = threadMs() - began;
        assert.ok(took < 1_000, `${source}: ${Math.round(took)} ms for one step`);
        began = finding.kind === "pause" ? threadMs() : began;
        if (finding.kind === "match") break;
      }
    }
  }
});
