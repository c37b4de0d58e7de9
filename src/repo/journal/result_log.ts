/** The results of calls that must not happen twice, beside the journal: a client may ask again after a restart. */
import type { NewId } from "../../core/clock.ts";
import { makePrivateFolder } from "./images.ts";
import { LineFile } from "./line_file.ts";

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

/** The last results of one root. */
export class ResultLog {
  readonly #folder: string;
  readonly #file: LineFile<LoggedResult>;

  /** @param parts.folder That of the journal. */
  constructor(parts: { folder: string; newId: NewId }) {
    this.#folder = parts.folder;
    this.#file = new LineFile<LoggedResult>({ path: `${parts.folder}/results.jsonl`, newId: parts.newId });
  }

  /** Everything that was logged, oldest first; nothing where there is no log, or none that can be read. */
  async load(): Promise<LoggedResult[]> {
    return (await this.#file.read()).split("\n").flatMap(readLine);
  }

  /** Begins anew. @param results What is still wanted, oldest first; asked when it is this write's turn. */
  async begin(results: () => readonly LoggedResult[]): Promise<void> {
    await makePrivateFolder(this.#folder);
    await this.#file.begin(results);
  }

  /** Adds one. */
  append(result: LoggedResult): Promise<void> {
    return this.#file.append(result, { isDurable: false });
  }

  /** Whether it should begin anew. */
  get isLong(): boolean {
    return this.#file.isLong;
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
