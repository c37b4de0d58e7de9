/** The file of the index: opened when it is what it should be, made anew when it is not, and never somebody else's. */
import { DatabaseSync } from "node:sqlite";
import { isOwnName } from "../../core/own_files.ts";
import { kindOf } from "../../repo/kind_of.ts";
import { lstat } from "../../repo/real_folders.ts";
import { APPLICATION_ID, createTables, foreignReason } from "./schema.ts";

/** What SQLite calls the files beside a database. */
export const DATABASE_SUFFIXES = ["-wal", "-shm", "-journal"] as const;

/** Memory for pages, in KiB. */
const CACHE_KIB = 16 * 1024;

/** How long a lock of the other connection is waited for: only the first and the last moment of a WAL have one. */
const BUSY_TIMEOUT_MS = 1_000;

/** The file that was configured for the index holds something else. */
export class IndexPlaceError extends Error {
  override readonly name = "IndexPlaceError";
}

/** An open index. */
export interface OpenIndex {
  readonly database: DatabaseSync;
  /** Why what stood there was not used; undefined when it was, and when nothing stood there. */
  readonly discardedBecause: string | undefined;
}

/**
 * Opens the index of `root` for writing.
 *
 * @param path Absolute path of its file.
 * @throws {IndexPlaceError} When something else stands there that was not made by this server, and what SQLite and the
 * file system say.
 */
export function openIndex(path: string, root: string): OpenIndex {
  const info = lstat(path);
  if (info === undefined || (info.isFile && info.size === 0)) {
    return createIndex(path, { root, discardedBecause: undefined });
  }
  const found = info.isFile ? openIfUsable(path, root) : `it is ${kindOf(info)}`;
  if (typeof found !== "string") return { database: found, discardedBecause: undefined };
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (info.isDirectory || !isOwnName(name) && !bearsOurMark(path)) {
    throw new IndexPlaceError(`Cannot use ${name} for the index: ${found}; remove it, or name another file`);
  }
  removeIndex(path);
  return createIndex(path, { root, discardedBecause: found });
}

/** Removes the file of the index and those beside it. */
export function removeIndex(path: string): void {
  for (const suffix of ["", ...DATABASE_SUFFIXES]) removeFile(path + suffix);
}

/** Opens the index for reading, next to the process's writer. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  database.exec(`PRAGMA trusted_schema = OFF; PRAGMA cache_size = -${CACHE_KIB};`);
  return database;
}

/** What SQLite says of a file that is damaged, is no database, or has rows that contradict each other. */
const CORRUPT =
  /malformed|not a database|disk image|disk I\/O error|no such table|vtable constructor failed|fts5: corrupt|constraint failed/;

/** Whether SQLite says that the file is not what this server wrote. */
export function isCorrupt(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR" &&
    CORRUPT.test(error.message);
}

/** The database, or why it is not usable. */
function openIfUsable(path: string, root: string): DatabaseSync | string {
  removeStrange(path);
  let database: DatabaseSync | undefined;
  try {
    database = openForWriting(path);
    using fresh = new DatabaseSync(":memory:");
    createTables(fresh, root);
    const reason = foreignReason(database, { root, fresh });
    if (reason === undefined) return database;
    database.close();
    return reason;
  } catch (error) {
    database?.close();
    if (isCorrupt(error)) return `it is damaged (${error.message})`;
    throw error;
  }
}

/**
 * Removes what the repository may have put beside an index: SQLite opens no link, and would play back a rollback journal,
 * which an index with a WAL never has, over its pages, and delete whatever file it names as its super-journal (file
 * format, 3).
 */
function removeStrange(path: string): void {
  for (const suffix of DATABASE_SUFFIXES) {
    const info = lstat(path + suffix);
    if (info !== undefined && (suffix === "-journal" || !info.isFile)) removeFile(path + suffix);
  }
}

function createIndex(
  path: string,
  { root, discardedBecause }: { root: string; discardedBecause: string | undefined },
): OpenIndex {
  // What a crash, or the repository, left beside a database that is not there would be taken for a part of the new one.
  for (const suffix of DATABASE_SUFFIXES) removeFile(path + suffix);
  // It holds the words of files that others may not be allowed to read.
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  const database = openForWriting(path);
  createTables(database, root);
  return { database, discardedBecause };
}

function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  // The index can be built again: losing its last moments with the power is no loss, a torn file would be.
  database.exec(
    "PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; " +
      `PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -${CACHE_KIB};`,
  );
  return database;
}

/** Whether the header of a database file (SQLite file format, 1.3) says that this server made it. */
function bearsOurMark(path: string): boolean {
  if (lstat(path)?.isFile !== true) return false;
  const header = new Uint8Array(100);
  using file = Deno.openSync(path, { read: true });
  if (file.readSync(header) !== header.length) return false;
  const isDatabase = new TextDecoder().decode(header.subarray(0, 16)) === "SQLite format 3\0";
  return isDatabase && new DataView(header.buffer).getUint32(68) === APPLICATION_ID;
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
