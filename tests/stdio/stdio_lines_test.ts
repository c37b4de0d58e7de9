/** Lines of a client, however its bytes come in pieces. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type InputLine, readLines } from "../../src/stdio/stdio_lines.ts";

const BYTES_MAX = 40;

/** Hands the pieces on in one and the same buffer, which holds something else by then. */
function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const shared = new Uint8Array(Math.max(0, ...pieces.map(({ length }) => length)));
  const left = pieces.values();
  return new ReadableStream({
    pull(controller) {
      const { value, done } = left.next();
      if (done) return controller.close();
      shared.fill(0);
      shared.set(value);
      controller.enqueue(shared.subarray(0, value.length));
    },
  }, { highWaterMark: 0 });
}

async function linesOf(pieces: readonly Uint8Array[]): Promise<InputLine[]> {
  return await Array.fromAsync(readLines(streamOf(pieces), BYTES_MAX));
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) =>
    length > 0
  );
}

Deno.test("lines are the same however they come in pieces, and none of a piece is kept", async () => {
  const text = `first\n\n  \n${"grün 😀 ".repeat(2)}\r\n${"x".repeat(BYTES_MAX)}\n${
    "y".repeat(BYTES_MAX + 1)
  }\nlast`;
  const bytes = new TextEncoder().encode(text);
  const wanted: InputLine[] = [
    { kind: "text", text: "first" },
    { kind: "text", text: "grün 😀 grün 😀 \r" },
    { kind: "text", text: "x".repeat(BYTES_MAX) },
    { kind: "too_long" },
    { kind: "text", text: "last" },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
      assert.deepEqual(await linesOf(cut(bytes, cuts)), wanted);
    }),
    { seed: 1, numRuns: 200 },
  );
  assert.deepEqual(await linesOf(Array.from(bytes, (byte) => Uint8Array.of(byte))), wanted);
});

Deno.test("a line that is no UTF-8 is said to be so, and the next one is read", async () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0x0a, 0xf0, 0x9f, 0x0a, 0x62, 0x0a);
  assert.deepEqual(await linesOf([bytes]), [
    { kind: "not_utf8" },
    { kind: "not_utf8" },
    { kind: "text", text: "b" },
  ]);
});
