/** One SQLite database: how it is opened, its statements, and one transaction at a time. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { ToolError } from "../../core/errors.ts";
import { DATABASE_BUSY_MS } from "../../core/release_limits.ts";
import { removeForeignJournal } from "./foreign_journal.ts";

/** What a statement is given; what is undefined is stored as NULL. */
export type Parameters = Readonly<Record<string, string | number | null | undefined>>;

/** A statement that was prepared once. */
export class Statement<Row = never> {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  get(parameters: Parameters = {}): Row | undefined {
    return guard(() => this.#statement.get(bindings(parameters))) as Row | undefined;
  }

  all(parameters: Parameters = {}): Row[] {
    return guard(() => this.#statement.all(bindings(parameters))) as Row[];
  }

  /** Rows one by one. Nothing else may use the statement until the last of them. */
  *each(parameters: Parameters = {}): Generator<Row> {
    for (const row of this.#statement.iterate(bindings(parameters))) yield row as Row;
  }

  /** @returns How many rows were changed. */
  run(parameters: Parameters = {}): number {
    return Number(guard(() => this.#statement.run(bindings(parameters))).changes);
  }
}

/** SQLite's name for a database that is in no file. */
const IN_MEMORY = ":memory:";

/** Who asked for what is nobody else's to read; SQLite gives the files beside it the same mode. One that is there keeps its own. */
function createPrivately(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** See the module. */
export class Database {
  readonly #db: DatabaseSync;
  #inTransaction = false;

  /**
   * Opens a database, and makes it where there is none.
   *
   * @param path A file, or `:memory:`.
   */
  constructor(path: string) {
    if (path !== IN_MEMORY) {
      removeForeignJournal(path);
      createPrivately(path);
    }
    this.#db = new DatabaseSync(path, { timeout: DATABASE_BUSY_MS });
    // A commit is on the disk before it is acknowledged, so a power cut takes nothing back.
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  }

  /** Prepares a statement. */
  prepare<Row = never>(sql: string): Statement<Row> {
    return new Statement<Row>(this.#db.prepare(sql));
  }

  /** Runs statements that are not worth preparing. */
  exec(sql: string): void {
    guard(() => this.#db.exec(sql));
  }

  /** All of `work`, or nothing of it. It is not asynchronous, so nothing else comes between. */
  transaction<Result>(work: () => Result): Result {
    if (this.#inTransaction) throw new Error("A transaction is in progress");
    guard(() => this.#db.exec("BEGIN IMMEDIATE"));
    this.#inTransaction = true;
    try {
      const result = work();
      guard(() => this.#db.exec("COMMIT"));
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  close(): void {
    this.#db.close();
  }
}

function bindings(parameters: Parameters): Record<string, SQLInputValue> {
  const bound: Record<string, SQLInputValue> = {};
  for (const [name, value] of Object.entries(parameters)) bound[name] = value ?? null;
  return bound;
}

/** Primary result codes (https://sqlite.org/rescode.html) that an operator can do something about. */
const FAILURES: ReadonlyMap<number, readonly ["busy" | "unavailable", string]> = new Map([
  [5, ["busy", "another process holds the database; try again"]],
  [8, ["unavailable", "the database cannot be written to; look at the rights of its file and folder"]],
  [10, ["unavailable", "the disk failed to read or write the database"]],
  [13, ["unavailable", "the disk is full"]],
]);

function guard<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = (error as { errcode?: unknown }).errcode;
    const failure = typeof code === "number" ? FAILURES.get(code & 0xff) : undefined;
    if (failure === undefined) throw error;
    throw new ToolError(failure[0], `Cannot keep this: ${failure[1]}`);
  }
}
