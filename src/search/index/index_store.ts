/** The index, for the one who writes it: files go in and out, and what is there is known without asking SQLite. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { SearchDocument } from "../document.ts";
import type { Language } from "../language.ts";
import { decodeOutline, encodeOutline, symbolKeys } from "./outline_text.ts";
import { type Held, isSameStamp, type Stamp } from "./stamp.ts";
import { gatherWords } from "./vocabulary.ts";

declare module "node:sqlite" {
  interface StatementSync {
    /** Rows come as arrays of their columns. The runtime has it, its types do not. */
    setReturnArrays(isEnabled: boolean): void;
  }
}

/** What the index knows of a file without its text. */
export interface FileFacts {
  readonly path: string;
  /** When it was read. */
  readonly stamp: Stamp;
  /** Whether a later change is sure to show in the stamp. */
  readonly isSettled: boolean;
  readonly language: Language | null;
  /** Whether its text is in the index, and not the path alone. */
  readonly hasText: boolean;
  /** Whether the stamp proves that the text is the file, byte for byte: nothing in it is masked. */
  readonly isPlain: boolean;
}

/** Facts of a file that the index holds. */
export interface IndexedFacts extends FileFacts {
  /** Counts up with every file that is taken in: tells what came later. */
  readonly sequence: number;
}

interface Entry {
  readonly id: number;
  readonly stamp: Stamp;
  readonly isSettled: boolean;
}

/** Rows that are read at once: one by one takes twice as long, and all of a large index would be in memory twice. */
const ROWS_AT_ONCE = 2_000;

/** Reads the facts of every file of an index. */
export function* readFacts(database: DatabaseSync): Generator<IndexedFacts & { readonly id: number }, void> {
  const select = database.prepare(
    // Every number as a float: an index that is not ours may hold integers that no number of the language is.
    "SELECT id + 0.0, path, size + 0.0, modified_at + 0.0, changed_at + 0.0, is_settled + 0.0, language, " +
      "has_text + 0.0, is_plain + 0.0, sequence + 0.0 FROM file WHERE id > ? ORDER BY id LIMIT ?",
  );
  // An object with ten names for each row would take three times as long.
  select.setReturnArrays(true);
  let lastId = -1;
  let isMore = true;
  while (isMore) {
    const after = lastId;
    const rows = select.all(after, ROWS_AT_ONCE) as unknown as SQLOutputValue[][];
    for (const row of rows) {
      const [id, path, size, modifiedAt, changedAt, isSettled, language, hasText, isPlain, sequence] = row;
      lastId = Number(id);
      yield {
        id: lastId,
        path: String(path),
        stamp: { size: Number(size), modifiedAt: Number(modifiedAt), changedAt: Number(changedAt) },
        isSettled: isSettled === 1,
        language: language as Language | null,
        hasText: hasText === 1,
        isPlain: isPlain === 1,
        sequence: Number(sequence),
      };
    }
    isMore = rows.length === ROWS_AT_ONCE && lastId > after;
  }
}

/** See the module. Changes can be read by others after {@linkcode commit}. */
export class IndexStore implements Disposable {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #entries = new Map<string, Entry>();
  #lastId = 0;
  #lastSequence = 0;
  #wordsSequence = 0;
  #isWriting = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepareAll(database);
    for (const { id, path, stamp, isSettled, sequence } of readFacts(database)) {
      this.#entries.set(path, { id, stamp, isSettled });
      this.#lastId = Math.max(this.#lastId, id);
      this.#lastSequence = Math.max(this.#lastSequence, sequence);
    }
    this.#wordsSequence = Number(this.#sql.wordsSequence.get()?.sequence ?? 0);
  }

  /** Files in the index. */
  get files(): number {
    return this.#entries.size;
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  paths(): IteratorObject<string> {
    return this.#entries.keys();
  }

  /** Whether the index holds the file as a stamp shows it: `perhaps` where the stamp is no proof yet. */
  holds(path: string, stamp: Stamp): Held {
    const entry = this.#entries.get(path);
    if (entry === undefined || !isSameStamp(entry.stamp, stamp)) return "no";
    return entry.isSettled ? "yes" : "perhaps";
  }

  /** Files that were taken in since the words were gathered. */
  get newerThanWords(): number {
    return this.#lastSequence - this.#wordsSequence;
  }

  /** The sequence of the last file whose words were gathered; 0 before they are. */
  get wordsSequence(): number {
    return this.#wordsSequence;
  }

  /**
   * Gathers all words anew, and keeps them. Files that are taken in meanwhile count as newer.
   *
   * @returns To be gone through to its end; others may have their turn in between.
   */
  *gatherWords(): Generator<undefined, void> {
    const sequence = this.#lastSequence;
    const words = yield* gatherWords(this.#database);
    this.#begin();
    this.#sql.removeWords.run();
    this.#sql.putWords.run(words, sequence);
    this.commit();
    this.#wordsSequence = sequence;
  }

  /** Takes a file in, in place of what the index had of it. */
  put(facts: FileFacts, { columns, symbols }: SearchDocument): IndexedFacts {
    this.#begin();
    const { path, stamp, isSettled, language, hasText, isPlain } = facts;
    const before = this.#entries.get(path);
    const id = before?.id ?? ++this.#lastId;
    if (before !== undefined) this.#clear(before);
    const { size, modifiedAt, changedAt } = stamp;
    const sequence = ++this.#lastSequence;
    const values = [
      path,
      size,
      modifiedAt,
      changedAt,
      Number(isSettled),
      language,
      Number(hasText),
      Number(isPlain),
      sequence,
      id,
    ];
    (before === undefined ? this.#sql.addFile : this.#sql.changeFile).run(...values);
    const { name, path: folders, definitions, headings, body } = columns;
    this.#sql.putDocument.run(id, name, folders, definitions, headings, body);
    if (symbols.length > 0) {
      this.#sql.putOutline.run(id, encodeOutline(symbols));
      for (const key of symbolKeys(symbols)) this.#sql.putSymbol.run(key, id);
    }
    this.#entries.set(path, { id, stamp, isSettled });
    return { ...facts, sequence };
  }

  /** Forgets a file. */
  remove(path: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#begin();
    this.#clear(entry);
    this.#sql.removeFile.run(entry.id);
    this.#entries.delete(path);
  }

  /** Lets readers see what has changed since the last time. */
  commit(): void {
    if (!this.#isWriting) return;
    this.#database.exec("COMMIT");
    this.#isWriting = false;
  }

  /** Gives back the space of the log beside the database, and memory, after much was written. */
  relax(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory");
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #begin(): void {
    if (this.#isWriting) return;
    this.#database.exec("BEGIN IMMEDIATE");
    this.#isWriting = true;
  }

  #clear({ id }: Entry): void {
    const outline = this.#sql.outline.get(id);
    if (outline !== undefined) {
      for (const key of symbolKeys(decodeOutline(String(outline.symbols)))) {
        this.#sql.removeSymbol.run(key, id);
      }
      this.#sql.removeOutline.run(id);
    }
    this.#sql.removeDocument.run(id);
  }
}

function prepareAll(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    // No upsert: it would open a savepoint, and at each of those FTS5 writes out what it has gathered (three times slower).
    addFile: prepare(
      "INSERT INTO file (path, size, modified_at, changed_at, is_settled, language, has_text, is_plain, sequence, id) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    changeFile: prepare(
      "UPDATE file SET path = ?, size = ?, modified_at = ?, changed_at = ?, is_settled = ?, language = ?, " +
        "has_text = ?, is_plain = ?, sequence = ? WHERE id = ?",
    ),
    putDocument: prepare(
      "INSERT INTO document (rowid, name, path, definitions, headings, body) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    putOutline: prepare("INSERT INTO outline (file, symbols) VALUES (?, ?)"),
    putSymbol: prepare("INSERT INTO symbol (key, file) VALUES (?, ?)"),
    outline: prepare("SELECT symbols FROM outline WHERE file = ?"),
    removeFile: prepare("DELETE FROM file WHERE id = ?"),
    removeDocument: prepare("DELETE FROM document WHERE rowid = ?"),
    removeOutline: prepare("DELETE FROM outline WHERE file = ?"),
    wordsSequence: prepare("SELECT sequence FROM vocabulary"),
    removeWords: prepare("DELETE FROM vocabulary"),
    putWords: prepare("INSERT INTO vocabulary (words, sequence) VALUES (?, ?)"),
    removeSymbol: prepare("DELETE FROM symbol WHERE key = ? AND file = ?"),
  };
}
