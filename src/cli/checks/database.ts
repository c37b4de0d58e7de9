/** Looks at a database file without changing it. */
import { DatabaseSync } from "node:sqlite";

/** What stands at the path: nothing, a sound database, the reason why it is none, or why nobody can look. */
export type DatabaseState =
  | { readonly kind: "absent" }
  | { readonly kind: "sound"; readonly bytes: number }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Asks SQLite itself (`PRAGMA quick_check`). */
export async function databaseState(path: string): Promise<DatabaseState> {
  try {
    const { size } = await Deno.stat(path);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const answer = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
      return answer === "ok" ? { kind: "sound", bytes: size } : { kind: "damaged", reason: String(answer) };
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

/** Bytes as a person reads them. */
export function mebibytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
