/** Bytes and expressions at which the automaton and RE2 may differ: a file that it leaves out must have no match. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { ByteAutomaton } from "../../../src/search/code/byte_automaton.ts";
import { ByteNeeds } from "../../../src/search/code/byte_needs.ts";
import { LinearRegex, literalProgram } from "../../../src/search/code/linear_regex.ts";
import { literalFinder } from "../../../src/search/code/literal_find.ts";
import { decodeFile } from "../../../src/search/decode.ts";
import { patternsOf } from "../../support/pattern_grammar.ts";

const ATOMS = [
  ..."abkKsSXz059_-% é中🙂ï»¿ıİ",
  "\u212a",
  "\u017f",
  "\\.",
  "\\n",
  "\\r",
  "\\v",
  ".",
  "\\w",
  "\\W",
  "\\d",
  "\\s",
  "\\S",
  "\\b",
  "\\B",
  "^",
  "$",
  "\\A",
  "\\z",
  "[a-c]",
  "[^a-c]",
  "[^\\n]",
  "[é-中]",
  "[^🙂]",
  "[[:upper:]]",
  "\\pL",
  "\\PL",
  "\\p{Greek}",
  "\\x{4e2d}",
  "(?i:k)",
  "(?s:.)",
  "(?-m:^)",
  "(?-m:$)",
] as const;

const QUANTIFIERS = ["", "", "", "", "*", "+", "?", "*?", "+?", "{2}", "{0,2}", "{3,}", "{0}"];

const pattern = patternsOf({ atoms: ATOMS, quantifiers: QUANTIFIERS, groups: { "(?:": 3 } });

const ASCII = [..."aabbcXxz0059__--.% kKsS\n\n\t\r\v\f"];
const BEYOND = [..."é中🙂ſKÿα\u2028"];
const textOf = (letters: readonly string[]) =>
  fc.array(fc.constantFrom(...letters), { maxLength: 30 }).map((all) => all.join(""));

/** How a text can lie in a file. */
const WRITINGS: Readonly<Record<string, (text: string) => Uint8Array>> = {
  "UTF-8": (text) => new TextEncoder().encode(text),
  "UTF-8 with its mark": (text) => new TextEncoder().encode(`\ufeff${text}`),
  "one byte a character behind a mark of UTF-8": (text) =>
    Uint8Array.of(0xef, 0xbb, 0xbf, ...Array.from(text, (char) => char.charCodeAt(0)), 0xff),
  "one byte a character": (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
  "UTF-16": (text) => {
    const codes = Uint16Array.from(`\ufeff${text}`.split(""), (char) => char.charCodeAt(0));
    return new Uint8Array(codes.buffer);
  },
};

/** Of these, files may be looked into for what their marks could be. */
const WITH_MARK: ReadonlySet<string> = new Set(["UTF-8 with its mark", "UTF-16"]);

function compile(source: string, caseSensitive: boolean): RE2JS | undefined {
  try {
    return RE2JS.compile(source, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
  } catch {
    return undefined;
  }
}

function automatonOf(source: string, caseSensitive: boolean): ByteAutomaton {
  const { program } = new LinearRegex(source, { caseSensitive });
  assert.ok(program !== undefined, source);
  return new ByteAutomaton(program);
}

Deno.test("no file with a match is left out, whatever its bytes are, and of ASCII no file without one is looked into", () => {
  const counts = { matched: 0, leftOut: 0 };
  const texts = fc.tuple(textOf(ASCII), textOf(ASCII), textOf([...ASCII, ...BEYOND]), textOf(BEYOND));
  fc.assert(
    fc.property(pattern, fc.boolean(), texts, (source, mind, all) => {
      const regex = compile(source, mind);
      if (regex === undefined) return;
      const automaton = automatonOf(source, mind);
      for (const written of all) {
        for (const [writing, write] of Object.entries(WRITINGS)) {
          const bytes = write(written);
          const text = decodeFile(bytes);
          if (text === undefined) continue;
          const said = JSON.stringify({ source, mind, text, writing });
          const mayMatch = automaton.mayMatch(bytes);
          const matches = regex.test(text);
          assert.ok(mayMatch || !matches, said);
          if (!WITH_MARK.has(writing) && /^[\0-\x7f]*$/.test(text)) assert.equal(mayMatch, matches, said);
          if (matches) counts.matched++;
          if (!mayMatch) counts.leftOut++;
        }
      }
    }),
    { numRuns: 3_000, seed: 29 },
  );
  assert.ok(counts.matched > 10_000 && counts.leftOut > 5_000, JSON.stringify(counts));
});

Deno.test("no file with a string is left out, in whatever case it stands there", () => {
  const letters = [..."aAkKsS_(.\n\r", ..."éÉſKİıςσΣ中🙂", "i\u0307"];
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 }).map((all) => all.join("")),
      fc.boolean(),
      textOf(letters),
      (literal, caseSensitive, written) => {
        const program = literalProgram(literal, { caseSensitive });
        assert.ok(program !== undefined);
        const automaton = new ByteAutomaton(program);
        for (const [writing, write] of Object.entries(WRITINGS)) {
          const bytes = write(written);
          const text = decodeFile(bytes);
          if (text === undefined) continue;
          const isThere = [...literalFinder(literal, { caseSensitive })(text, 0)].length > 0;
          if (isThere) found++;
          assert.ok(
            automaton.mayMatch(bytes) || !isThere,
            JSON.stringify({ literal, caseSensitive, text, writing }),
          );
        }
      },
    ),
    { numRuns: 3_000, seed: 31 },
  );
  assert.ok(found > 500, `only ${found} were there`);
});

const encoder = new TextEncoder();

/** `a` and `b` by chance, the same every time. */
function letters(seed: number, length: number): string {
  let state = seed;
  return Array.from({ length }, () => (state = state * 48_271 % 0x7fffffff) % 2 === 0 ? "a" : "b").join("");
}

Deno.test("an expression with more states than are kept rules out what has no match, and nothing else", () => {
  const automaton = automatonOf("a[ab]{12}c", true);
  const long = letters(5, 12_000);
  assert.equal(automaton.mayMatch(encoder.encode(`${long}a${letters(7, 12)}c`)), true);
  assert.equal(automaton.mayMatch(encoder.encode(`c${long}b${letters(9, 12)}c`)), false);
});

Deno.test("what takes too much work to be ruled out is left to be looked into", () => {
  const automaton = automatonOf("a[ab]{900}c", true);
  assert.equal(automaton.mayMatch(encoder.encode(`c${letters(11, 20_000)}`)), true);
  assert.equal(automaton.mayMatch(encoder.encode(letters(11, 20_000))), false);
});

Deno.test("a large expression is not gone through once for each of its letters", () => {
  const words = Array.from(
    { length: 60 },
    (_, at) => String.fromCharCode(65 + at).replace(/\W/, "0").repeat(3),
  );
  const { program } = new LinearRegex(`(?:${words.join("|")}){150}`, { caseSensitive: true });
  assert.ok(program !== undefined);
  let looks = 0;
  const steps = new Proxy(program.steps, {
    get(target, key) {
      looks++;
      return Reflect.get(target, key);
    },
  });
  assert.ok(new ByteNeeds({ ...program, steps }).areIn(encoder.encode("AAA".repeat(150))));
  const perStep = looks / program.steps.length;
  assert.ok(perStep < 40, `each of ${program.steps.length} steps was looked at ${perStep} times`);
});
