/** The lines of a file that show best why it fits a query. */

/** A few lines of a file. Lines count from 1. */
export interface Snippet {
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Lines of a snippet. */
export const SNIPPET_LINES = 5;

/** Longest line of a snippet, in UTF-16 code units. */
export const SNIPPET_LINE_CHARS_MAX = 400;

/**
 * The window of lines that holds the most of the terms (in lower case), and among those the most occurrences; the
 * file's first lines when none holds any.
 */
export function bestSnippet(text: string, terms: readonly string[]): Snippet {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  const found = lines.map((line) => {
    const lower = line.toLowerCase();
    return terms.flatMap((term, index) => lower.includes(term) ? [index] : []);
  });
  let [best, bestScore] = [0, 0];
  for (let start = 0; start < lines.length; start++) {
    if ((found[start] ?? []).length === 0) continue;
    const here = found.slice(start, start + SNIPPET_LINES).flat();
    const score = new Set(here).size * 100 + here.length;
    if (score > bestScore) [best, bestScore] = [start, score];
  }
  const shown = lines.slice(best, best + SNIPPET_LINES).map((line) => line.slice(0, SNIPPET_LINE_CHARS_MAX));
  return { text: shown.join("\n"), startLine: best + 1, endLine: best + shown.length };
}
