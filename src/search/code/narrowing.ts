/** Which files have to be looked through for a string or an expression. */
import type { IndexReader } from "../index_reader.ts";
import { expressionFor } from "./literal_narrowing.ts";
import { requiredLiterals } from "./required_literals.ts";
import { tokenFinder } from "./vocabulary_search.ts";

/** More files than any index has. */
const FILES_MAX = 10_000_000;

/**
 * The strings that have to stand in a file, as alternatives: in each alternative all of them. Undefined when nothing is
 * certain.
 */
export function requiredStrings(
  mode: "literal" | "regex",
  text: string,
): readonly (readonly string[])[] | undefined {
  return mode === "literal" ? [[text]] : requiredLiterals(text);
}

/** The files that may have a match; undefined for all of them. Some may not. */
export function narrow(
  index: IndexReader,
  required: readonly (readonly string[])[] | undefined,
): Iterable<string> | undefined {
  const vocabulary = index.vocabulary();
  const findTokens = tokenFinder(vocabulary);
  const alternatives = required?.map((strings) =>
    strings.flatMap((text) => expressionFor(text, findTokens) ?? []).map((expression) => `(${expression})`)
      .join(" AND ")
  );
  if (alternatives === undefined || alternatives.includes("")) return undefined;
  const found = index.matching(alternatives.join(" OR "), FILES_MAX);
  return [...found, ...(vocabulary?.since ?? [])];
}
