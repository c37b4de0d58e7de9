/** What search asks of the index, answered from SQLite and from the app's memory. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { INDEXED_FILE_BYTES_MAX } from "../../core/limits.ts";
import { ToolError } from "../../core/errors.ts";
import { isFileSystemError } from "../../repo/fs_error.ts";
import type { RepoPath, RepoRoot } from "../../repo/root.ts";
import { searchableText } from "../decode.ts";
import type { DocumentSymbol } from "../document.ts";
import type {
  ColumnWeights,
  CurrentFile,
  FullTextHit,
  IndexedFile,
  IndexReader,
  InScope,
  SymbolHit,
} from "../index_reader.ts";
import { foldSymbol } from "../words.ts";
import { isCorrupt, openForReading } from "./index_file.ts";
import { readFacts } from "./index_store.ts";
import { decodeOutline, symbolKey } from "./outline_text.ts";
import { FileTable } from "./file_table.ts";
import type { IndexReport } from "./protocol.ts";
import { settlingMs, stampOf } from "./stamp.ts";
import { TextCache } from "./text_cache.ts";

/** What a reader is made of. */
export interface SqliteReaderParts {
  readonly root: RepoRoot;
  /** Absolute path of the index. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of a file that the index does not have as it is. */
  readonly onStale: (path: string) => void;
  /** Told that the index cannot be read. */
  readonly onBroken: (reason: string) => void;
  /** Files that were written and are not in the index yet. */
  readonly unindexed: () => readonly string[];
}

/** See {@linkcode IndexReader}. Without an index it finds nothing. */
export class SqliteReader implements IndexReader, Disposable {
  readonly #parts: SqliteReaderParts;
  readonly #table = new FileTable();
  readonly #texts = new TextCache();
  #database: DatabaseSync | undefined;
  #sql: ReturnType<typeof prepareAll> | undefined;
  /** Whether the table is to be read before it is used. */
  #isTableOld = false;
  #generation = 0;

  constructor(parts: SqliteReaderParts) {
    this.#parts = parts;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Whether there is an index to read. */
  get isOpen(): boolean {
    return this.#database !== undefined;
  }

  /** Opens the file that stands at the index's place now. */
  open(): void {
    this[Symbol.dispose]();
    this.#try(() => {
      this.#database = openForReading(this.#parts.path);
      this.#sql = prepareAll(this.#database);
    }, undefined);
    this.#isTableOld = true;
    this.#generation++;
  }

  /** Takes over what the indexer reports. */
  take({ changed, removed }: IndexReport): void {
    if (changed?.length === 0 && removed.length === 0) return;
    this.#generation++;
    if (changed === null) this.#isTableOld = true;
    else if (!this.#isTableOld) this.#table.change(changed, removed);
  }

  /** What may not be read any more is not to be found any more, before the indexer has forgotten it. */
  rulesChanged(): void {
    this.#generation++;
    this.#fresh().keep((path) => this.#parts.root.mayRead(path));
  }

  files(): readonly IndexedFile[] {
    return this.#fresh().sorted();
  }

  file(path: string): IndexedFile | undefined {
    return this.#fresh().get(path);
  }

  match(
    expression: string,
    { weights, limit, inScope }: { weights: ColumnWeights; limit: number; inScope?: InScope | undefined },
  ): readonly FullTextHit[] {
    const { name, path, definitions, headings, body } = weights;
    return this.#try(() => {
      // A scope is known to the caller alone: the best files are gone through until enough of them lie in it.
      const rowsMax = inScope === undefined ? limit : -1;
      const hits: FullTextHit[] = [];
      const table = this.#fresh();
      const rows = this.#sql?.match.iterate(name, path, definitions, headings, body, expression, rowsMax);
      for (const row of rows ?? []) {
        const hit = { path: String(row.path), score: -Number(row.score) };
        if (inScope?.(hit.path) === false || !table.has(hit.path)) continue;
        hits.push(hit);
        if (hits.length === limit) break;
      }
      return hits;
    }, []);
  }

  matching(expression: string, limit: number): readonly string[] {
    const table = this.#fresh();
    const found = () => (this.#sql?.matching.all(expression, limit) ?? []).map(({ path }) => String(path));
    return this.#try(() => found().filter((path) => table.has(path)), []);
  }

  documentFrequency(term: string): number {
    return this.#try(() => Number(this.#sql?.frequency.get(term)?.doc ?? 0), 0);
  }

  vocabulary(): undefined {
    return undefined;
  }

  symbolsNamed(folded: string, limit: number): readonly SymbolHit[] {
    return this.#try(() => {
      const hits: SymbolHit[] = [];
      for (const row of this.#sql?.named.iterate(symbolKey(folded)) ?? []) {
        const path = String(row.path);
        if (!this.#fresh().has(path)) continue;
        for (const symbol of decodeOutline(String(row.symbols))) {
          if (foldSymbol(symbol.name) === folded) hits.push({ ...symbol, path });
          if (hits.length === limit) return hits;
        }
      }
      return hits;
    }, []);
  }

  symbolsOf(path: string): readonly DocumentSymbol[] {
    if (!this.#fresh().has(path)) return [];
    return this.#try(() => decodeOutline(String(this.#sql?.outline.get(path)?.symbols ?? "")), []);
  }

  unindexed(): readonly string[] {
    return this.#parts.unindexed();
  }

  read(path: string): CurrentFile | undefined {
    const at = this.#locate(path);
    if (at?.info === undefined) return void this.#parts.onStale(path);
    const stamp = stampOf(at.info);
    const held = this.#fresh().holds(path, stamp);
    // Where there is no proof yet, the indexer looks again by itself.
    if (held === "no") this.#parts.onStale(path);
    const isNewer = held !== "yes";
    if (stamp.size > INDEXED_FILE_BYTES_MAX) return undefined;
    const known = this.#texts.get(path, stamp);
    if (known !== undefined) return { path, isNewer, ...known };
    const readAt = this.#parts.now();
    const bytes = readBytes(at.absolute);
    const text = bytes === undefined ? undefined : searchableText(bytes);
    if (bytes === undefined || text === undefined) return undefined;
    if (settlingMs(stamp, readAt) === 0) this.#texts.set(path, stamp, { text, bytes });
    return { path, text, bytes, isNewer };
  }

  [Symbol.dispose](): void {
    this.#database?.close();
    this.#database = undefined;
    this.#sql = undefined;
  }

  /** Undefined for what is no file of the root, or may not be read: a link may have taken its place. */
  #locate(path: string): RepoPath | undefined {
    try {
      const at = this.#parts.root.resolve(path);
      return at.realPath === path && at.info?.isFile === true ? at : undefined;
    } catch (error) {
      if (error instanceof ToolError) return undefined;
      throw error;
    }
  }

  #fresh(): FileTable {
    if (this.#isTableOld) {
      this.#isTableOld = false;
      this.#table.fill(
        this.#try(() => this.#database === undefined ? [] : [...readFacts(this.#database)], []),
      );
    }
    return this.#table;
  }

  /** What cannot be read is built anew; until then it finds nothing. */
  #try<Result>(action: () => Result, otherwise: Result): Result {
    try {
      return action();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this[Symbol.dispose]();
      this.#parts.onBroken(error.message);
      return otherwise;
    }
  }
}

function readBytes(absolute: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(absolute);
  } catch (error) {
    if (isFileSystemError(error)) return undefined;
    throw error;
  }
}

function prepareAll(database: DatabaseSync) {
  database.exec("CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, document, row)");
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    match: prepare(
      "SELECT file.path, bm25(document, ?, ?, ?, ?, ?) AS score FROM document JOIN file ON file.id = document.rowid " +
        "WHERE document MATCH ? ORDER BY score LIMIT ?",
    ),
    matching: prepare(
      "SELECT file.path FROM document JOIN file ON file.id = document.rowid WHERE document MATCH ? LIMIT ?",
    ),
    frequency: prepare("SELECT doc FROM temp.term WHERE term = ?"),
    named: prepare(
      "SELECT file.path, outline.symbols FROM symbol JOIN file ON file.id = symbol.file " +
        "JOIN outline ON outline.file = symbol.file WHERE symbol.key = ?",
    ),
    outline: prepare(
      "SELECT symbols FROM outline JOIN file ON file.id = outline.file WHERE file.path = ?",
    ),
  };
}
