/** Bytes of a file as text that may be searched. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeFile, searchableFile, searchableText } from "../../src/search/decode.ts";

const bytes = (...values: number[]) => new Uint8Array(values);
const utf8 = (text: string) => new TextEncoder().encode(text);

const CASES: readonly (readonly [what: string, bytes: Uint8Array, text: string | undefined])[] = [
  ["nothing", bytes(), ""],
  ["UTF-8", utf8("Grüße\n"), "Grüße\n"],
  ["UTF-8 with a mark", utf8("\ufeffa"), "a"],
  ["UTF-16, little end first", bytes(0xff, 0xfe, 0x41, 0, 0xfc, 0), "Aü"],
  ["UTF-16, big end first", bytes(0xfe, 0xff, 0, 0x41, 0, 0xfc), "Aü"],
  ["UTF-16 cut off in a character", bytes(0xff, 0xfe, 0x41), undefined],
  ["UTF-32, whose mark begins like that of UTF-16", bytes(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0), undefined],
  ["Latin-1", bytes(0x47, 0x72, 0xfc, 0xdf, 0x65), "Grüße"],
  ["windows-1252", bytes(0x80, 0x20, 0x31), "€ 1"],
  ["a NUL", bytes(0x61, 0, 0x62), undefined],
  ["control characters that are no UTF-8", bytes(1, 2, 3, 0xff, 4, 5), undefined],
  ["tabs, line ends and colours", utf8("a\tb\r\n\f\x1b[1m"), "a\tb\r\n\f\x1b[1m"],
];

for (const [what, input, text] of CASES) {
  Deno.test(`a file of ${what} is ${text === undefined ? "no text" : "read"}`, () => {
    assert.equal(decodeFile(input), text);
  });
}

Deno.test("any UTF-8 without a NUL comes back as it is, and any bytes at all are read or refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      if (text.startsWith("\ufeff")) return;
      assert.equal(decodeFile(utf8(text)), text.includes("\0") ? undefined : text);
    }),
    { numRuns: 500, seed: 1 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
      assert.doesNotThrow(() => decodeFile(input));
    }),
    { numRuns: 1000, seed: 2 },
  );
});

Deno.test("a secret in a file is not in its searchable text, and lines keep their numbers", () => {
  const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"}`;
  const text = searchableText(utf8(`first\ntoken = ${token}\nlast\n`)) ?? "";
  assert.ok(!text.includes(token));
  assert.equal(text.split("\n").length, 4);
});

Deno.test("a text that is said to be the whole file is the file, byte for byte", () => {
  const mark = fc.constantFrom(bytes(), bytes(0xef, 0xbb, 0xbf), bytes(0xff, 0xfe), bytes(0xfe, 0xff));
  const body = fc.oneof(fc.string({ unit: "binary" }).map(utf8), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(mark, body, (mark, body) => {
      const input = bytes(...mark, ...body);
      const file = searchableFile(input);
      assert.equal(file?.text, searchableText(input));
      if (file?.isWhole === true) assert.deepEqual(utf8(file.text), input);
    }),
    { seed: 1, numRuns: 2_000 },
  );
  assert.equal(searchableFile(utf8("Gr\u00fc\u00dfe"))?.isWhole, true);
  assert.equal(searchableFile(utf8(`ghp_${"a1B2c3D4e5F6".repeat(3)}`))?.isWhole, false);
});
