/** Looks at a database file without changing it. */
import { DatabaseSync } from "node:sqlite";
import { lstat } from "../../launcher/file_looks.ts";

/** What stands at the path: nothing, a folder, a sound database, the reason why it is none, or why nobody can look. */
export type DatabaseState =
  | { readonly kind: "absent" }
  | { readonly kind: "folder" }
  /** `bytes`: with what SQLite has not yet put into the file itself. */
  | { readonly kind: "sound"; readonly bytes: number }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Asks SQLite itself (`PRAGMA quick_check`). */
export async function databaseState(path: string): Promise<DatabaseState> {
  try {
    const { size, isDirectory } = await Deno.stat(path);
    if (isDirectory) return { kind: "folder" };
    const database = await openToLook(path);
    try {
      const answer = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
      return answer === "ok"
        ? { kind: "sound", bytes: size + await walSize(path) }
        : { kind: "damaged", reason: String(answer) };
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "absent" };
    if (!(error instanceof Error)) throw error;
    // SQLite's own words for SQLITE_CORRUPT and SQLITE_NOTADB.
    const isDamaged = /malformed|not a database/.test(error.message);
    return { kind: isDamaged ? "damaged" : "unreadable", reason: error.message };
  }
}

/**
 * Whoever opens a database with a write-ahead log makes that log, and only who may write takes it away again. Where a log or a
 * journal stands there already, it stays as it is: to write would mean to put it into the database.
 */
async function openToLook(path: string): Promise<DatabaseSync> {
  const hasLog = await lstat(`${path}-wal`) ?? await lstat(`${path}-journal`);
  return new DatabaseSync(path, { readOnly: hasLog !== undefined });
}

/** The write-ahead log can be larger than the database, until it is put into it. */
async function walSize(path: string): Promise<number> {
  return (await lstat(`${path}-wal`))?.size ?? 0;
}

/** Bytes as a person reads them. */
export function mebibytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
