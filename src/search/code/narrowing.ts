/** Which files have to be looked through for a string or an expression. */
import type { IndexReader } from "../index_reader.ts";
import { LONG_WORD_MARK } from "../long_words.ts";
import { expressionFor, expressionForAny } from "./literal_narrowing.ts";
import { parsePattern } from "./pattern_parser.ts";
import { requiredLiterals } from "./required_literals.ts";
import { requiredRuns, type Run, runExpression } from "./required_runs.ts";
import { tokenFinder, tokensWith } from "./vocabulary_search.ts";

/** More files than any index has. */
export const FILES_MAX = 10_000_000;

/** What has to stand in a file with a match. */
export interface Needed {
  /** Alternatives: of one of them all strings. Undefined when nothing is certain. */
  readonly strings: readonly (readonly string[])[] | undefined;
  /** All of these. */
  readonly runs: readonly Run[];
}

/** See {@linkcode Needed}. */
export function neededFor(
  mode: "literal" | "regex",
  text: string,
  options: { caseSensitive: boolean },
): Needed {
  if (mode === "literal") return { strings: [[text]], runs: [] };
  const parsed = parsePattern(text, options);
  const strings = requiredLiterals(text);
  const runs = parsed === undefined ? [] : requiredRuns(parsed.tree);
  return { strings, runs: runs.filter((run) => !isPartOf(run, strings)) };
}

/** Whether a run is that of a string which is needed in any case. */
function isPartOf(run: Run, strings: Needed["strings"]): boolean {
  const expression = runExpression(run);
  return strings?.every((all) => all.some((text) => text.toLowerCase().search(expression) >= 0)) ?? false;
}

/** The files that may have a match; undefined for all of them. Some may not. */
export function narrow(index: IndexReader, { strings, runs }: Needed): Iterable<string> | undefined {
  const vocabulary = index.vocabulary();
  const findTokens = tokenFinder(vocabulary);
  const alternatives = strings?.map((all) =>
    all.flatMap((text) => expressionFor(text, findTokens) ?? []).map((expression) => `(${expression})`)
      .join(" AND ")
  );
  const byStrings = alternatives === undefined || alternatives.includes("")
    ? []
    : [alternatives.join(" OR ")];
  const byRuns = runs.flatMap((run) => {
    const tokens = tokensWith(run, vocabulary);
    return tokens === undefined ? [] : expressionForAny(tokens);
  });
  const expressions = [...byStrings, ...byRuns];
  if (expressions.length === 0) return undefined;
  const all = expressions.map((one) => `(${one})`).join(" AND ");
  const found = index.matching(`(${all}) OR headings : ${LONG_WORD_MARK}`, FILES_MAX);
  return [...found, ...(vocabulary?.since ?? [])];
}
