/** What a query asks for: the strings to look for, without the words that carry no meaning. */
import { QUERY_CHARS_MAX } from "../core/limits.ts";

/** A query, taken apart. */
export interface Query {
  /** In lower case, each once, longest first. Never empty, unless the query has nothing but white space. */
  readonly terms: readonly string[];
  /** The whole query in lower case, for a path or a phrase that stands somewhere as it is. */
  readonly phrase: string;
}

/** Most terms of one query that are looked for. */
const TERMS_MAX = 12;

/** Words of a question that stand in every file. */
const STOP_WORDS = new Set(
  ("a an and are as at be by can do does for from has have how i in is it its me of on or show tell that the their this " +
    "to was what when where which who why will with you").split(" "),
);

/** Takes a query apart: `"quoted strings"` stay whole, the rest is split at white space and loose punctuation. */
export function parseQuery(text: string): Query {
  const query = text.slice(0, QUERY_CHARS_MAX).toLowerCase().trim();
  const quoted = Array.from(query.matchAll(/"([^"\n]{2,})"/g), (match) => match[1] ?? "");
  const words = query.replace(/"[^"\n]{2,}"/g, " ").split(/\s+/).map(trimPunctuation).filter((word) =>
    word !== ""
  );
  const meaningful = words.filter((word) => !STOP_WORDS.has(word));
  const chosen = quoted.length + meaningful.length > 0 ? [...quoted, ...meaningful] : words;
  const terms = [...new Set(chosen)].sort((a, b) => b.length - a.length).slice(0, TERMS_MAX);
  return { terms: terms.length > 0 ? terms : [query].filter((whole) => whole !== ""), phrase: query };
}

function trimPunctuation(word: string): string {
  return word.replace(/^[([{<"'`,;:!?]+/, "").replace(/[)\]}>"'`,;:!?.]+$/, "");
}
