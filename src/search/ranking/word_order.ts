/** How much of a query's wording stands in a stretch of text: its words in their order, with those that carry no meaning. */
import { isLetterOrDigit } from "./char_codes.ts";

/** Fewer words are no wording: what they are is seen by their names and neighbours. */
const WORDS_MIN = 5;

/** The words of a query by number, and which of them follow one another in it. */
export interface Wording {
  readonly numbers: ReadonlyMap<string, number>;
  /** Each pair of neighbours once, as {@linkcode pairOf} has it. */
  readonly pairs: ReadonlySet<number>;
}

/** The wording of a query's words, in lower case and in their order; undefined for so few that they have none. */
export function wordingOf(words: readonly string[]): Wording | undefined {
  if (words.length < WORDS_MIN) return undefined;
  const numbers = new Map([...new Set(words)].map((word, number) => [word, number]));
  const ordered = words.map((word) => numbers.get(word) ?? 0);
  const pairs = new Set(ordered.slice(1).map((number, at) => pairOf(ordered[at] ?? 0, number)));
  return { numbers, pairs };
}

/**
 * Pairs of neighbours of a query that follow one another in the text between two offsets, over all its pairs. One word
 * may stand between them: who asks does not quote. It runs for every candidate: it makes no objects but the words.
 *
 * @param lower A text in lower case.
 */
export function wordOrder({ numbers, pairs }: Wording, lower: string, from: number, to: number): number {
  const found = new Set<number>();
  const note = (first: number, second: number) => {
    const pair = pairOf(first, second);
    if (pairs.has(pair)) found.add(pair);
  };
  let [beforeLast, last, start] = [NONE, NONE, -1];
  for (let at = from; at <= to; at++) {
    if (at < to && isLetterOrDigit(lower.charCodeAt(at))) {
      if (start < 0) start = at;
      continue;
    }
    if (start < 0) continue;
    const number = numbers.get(lower.slice(start, at)) ?? NONE;
    start = -1;
    if (number !== NONE) {
      if (last !== NONE) note(last, number);
      if (beforeLast !== NONE) note(beforeLast, number);
    }
    [beforeLast, last] = [last, number];
  }
  return found.size / pairs.size;
}

/** A word that the query does not have. */
const NONE = -1;

/** Two words as one number. A query has fewer words than this. */
function pairOf(first: number, second: number): number {
  return first * 65_536 + second;
}
