/** What search is compared with: ripgrep over the files, and a plain full-text table over paths and texts. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { git } from "../support/temp_repo.ts";

/** Whether this machine has ripgrep. */
export async function hasRipgrep(): Promise<boolean> {
  try {
    return (await new Deno.Command("rg", { args: ["--version"], stdout: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Lists the files that hold any of the terms, or fit the expression. */
export async function ripgrep(root: string, asked: { terms: readonly string[] } | { regex: string }) {
  const patterns = "terms" in asked
    ? ["-i", "-F", ...asked.terms.flatMap((term) => ["-e", term])]
    : ["-e", asked.regex];
  await new Deno.Command("rg", { args: ["-l", ...patterns, root], stdout: "null", stderr: "null" }).output();
}

/** FTS5 as its documentation shows it. */
export class PlainFullText implements Disposable {
  readonly buildMs: number;
  readonly #database: DatabaseSync;
  readonly #match: StatementSync;

  private constructor(database: DatabaseSync, buildMs: number) {
    this.#database = database;
    this.buildMs = buildMs;
    this.#match = database.prepare("SELECT path FROM text WHERE text MATCH ? ORDER BY rank LIMIT 10");
  }

  /** @param file Where the database is made. */
  static async build(root: string, file: string): Promise<PlainFullText> {
    const paths = (await git(root, "ls-files", "-z")).split("\0").filter((path) => path !== "");
    const started = performance.now();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA journal_mode = OFF; CREATE VIRTUAL TABLE text USING fts5(path, body); BEGIN");
    const insert = database.prepare("INSERT INTO text (path, body) VALUES (?, ?)");
    const decoder = new TextDecoder();
    for (const path of paths) {
      const info = Deno.lstatSync(`${root}/${path}`);
      if (!info.isFile || info.size > 1024 * 1024) continue;
      insert.run(path, decoder.decode(Deno.readFileSync(`${root}/${path}`)));
    }
    database.exec("COMMIT");
    return new PlainFullText(database, performance.now() - started);
  }

  search(terms: readonly string[]): void {
    this.#match.all(terms.map((term) => `"${term}"`).join(" OR "));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
