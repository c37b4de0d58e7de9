/** A private file to which lines are added, and which begins anew with what is still wanted when it has grown. */
import type { NewId } from "../../core/clock.ts";
import { JOURNAL_LOG_BYTES_MAX } from "../../core/limits.ts";
import { publish, stage } from "../atomic_write.ts";

/** Permission bits: names of files, and what a caller was told, are nobody else's to read. */
const FILE_MODE = 0o600;

/** A file of so many bytes should begin anew: well before it is longer than what is read of it. */
const LONG_BYTES = JOURNAL_LOG_BYTES_MAX / 2;

const encoder = new TextEncoder();

/** See the module. Its folder must exist. */
export class LineFile<Line> {
  readonly #path: string;
  readonly #newId: NewId;
  #bytes = 0;
  /** Ends when nothing is being written. One write at a time: a line must not go into a file that is being replaced. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: { path: string; newId: NewId }) {
    this.#path = parts.path;
    this.#newId = parts.newId;
  }

  /** Whether it should begin anew. */
  get isLong(): boolean {
    return this.#bytes > LONG_BYTES;
  }

  /** Its text; none where there is no file, or a link, or one that is too long. */
  async read(): Promise<string> {
    try {
      const info = await Deno.lstat(this.#path);
      return info.isFile && info.size <= JOURNAL_LOG_BYTES_MAX ? await Deno.readTextFile(this.#path) : "";
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  /** Begins anew. @param lines Asked when it is this write's turn. */
  begin(lines: () => readonly Line[]): Promise<void> {
    return this.#inTurn(async () => {
      const bytes = encoder.encode(lines().map(toLine).join(""));
      await publish(await stage(this.#path, bytes, { id: this.#newId(), mode: FILE_MODE }));
      this.#bytes = bytes.length;
    });
  }

  /** Adds a line of JSON; with `isDurable` it survives a power cut. */
  append(line: Line, { isDurable }: { isDurable: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      using file = await Deno.open(this.#path, { append: true });
      const bytes = encoder.encode(toLine(line));
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      if (isDurable) await file.sync();
      this.#bytes += bytes.length;
    });
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(write);
    // The next one does not fail because this one did.
    this.#writing = turn.catch(() => {});
    return turn;
  }
}

function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
