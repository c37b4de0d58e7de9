/** Texts and questions at which an index and an engine may differ: what is narrowed must be what is found without an index. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { decodeFile } from "../../../src/search/decode.ts";
import { literalFinder } from "../../../src/search/code/literal_find.ts";
import { LinearRegex } from "../../../src/search/code/linear_regex.ts";
import { knowsLinesAlone } from "../../../src/search/code/program.ts";
import { narrow, neededFor } from "../../../src/search/code/narrowing.ts";
import { memoryIndex } from "../../bench/quality/memory_index.ts";

const encoder = new TextEncoder();

/** Files by name, as bytes: what decodes to a text is indexed. */
const FILES: Readonly<Record<string, Uint8Array | string>> = {
  "kelvin.txt": "300 \u212aelvin and as\u212a\n",
  "long_s.txt": "\u017ftart \u017f\u017fl as\u212a pa\u017fsword\n",
  "dotted.txt": "\u0130stanbul \u0131x\n",
  "sigma.txt": "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03bf\u03c2 \u039f\u0394\u039f\u03a3\u0391\n",
  "crlf.txt": "alpha\r\nbeta9\r\n\r\ngamma\r\n",
  "marked.txt": "\ufeffalpha marked\n",
  "latin.txt": new Uint8Array([0x6e, 0x61, 0xef, 0x76, 0x65, 0x20, 0xff, 0x61, 0x62, 0x63, 0x0a]),
  "broken.txt": new Uint8Array([
    ...encoder.encode("start abc"),
    0xc3,
    0x28,
    0xe2,
    0x82,
    ...encoder.encode("end9\n"),
  ]),
  "accents.txt": "caf\u00e9s na\u00efve cafe\u0301s e\u0301tat \u1ed8abc\n",
  "soft.txt": "soft\u00adhyphen zero\u200dwidth \u2460\u2461three \ud835\udc00bold\n",
  "no_end.txt": "alpha\nlast line abc",
  "empty.txt": "",
  "ends.txt": "\n\n\nabc\n\n",
  "one_line.txt": `${"alpha beta9 ".repeat(3_000)}tail9`,
  "huge_word.txt": `${"a1".repeat(16_600)}needle9${"b".repeat(50)} after\n`,
  "huge_foreign.txt": `${"\u4e2d".repeat(11_000)}needle9 after\n`,
};

const TEXTS = new Map(
  Object.entries(FILES).flatMap(([path, content]) => {
    const text = decodeFile(typeof content === "string" ? encoder.encode(content) : content);
    return text === undefined ? [] : [[path, text] as const];
  }),
);
const INDEX = memoryIndex(TEXTS);

function narrowed(mode: "literal" | "regex", query: string, caseSensitive: boolean): ReadonlySet<string> {
  const found = narrow(INDEX, neededFor(mode, query, { caseSensitive }));
  return new Set(found ?? TEXTS.keys());
}

Deno.test("a string is found in every letter's case, in whatever words it stands", () => {
  const cases: readonly [query: string, caseSensitive: boolean, files: string[]][] = [
    ["\u0130stanbul", false, ["dotted.txt"]],
    ["\u0130stanbul", true, ["dotted.txt"]],
    ["\u039f\u0394\u039f\u03a3", false, ["sigma.txt"]],
    ["\u03bf\u03b4\u03bf\u03c3\u03b1", false, ["sigma.txt"]],
    ["kelvin", false, ["kelvin.txt"]],
    ["needle9", true, ["huge_foreign.txt", "huge_word.txt"]],
    ["edle9b", true, ["huge_word.txt"]],
    ["a1needle9", true, ["huge_word.txt"]],
    ["alpha\r\nbeta", true, ["crlf.txt"]],
    ["abc", true, ["accents.txt", "broken.txt", "ends.txt", "latin.txt", "no_end.txt"]],
  ];
  for (const [query, caseSensitive, files] of cases) {
    const find = literalFinder(query, { caseSensitive });
    const inScope = narrowed("literal", query, caseSensitive);
    const found = [...TEXTS].filter(([path, text]) =>
      inScope.has(path) && !find(text, 0)[Symbol.iterator]().next().done
    );
    assert.deepEqual(found.map(([path]) => path).sort(), files, query);
  }
});

const ATOMS = [
  ..."abkKsS9 \u00e9\u212a\u017f",
  "start",
  "lpha",
  "eta9",
  "needle",
  "pa[s]s",
  "elvin",
  "[a-z]{3}",
  "[a-z0-9]{5}",
  "[^a-z]",
  "\\d",
  "\\w+",
  "\\W",
  "\\b",
  "\\s",
  "\\r",
  "\\n",
  "^",
  "$",
  ".",
  "(?:alpha|beta9)",
  "(?:ab|abc)",
  "(?i:abc)",
  "\\pL",
  "\\x61",
  "[[:alpha:]]",
  "(?:needle|end)9",
];

Deno.test("an expression has its matches where RE2 alone finds them, the first of each line at least, and in no file that the index leaves out", () => {
  const part = fc.tuple(
    fc.constantFrom(...ATOMS),
    fc.constantFrom("", "", "", "", "+", "*", "?", "{2}", "{1,2}?"),
  );
  const pattern = fc.tuple(
    fc.constantFrom("", "", "(?i)", "(?s)"),
    fc.array(part, { minLength: 1, maxLength: 5 }),
  ).map(([flags, parts]) =>
    flags + parts.map(([atom, times]) => times === "" ? atom : `(?:${atom})${times}`).join("")
  );
  let compared = 0;
  let left = 0;
  fc.assert(
    fc.property(pattern, fc.boolean(), (query, caseSensitive) => {
      const alone = RE2JS.compile(query, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
      const regex = new LinearRegex(query, { caseSensitive });
      const inScope = narrowed("regex", query, caseSensitive);
      for (const [path, text] of TEXTS) {
        if (text.length > 20_000 && compared % 16 !== 0 && inScope.has(path)) continue;
        const said = JSON.stringify({ query, caseSensitive, path });
        if (!inScope.has(path)) {
          left++;
          assert.ok(!alone.test(text), said);
          continue;
        }
        const found = Array.from(
          regex.find(text),
          (finding) => finding.kind === "match" ? [finding.start, finding.end] : [],
        );
        const isOfLines = regex.program !== undefined && knowsLinesAlone(regex.program);
        const expected: number[][] = [];
        const matcher = alone.matcher(text);
        let line = -1;
        while (text !== "" && matcher.find()) {
          const start = matcher.start();
          const newLine = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
          if (!isOfLines || newLine !== line) expected.push([start, matcher.end()]);
          line = newLine;
        }
        assert.deepEqual(found.filter(({ length }) => length > 0), expected, said);
        compared++;
      }
    }),
    { numRuns: 500, seed: 23 },
  );
  assert.ok(compared > 2_000 && left > 500, `${compared} were compared, ${left} left out`);
});

Deno.test("a group's name is no part of what is looked for, however long it is", () => {
  assert.deepEqual(narrowed("regex", `(?P<${"n".repeat(300)}>alpha)\\r`, true).has("crlf.txt"), true);
});

Deno.test("a match that goes on in another line may lie where a text was parted, and the search says so", () => {
  const text = `${"x".repeat(99)}\n`.repeat(9_000);
  const cutsOf = (pattern: string) =>
    Array.from(new LinearRegex(pattern, { caseSensitive: true }).find(text))
      .filter((finding) => finding.kind === "pause").map(({ isCut }) => isCut);
  assert.deepEqual(new Set(cutsOf(`(?:a[^x]*){${60}}b`)), new Set([true]));
  assert.deepEqual(new Set(cutsOf(`(?:a[^x\\n]*){${60}}b`)), new Set([false]));
});

Deno.test("of short lines little is tried before others have their turn, however large the expression is", () => {
  const text = `${"x".repeat(99)}\n`.repeat(9_000);
  for (const pattern of ["(?:a[^x\\n]*){60}b", `(?:${"x*".repeat(400)}y)+z`, "(x+x+)+y"]) {
    const size = RE2JS.compile(pattern, RE2JS.MULTILINE).programSize();
    const pauses = Array.from(
      new LinearRegex(pattern, { caseSensitive: true }).find(text),
      (finding) => finding.kind === "pause" ? finding.doneTo : 0,
    );
    const longest = Math.max(...[...pauses, text.length].map((end, at) => end - (pauses[at - 1] ?? 0)));
    assert.ok(longest * size <= 1_000_000 + 100 * size, `${pattern}: ${longest} characters at once`);
  }
});
