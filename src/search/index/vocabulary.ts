/** All words of the index in one text, so that a piece of a word finds the words that hold it. */
import type { DatabaseSync } from "node:sqlite";

/** Words between which others have their turn. */
const WORDS_PER_SLICE = 5_000;

/**
 * Gathers the words, each on its line, as FTS5's tokenizer folds them. Words that come into the index
 * meanwhile may be missing.
 */
export function* gatherWords(database: DatabaseSync): Generator<undefined, string> {
  database.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.word USING fts5vocab(main, document, row)");
  const slice = database.prepare(
    "SELECT group_concat(term, char(10)) AS words, max(term) AS last " +
      "FROM (SELECT term FROM temp.word WHERE term > ? LIMIT ?)",
  );
  const parts: string[] = [];
  for (let last: unknown = ""; last !== null;) {
    const row = slice.get(String(last), WORDS_PER_SLICE);
    if (typeof row?.words === "string") parts.push(row.words);
    last = row?.last ?? null;
    yield undefined;
  }
  return parts.join("\n");
}
