/** Lines to a stream that may be slow, full or gone: nobody waits for it, and nothing fails with it. */
import { LOG_QUEUE_BYTES_MAX } from "./core/limits.ts";
import { type LineSink, waitAtMost, writeAll } from "./line_sink.ts";

const encoder = new TextEncoder();

/** Writes lines in order. What the stream cannot take is dropped, and how much is said when it takes lines again. */
export class LineWriter {
  readonly #sink: LineSink;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #isGone = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Takes a line; returns at once. */
  write(line: string): void {
    if (this.#isGone) return;
    const bytes = encoder.encode(`${line}\n`);
    if (this.#pendingBytes + bytes.length > LOG_QUEUE_BYTES_MAX) {
      this.#dropped++;
      return;
    }
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#writing ??= this.#drain();
  }

  /** Waits until everything is written, or nobody reads it any more. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** The same, for at most `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    await waitAtMost(this.#writing, timeoutMs);
  }

  async #drain(): Promise<void> {
    try {
      while (this.#pending.length > 0) await writeAll(this.#sink, this.#takeBatch());
    } catch {
      // The reader has gone. There is nobody left to tell.
      this.#isGone = true;
    } finally {
      this.#writing = undefined;
    }
  }

  /** Everything that waits, as one write: a line costs less the more of them there are. */
  #takeBatch(): Uint8Array {
    const batch = this.#pending;
    if (this.#dropped > 0) {
      batch.push(encoder.encode(`${JSON.stringify({ msg: "dropped", lines: this.#dropped })}\n`));
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#dropped = 0;
    const size = batch.reduce((sum, bytes) => sum + bytes.length, 0);
    const joined = new Uint8Array(size);
    let at = 0;
    for (const bytes of batch) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    return joined;
  }
}
