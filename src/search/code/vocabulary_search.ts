/** Finds the index's tokens that a piece stands in. */
import type { Vocabulary } from "../index_reader.ts";
import type { FindTokens } from "./literal_narrowing.ts";
import { type Run, runExpression } from "./required_runs.ts";

/** More than this narrow nothing. */
const TOKENS_MAX = 500;

/** The words in which a run stands; undefined when there are too many, or they are not known. */
export function tokensWith(run: Run, vocabulary: Vocabulary | undefined): readonly string[] | undefined {
  if (vocabulary === undefined) return undefined;
  const { tokens } = vocabulary;
  const found: string[] = [];
  const regex = runExpression(run);
  for (let match = regex.exec(tokens); match !== null; match = regex.exec(tokens)) {
    const end = tokens.indexOf("\n", match.index);
    const to = end < 0 ? tokens.length : end;
    found.push(tokens.slice(tokens.lastIndexOf("\n", match.index) + 1, to));
    if (found.length > TOKENS_MAX) return undefined;
    regex.lastIndex = to;
  }
  return found;
}

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
