import assert from "node:assert/strict";
import fc from "fast-check";
import { ToolError } from "../../src/core/errors.ts";
import { decodeText, sliceText, type TextRange } from "../../src/repo/text.ts";

const sizeOf = (text: string) => new TextEncoder().encode(text).length;

/** Reads a range part by part, as a client does that follows `next`. */
function reassemble(text: string, range: TextRange, bytesMax: number): string {
  let whole = "";
  let next: TextRange | undefined = range;
  for (let parts = 0; next !== undefined; parts++) {
    assert.ok(parts <= text.length + 1, "no part brings the reader on");
    const part = sliceText(text, { endLine: range.endLine, ...next }, bytesMax);
    assert.ok(sizeOf(part.text) <= bytesMax && part.text.isWellFormed());
    assert.equal(part.truncated, part.next !== undefined);
    whole += part.text;
    next = part.next;
  }
  return whole;
}

/** Lines of characters of one to four bytes, with every kind of line ending. */
const texts = fc.array(
  fc.tuple(
    fc.string({ unit: fc.constantFrom("a", "é", "日", "😀", "\t", "\uFEFF", "\u2028"), maxLength: 30 }),
    fc.constantFrom("\n", "\n", "\r\n", "\r", ""),
  ),
  { maxLength: 12 },
).map((lines) => lines.flat().join(""));

Deno.test("reading on with next, again and again, gives the text byte for byte", () => {
  const property = fc.property(texts, fc.integer({ min: 4, max: 80 }), (text, bytesMax) => {
    assert.equal(reassemble(text, {}, bytesMax), text);
  });
  fc.assert(property, { seed: 20260801, numRuns: 1000 });
});

Deno.test("a range of lines is what these lines are, however it is cut into parts", () => {
  const property = fc.property(
    texts,
    fc.nat(15),
    fc.nat(15),
    fc.integer({ min: 4, max: 80 }),
    (text, a, b, max) => {
      const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      const startLine = Math.min(a, Math.max(0, lines.length - 1)) + 1;
      const endLine = startLine + b;
      assert.equal(
        reassemble(text, { startLine, endLine }, max),
        lines.slice(startLine - 1, endLine).join(""),
      );
    },
  );
  fc.assert(property, { seed: 20260802, numRuns: 1000 });
});

Deno.test("a part holds whole lines, unless one line alone is longer than an answer", () => {
  const property = fc.property(texts, fc.integer({ min: 4, max: 80 }), (text, bytesMax) => {
    const { text: part, startLine, endLine, next } = sliceText(text, {}, bytesMax);
    if (next === undefined) assert.equal(part, text);
    else if (next.startColumn === undefined) assert.ok(part.endsWith("\n") && next.startLine === endLine + 1);
    else assert.ok(endLine === startLine && bytesMax - sizeOf(part) < 4);
  });
  fc.assert(property, { seed: 20260803, numRuns: 500 });
});

Deno.test("lines are counted as an editor counts them, and a last line without a newline is one", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["a", 1],
    ["a\n", 1],
    ["\n", 1],
    ["a\nb", 2],
    ["a\r\nb\r\n", 2],
    ["a\rb", 1],
  ];
  for (const [text, lines] of cases) {
    assert.equal(sliceText(text, {}, 100).lines, lines, JSON.stringify(text));
  }
});

Deno.test("a range says which lines it holds", () => {
  const text = "one\ntwo\nthree";
  const part = (range: TextRange) => {
    const { text: shown, startLine, endLine, lines, truncated } = sliceText(text, range, 100);
    assert.deepEqual([lines, truncated], [3, false]);
    return [shown, startLine, endLine];
  };
  assert.deepEqual(part({}), [text, 1, 3]);
  assert.deepEqual(part({ startLine: 2 }), ["two\nthree", 2, 3]);
  assert.deepEqual(part({ endLine: 2 }), ["one\ntwo\n", 1, 2]);
  assert.deepEqual(part({ startLine: 2, endLine: 2 }), ["two\n", 2, 2]);
  assert.deepEqual(part({ startLine: 3, endLine: 99 }), ["three", 3, 3]);
  assert.deepEqual(part({ startLine: 2, startColumn: 1 }), ["wo\nthree", 2, 3]);
  assert.deepEqual(sliceText("", { endLine: 5 }, 100).text, "");
});

Deno.test("a range that the text does not have is refused with what it does have", () => {
  const cases: [string, TextRange, RegExp][] = [
    ["a\nb\n", { startLine: 3 }, /from line 3: the file has 2 lines/],
    ["", { startLine: 2 }, /the file has 0 lines/],
    ["a\nb\n", { startLine: 2, endLine: 1 }, /lines 2 to 1: the end lies before the start/],
    ["abc\ndef\n", { startColumn: 4 }, /line 1 from column 4: it has 4 columns/],
    ["abc\ndef\n", { startLine: 2, startColumn: 1000 }, /line 2 from column 1000: it has 4 columns/],
    ["", { startColumn: 1 }, /it has 0 columns/],
    ["a😀b", { startColumn: 2 }, /line 1 from column 2: a character goes across it/],
  ];
  for (const [text, range, message] of cases) {
    assert.throws(
      () => sliceText(text, range, 100),
      (error) =>
        error instanceof ToolError && error.code === "invalid_arguments" && message.test(error.message),
      JSON.stringify([text, range]),
    );
  }
});

Deno.test("bytes are text when they are UTF-8 without a NUL, byte order mark included", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  assert.equal(decodeText(new TextEncoder().encode("\uFEFFgrün 😀\r\n")), "\uFEFFgrün 😀\r\n");
  assert.equal(decodeText(bytes()), "");
  const binary = [[0], [0x61, 0, 0x62], [0xff, 0xfe, 0x61, 0], [0xe9], [0xed, 0xa0, 0x80], [0xc0, 0x80], [
    0xf0,
    0x9f,
  ]];
  for (const values of binary) assert.equal(decodeText(bytes(...values)), undefined, values.join());
});
