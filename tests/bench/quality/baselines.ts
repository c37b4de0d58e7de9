/** What the server's ranking is measured against: ripgrep with its files put in order by the words they hold, and plain FTS5. */
import type { DatabaseSync } from "node:sqlite";

/** Finds at most `limit` files for a query, best first. */
export type Finder = (query: string, limit: number) => readonly string[];

/** The words of a query as somebody would give them to grep. */
function wordsOf(query: string): string[] {
  return [...new Set(query.match(/[\p{L}\p{N}_]{2,}/gu) ?? [])].slice(0, 20);
}

/** `rg` for each word; files that hold more of the words come first, then those that hold them more often. */
export function ripgrep(root: string, texts: ReadonlyMap<string, string>): Finder {
  return (query, limit) => {
    const words = wordsOf(query);
    if (words.length === 0) return [];
    const args = [
      "-c",
      "-i",
      "-F",
      "--no-messages",
      "--null",
      "--hidden",
      "--glob",
      "!.git",
      "--sort",
      "none",
    ];
    const scores = new Map<string, { words: number; lines: number }>();
    for (const word of words) {
      const { stdout } = new Deno.Command("rg", { args: [...args, "-e", word, "."], cwd: root }).outputSync();
      for (const line of new TextDecoder().decode(stdout).split("\n")) {
        const [path = "", count = "0"] = line.split("\0");
        const at = path.replace(/^\.\//, "");
        if (!texts.has(at)) continue;
        const known = scores.get(at) ?? { words: 0, lines: 0 };
        scores.set(at, { words: known.words + 1, lines: known.lines + Number(count) });
      }
    }
    return [...scores].sort(([a, x], [b, y]) => y.words - x.words || y.lines - x.lines || (a < b ? -1 : 1))
      .slice(0, limit).map(([path]) => path);
  };
}

/** `bm25` over path and body, in one table without weights. */
export function plainFts5(db: DatabaseSync, texts: ReadonlyMap<string, string>): Finder {
  db.exec("CREATE VIRTUAL TABLE plain USING fts5(path, body, content='', tokenize='unicode61')");
  const paths = [...texts.keys()];
  const insert = db.prepare("INSERT INTO plain(rowid, path, body) VALUES (?, ?, ?)");
  db.exec("BEGIN");
  paths.forEach((path, index) => insert.run(index + 1, path, texts.get(path) ?? ""));
  db.exec("COMMIT");
  const match = db.prepare("SELECT rowid AS id FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT ?");
  return (query, limit) => {
    const words = wordsOf(query);
    if (words.length === 0) return [];
    const rows = match.all(words.map((word) => `"${word}"`).join(" OR "), limit);
    return rows.map(({ id }) => paths[Number(id) - 1] ?? "");
  };
}
