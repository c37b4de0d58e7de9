/** Lines to a client that may read slowly: none is dropped, and whoever asks for more is held up instead. */
import { STREAM_BACKLOG_BYTES_MAX } from "../core/limits.ts";
import { type LineSink, waitAtMost, writeAll } from "../line_sink.ts";

const encoder = new TextEncoder();

/** Writes lines in order. */
export class LineOutput {
  /** Resolves when nobody reads any more. */
  readonly gone: Promise<void>;
  readonly #sink: LineSink;
  readonly #leave: () => void;
  #pending: string[] = [];
  #pendingChars = 0;
  #writing: Promise<void> | undefined;
  #isGone = false;

  constructor(sink: LineSink) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.#leave = resolve;
    this.#sink = sink;
  }

  /** Takes a line; returns at once. */
  write(line: string): void {
    if (this.#isGone) return;
    this.#pending.push(line);
    this.#pendingChars += line.length;
    this.#writing ??= this.#drain();
  }

  /** Waits until little enough is waiting to be read. */
  async room(): Promise<void> {
    while (this.#pendingChars > STREAM_BACKLOG_BYTES_MAX) await this.#writing;
  }

  /** Waits until everything is written, for at most `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    await waitAtMost(this.#writing, timeoutMs);
  }

  async #drain(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const lines = this.#pending;
        this.#pending = [];
        await writeAll(this.#sink, encoder.encode(`${lines.join("\n")}\n`));
        for (const line of lines) this.#pendingChars -= line.length;
      }
    } catch {
      // The reader has gone, and with it the use of what waits.
      this.#isGone = true;
      this.#pending = [];
      this.#pendingChars = 0;
      this.#leave();
    } finally {
      this.#writing = undefined;
    }
  }
}
