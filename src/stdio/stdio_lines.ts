/** Bytes from a client into lines, in bounded memory: a line that cannot be used is said to be so, and passed over. */

/** What a line was read as. */
export type InputLine =
  | { readonly kind: "text"; readonly text: string }
  /** Longer than allowed. The rest of it is passed over. */
  | { readonly kind: "too_long" }
  | { readonly kind: "not_utf8" };

const LINE_FEED = 0x0a;

/** Reads lines of at most `bytesMax` bytes. Empty ones are passed over; the last one needs no line break. */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
): AsyncGenerator<InputLine> {
  const line = new LineBuffer(bytesMax);
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      line.add(chunk.subarray(from, end));
      const input = line.take();
      if (input !== undefined) yield input;
      from = end + 1;
    }
    line.add(chunk.subarray(from));
  }
  const last = line.take();
  if (last !== undefined) yield last;
}

/** The line that is being read. */
class LineBuffer {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.#bytesMax) this.#chunks = [];
    else if (bytes.length > 0) this.#chunks.push(bytes);
  }

  /** The whole line; undefined for an empty one. Begins the next one. */
  take(): InputLine | undefined {
    const [chunks, size] = [this.#chunks, this.#size];
    this.#chunks = [];
    this.#size = 0;
    if (size > this.#bytesMax) return { kind: "too_long" };
    const text = decode(chunks, size);
    if (text === undefined) return { kind: "not_utf8" };
    return text.trim() === "" ? undefined : { kind: "text", text };
  }
}

function decode(chunks: readonly Uint8Array[], size: number): string | undefined {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
