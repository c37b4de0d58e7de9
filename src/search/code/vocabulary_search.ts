/** Finds the index's tokens that a piece stands in. */
import type { Vocabulary } from "../index_reader.ts";
import type { FindTokens } from "./literal_narrowing.ts";

/** More than this narrow nothing. */
const TOKENS_MAX = 500;

/** Makes the search over one vocabulary. Pieces are of ASCII letters and digits, in lower case. */
export function tokenFinder(vocabulary: Vocabulary | undefined): FindTokens {
  if (vocabulary === undefined) return () => undefined;
  const { tokens } = vocabulary;
  return (piece, where) => {
    const found = new Set<string>();
    const asked = where === "end" ? `${piece}\n` : piece;
    for (let at = tokens.indexOf(asked); at >= 0; at = tokens.indexOf(asked, at + 1)) {
      const end = tokens.indexOf("\n", at);
      found.add(tokens.slice(tokens.lastIndexOf("\n", at) + 1, end < 0 ? tokens.length : end));
      if (found.size > TOKENS_MAX) return undefined;
    }
    // The last token of all has no newline after it.
    if (where === "end" && tokens.endsWith(piece)) found.add(tokens.slice(tokens.lastIndexOf("\n") + 1));
    return [...found];
  };
}
