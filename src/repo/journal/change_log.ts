/** The log of changes on the disk. Lines are added at its end; when it has grown, it begins anew with what is still wanted. */
import type { NewId } from "../../core/clock.ts";
import { JOURNAL_LOG_BYTES_MAX } from "../../core/limits.ts";
import { publish, stage } from "../atomic_write.ts";
import { type LogLine, type LogState, readLog, writeLog } from "./record.ts";

/** Permission bits: names of files are nobody else's to read. */
const FILE_MODE = 0o600;

/** A log of so many bytes begins anew: well before it is longer than what is read of it. */
const LONG_BYTES = JOURNAL_LOG_BYTES_MAX / 2;

const encoder = new TextEncoder();

/** See the module. */
export class ChangeLog {
  readonly #path: string;
  readonly #newId: NewId;
  #bytes = 0;
  /** Ends when nothing is being written. One write at a time: a line must not go into a file that is being replaced. */
  #writing: Promise<unknown> = Promise.resolve();

  /** @param parts.folder That of the journal. */
  constructor(parts: { folder: string; newId: NewId }) {
    this.#path = `${parts.folder}/changes.jsonl`;
    this.#newId = parts.newId;
  }

  /** What it says. One that is a link, or too long, says nothing. */
  async read(): Promise<LogState> {
    try {
      const info = await Deno.lstat(this.#path);
      const isReadable = info.isFile && info.size <= JOURNAL_LOG_BYTES_MAX;
      return readLog(isReadable ? await Deno.readTextFile(this.#path) : "");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return readLog("");
      throw error;
    }
  }

  /** Begins anew. @param state Asked when it is this write's turn. */
  begin(state: () => LogState): Promise<void> {
    return this.#inTurn(async () => {
      const bytes = encoder.encode(writeLog(state()));
      await publish(await stage(this.#path, bytes, { id: this.#newId(), mode: FILE_MODE }));
      this.#bytes = bytes.length;
    });
  }

  /** Adds a line; with `isDurable` it survives a power cut. */
  append(line: LogLine, { isDurable }: { isDurable: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      using file = await Deno.open(this.#path, { append: true });
      const bytes = encoder.encode(`${JSON.stringify(line)}\n`);
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      if (isDurable) await file.sync();
      this.#bytes += bytes.length;
    });
  }

  /** Whether it should begin anew. */
  get isLong(): boolean {
    return this.#bytes > LONG_BYTES;
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(write);
    // The next one does not fail because this one did.
    this.#writing = turn.catch(() => {});
    return turn;
  }
}
