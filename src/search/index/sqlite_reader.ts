/** What search asks of the index, answered from SQLite and from the app's memory. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DocumentSymbol } from "../document.ts";
import type {
  ColumnWeights,
  CurrentFile,
  FullTextHit,
  IndexedFile,
  IndexReader,
  InScope,
  SymbolHit,
  Vocabulary,
} from "../index_reader.ts";
import { CurrentFiles, type CurrentFilesParts } from "./current_files.ts";
import { isCorrupt, openForReading } from "./index_file.ts";
import { readFacts } from "./index_store.ts";
import { decodeOutline, symbolKey, symbolsFoldedAs } from "./outline_text.ts";
import { FileTable } from "./file_table.ts";
import type { IndexReport } from "./protocol.ts";

/** Terms whose frequency is kept until the index changes. */
const FREQUENCIES_MAX = 10_000;

/** What a reader is made of. */
export interface SqliteReaderParts extends CurrentFilesParts {
  /** Absolute path of the index. */
  readonly path: string;
  /** Told that the index cannot be read. */
  readonly onBroken: (reason: string) => void;
  /** Files that were written and are not in the index yet. */
  readonly unindexed: () => readonly string[];
}

/** See {@linkcode IndexReader}. Without an index it finds nothing. */
export class SqliteReader implements IndexReader, Disposable {
  readonly #parts: SqliteReaderParts;
  readonly #table = new FileTable();
  readonly #current: CurrentFiles;
  #database: DatabaseSync | undefined;
  #sql: ReturnType<typeof prepareAll> | undefined;
  /** Whether the table is to be read before it is used. */
  #isTableOld = false;
  /** Whether the index may have files that may not be read: the rules have changed since it was opened. */
  #isToBeJudged = false;
  #generation = 0;
  readonly #frequencies = new Map<string, number>();
  /** The last file whose words were gathered; those words; files that came later. */
  #wordsSequence = 0;
  #words: string | undefined;
  #newer: readonly string[] | undefined;

  constructor(parts: SqliteReaderParts) {
    this.#parts = parts;
    this.#current = new CurrentFiles(parts);
  }

  get generation(): number {
    return this.#generation;
  }

  /** Whether there is an index to read. */
  get isOpen(): boolean {
    return this.#database !== undefined;
  }

  /** A search begins: what may have changed on disk since the last one is looked at anew. */
  begin(): void {
    this.#current.begin();
  }

  /** Opens the file that stands at the index's place now. */
  open(): void {
    this[Symbol.dispose]();
    this.#try(() => {
      this.#database = openForReading(this.#parts.path);
      this.#sql = prepareAll(this.#database);
    }, undefined);
    this.#isTableOld = true;
    this.#isOther();
  }

  /** Takes over what the indexer reports. */
  take({ changed, removed, wordsSequence }: IndexReport): void {
    if (wordsSequence !== this.#wordsSequence) {
      this.#wordsSequence = wordsSequence;
      this.#words = undefined;
      this.#newer = undefined;
    }
    if (changed?.length === 0 && removed.length === 0) return;
    this.#isOther();
    if (changed === null) this.#isTableOld = true;
    else if (!this.#isTableOld) this.#table.change(changed.filter(this.#isShown), removed);
  }

  /** What may not be read any more is not to be found any more, before the indexer has forgotten it. */
  rulesChanged(): void {
    this.#current.rulesChanged();
    this.#isOther();
    // What may be read again may be in the index still, and nobody would tell of it.
    this.#isTableOld = true;
    this.#isToBeJudged = true;
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
      const columns = [name, path, definitions, headings, body];
      // All at once takes less time, one by one may end early.
      const rows = rowsMax < 0
        ? this.#sql?.match.iterate(...columns, expression, rowsMax)
        : this.#sql?.match.all(...columns, expression, rowsMax);
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
    const known = this.#frequencies.get(term);
    if (known !== undefined) return known;
    const frequency = this.#try(() => Number(this.#sql?.frequency.get(term)?.doc ?? 0), 0);
    if (this.#frequencies.size < FREQUENCIES_MAX) this.#frequencies.set(term, frequency);
    return frequency;
  }

  vocabulary(): Vocabulary | undefined {
    if (this.#wordsSequence === 0) return undefined;
    this.#words ??= this.#try(() => String(this.#sql?.words.get()?.words ?? ""), "");
    this.#newer ??= this.#fresh().newerThan(this.#wordsSequence);
    return { tokens: this.#words, since: this.#newer };
  }

  symbolsNamed(folded: string, limit: number, inScope?: InScope): readonly SymbolHit[] {
    return this.#try(() => {
      const hits: SymbolHit[] = [];
      for (const row of this.#sql?.named.iterate(symbolKey(folded)) ?? []) {
        const path = String(row.path);
        if (!this.#fresh().has(path) || inScope?.(path) === false) continue;
        for (const symbol of symbolsFoldedAs(String(row.symbols), folded)) {
          hits.push({ ...symbol, path });
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

  symbolsHolding(
    paths: Iterable<string>,
    holding: readonly string[],
  ): Map<string, readonly DocumentSymbol[]> {
    const table = this.#fresh();
    const shown = JSON.stringify([...paths].filter((path) => table.has(path)));
    return this.#try(() => {
      const found = new Map<string, readonly DocumentSymbol[]>();
      for (const { path, symbols } of this.#sql?.outlines.iterate(shown) ?? []) {
        found.set(String(path), decodeOutline(String(symbols), holding));
      }
      return found;
    }, new Map());
  }

  unindexed(): readonly string[] {
    return this.#parts.unindexed();
  }

  exists(path: string): boolean {
    return this.#current.exists(path);
  }

  indexedBytes(path: string): Uint8Array | undefined {
    return this.#current.indexedBytes(path, this.#fresh());
  }

  read(path: string): CurrentFile | undefined {
    return this.#current.read(path, this.#fresh());
  }

  [Symbol.dispose](): void {
    this.#database?.close();
    this.#database = undefined;
    this.#sql = undefined;
  }

  /** What was derived from the index is to be derived anew. */
  #isOther(): void {
    this.#generation++;
    this.#newer = undefined;
    this.#frequencies.clear();
  }

  #fresh(): FileTable {
    if (this.#isTableOld) {
      this.#isTableOld = false;
      const facts = this.#try(() => this.#database === undefined ? [] : [...readFacts(this.#database)], []);
      this.#table.fill(facts.filter(this.#isShown));
    }
    return this.#table;
  }

  readonly #isShown = ({ path }: { path: string }): boolean =>
    !this.#isToBeJudged || this.#parts.root.mayRead(path);

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

function prepareAll(database: DatabaseSync) {
  database.exec("CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, document, row)");
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    // Paths are looked up for the best alone.
    match: prepare(
      "SELECT file.path, best.score FROM (SELECT rowid AS id, bm25(document, ?, ?, ?, ?, ?) AS score FROM document " +
        "WHERE document MATCH ? ORDER BY score LIMIT ?) AS best JOIN file ON file.id = best.id ORDER BY best.score",
    ),
    matching: prepare(
      "SELECT file.path FROM document JOIN file ON file.id = document.rowid WHERE document MATCH ? LIMIT ?",
    ),
    frequency: prepare("SELECT doc FROM temp.term WHERE term = ?"),
    words: prepare("SELECT words FROM vocabulary"),
    named: prepare(
      "SELECT file.path, outline.symbols FROM symbol JOIN file ON file.id = symbol.file " +
        "JOIN outline ON outline.file = symbol.file WHERE symbol.key = ?",
    ),
    outline: prepare(
      "SELECT symbols FROM outline JOIN file ON file.id = outline.file WHERE file.path = ?",
    ),
    outlines: prepare(
      "SELECT file.path, symbols FROM json_each(?) AS asked JOIN file ON file.path = asked.value " +
        "JOIN outline ON outline.file = file.id",
    ),
  };
}
