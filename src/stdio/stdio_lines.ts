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

/** Room for a line at first; it is doubled when there is more. */
const FIRST_BYTES = 4 * 1024;

/** The line that is being read. Its bytes are copied: a client may write one at a time, each in a chunk of its own. */
class LineBuffer {
  readonly #bytesMax: number;
  #bytes = new Uint8Array(FIRST_BYTES);
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(bytes: Uint8Array): void {
    const before = this.#size;
    this.#size += bytes.length;
    // What is too long is counted, and not kept.
    if (this.#size > this.#bytesMax) return;
    if (this.#size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#size, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, before));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, before);
  }

  /** The whole line; undefined for an empty one. Begins the next one. */
  take(): InputLine | undefined {
    const [bytes, size] = [this.#bytes, this.#size];
    this.#size = 0;
    // The room that one long line took is not kept for all that follow.
    if (bytes.length > FIRST_BYTES) this.#bytes = new Uint8Array(FIRST_BYTES);
    if (size > this.#bytesMax) return { kind: "too_long" };
    if (size === 0) return undefined;
    const text = decode(bytes.subarray(0, size));
    if (text === undefined) return { kind: "not_utf8" };
    return text.trim() === "" ? undefined : { kind: "text", text };
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
