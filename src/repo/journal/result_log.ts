/** The results of calls that must not happen twice, beside the journal: a client may ask again after a restart. */
import type { NewId } from "../../core/clock.ts";
import { JOURNAL_LOG_BYTES_MAX } from "../../core/limits.ts";
import { publish, stage } from "../atomic_write.ts";
import { makePrivateFolder } from "./images.ts";

/** A call that was made. */
export interface LoggedResult {
  /** SHA-256 of whose key it was, for which tool, and the key. */
  readonly name: string;
  /** SHA-256 of the arguments. */
  readonly args: string;
  readonly result: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Permission bits: what a caller was told is nobody else's to read. */
const FILE_MODE = 0o600;

/** The last results of one root. */
export class ResultLog {
  readonly #folder: string;
  readonly #newId: NewId;

  /** @param parts.folder That of the journal. */
  constructor(parts: { folder: string; newId: NewId }) {
    this.#folder = parts.folder;
    this.#newId = parts.newId;
  }

  /** Everything that was logged, oldest first; nothing where there is no log, or none that can be read. */
  async load(): Promise<LoggedResult[]> {
    try {
      const info = await Deno.lstat(this.#path);
      if (!info.isFile || info.size > JOURNAL_LOG_BYTES_MAX) return [];
      return (await Deno.readTextFile(this.#path)).split("\n").flatMap(readLine);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Begins anew with what is still wanted. */
  async rewrite(results: readonly LoggedResult[]): Promise<void> {
    await makePrivateFolder(this.#folder);
    const text = results.map((result) => `${JSON.stringify(result)}\n`).join("");
    await publish(
      await stage(this.#path, new TextEncoder().encode(text), { id: this.#newId(), mode: FILE_MODE }),
    );
  }

  /** Adds one. */
  async append(result: LoggedResult): Promise<void> {
    using file = await Deno.open(this.#path, { append: true });
    const bytes = new TextEncoder().encode(`${JSON.stringify(result)}\n`);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  }

  get #path(): string {
    return `${this.#folder}/results.jsonl`;
  }
}

function readLine(line: string): LoggedResult[] {
  if (line === "") return [];
  try {
    const { name, args, result, at } = JSON.parse(line) ?? {};
    const isWhole = typeof name === "string" && typeof args === "string" && result !== undefined &&
      Number.isFinite(at);
    return isWhole ? [{ name, args, result, at }] : [];
  } catch (error) {
    // The last line may be torn.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
