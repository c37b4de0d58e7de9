/** Where the words of a query stand in a text: whole, as an inflection, or as a part of a name. */
import { isDigit, isLetterOrDigit, isUpper } from "./char_codes.ts";
import type { Term } from "./query_plan.ts";

/** One place. */
export interface TermMatch {
  readonly offset: number;
  /** Which of the terms. */
  readonly term: number;
}

/** Where terms stand, and how well each is found. */
export interface TermMatches {
  /** Sorted by offset. */
  readonly places: readonly TermMatch[];
  /** For each term 1 when the word itself is found, less for an inflection, 0 when neither is. */
  readonly quality: readonly number[];
}

/** Places of one term that are looked at; more do not make a file better. */
const PLACES_MAX = 30;

/** Places where the letters stand, fitting or not. */
const LOOKS_MAX = 100;

/** How much an inflection is worth beside the word itself, and the word with digits after it. */
const INFLECTION = 0.7;
const BEFORE_DIGITS = 0.9;

/** Letters of the longest ending, and one more; and of the shortest stem that may have one of more than a letter. */
const ENDING_CHARS_MAX = 6;
const STEM_CHARS_MIN = 4;

/** Finds each term in a text. `lower` is the text in lower case, of the same length. */
export function findTerms(text: string, lower: string, terms: readonly Term[]): TermMatches {
  const places: TermMatch[] = [];
  const finder = new TermFinder(text, lower);
  const quality = terms.map((term, index) =>
    finder.find(term, (offset) => places.push({ offset, term: index }))
  );
  return { places: places.sort((a, b) => a.offset - b.offset), quality };
}

/** Looks for terms in one text. It runs some thousand times for each query: it makes no objects. */
class TermFinder {
  readonly #text: string;
  readonly #lower: string;

  constructor(text: string, lower: string) {
    this.#text = text;
    this.#lower = lower;
  }

  /** The best quality of a term, whose first places are told. */
  find(term: Term, onPlace: (offset: number) => void): number {
    const { stem } = term;
    let [best, found, looks] = [0, 0, 0];
    for (let at = this.#lower.indexOf(stem); at >= 0; at = this.#lower.indexOf(stem, at + stem.length)) {
      if (found === PLACES_MAX || ++looks > LOOKS_MAX) break;
      const fit = this.#fit(at, term);
      if (fit === 0) continue;
      onPlace(at);
      found++;
      if (fit > best) best = fit;
    }
    return best;
  }

  /** How well a term fits where its stem stands: it must begin a word, and end there or go on as an inflection does. */
  #fit(at: number, { word, stem }: Term): number {
    const lower = this.#lower;
    if (at > 0 && isLetterOrDigit(lower.charCodeAt(at - 1)) && !isUpper(this.#text.charCodeAt(at))) return 0;
    if (lower.startsWith(word, at)) {
      const end = at + word.length;
      const next = this.#text.charCodeAt(end);
      if (!isLetterOrDigit(lower.charCodeAt(end)) || isUpper(next)) return 1;
      if (isDigit(next)) return BEFORE_DIGITS;
    }
    const most = at + stem.length + ENDING_CHARS_MAX;
    let end = at + stem.length;
    while (end < most && isLetterOrDigit(lower.charCodeAt(end)) && !isUpper(this.#text.charCodeAt(end))) {
      end++;
    }
    return end < most && (stem.length >= STEM_CHARS_MIN || end - at <= stem.length + 1) ? INFLECTION : 0;
  }
}

/** A stretch of a text, and how much of the query stands in it. */
export interface Window {
  readonly offset: number;
  /** Weight of the terms in it, over that of all terms. */
  readonly cover: number;
}

/** The stretch of `chars` characters in which the most weight of terms stands, each counted once. */
export function bestWindow(places: readonly TermMatch[], weights: readonly number[], chars: number): Window {
  const counts = new Uint16Array(weights.length);
  let [best, bestOffset, sum, first] = [0, 0, 0, 0];
  for (const { offset, term } of places) {
    const before = counts[term] ?? 0;
    counts[term] = before + 1;
    if (before === 0) sum += weights[term] ?? 0;
    for (
      let place = places[first];
      place !== undefined && place.offset < offset - chars;
      place = places[++first]
    ) {
      const left = (counts[place.term] ?? 0) - 1;
      counts[place.term] = left;
      if (left === 0) sum -= weights[place.term] ?? 0;
    }
    if (sum > best + 1e-9) [best, bestOffset] = [sum, places[first]?.offset ?? 0];
  }
  const total = weights.reduce((a, b) => a + b, 0);
  return { offset: bestOffset, cover: total > 0 ? best / total : 0 };
}

/** Characters between two words that still stand side by side: an ending, and a short word that says nothing. */
const GAP_CHARS_MAX = 12;

/** Neighbours of the query that stand side by side somewhere in the text, over all pairs of neighbours. */
export function adjacentPairs(terms: readonly Term[], places: readonly TermMatch[], text: string): number {
  const pairs = terms.length - 1;
  if (pairs < 1) return 0;
  const found = new Set<number>();
  let previous: TermMatch | undefined;
  for (const place of places) {
    const isNext = previous !== undefined && place.term === previous.term + 1 &&
      isGap(text, previous.offset + (terms[previous.term]?.stem.length ?? 0), place.offset);
    if (isNext) found.add(place.term);
    previous = place;
  }
  return found.size / pairs;
}

/** Whether what lies between two words ends nothing: no statement, no block, no sentence. */
function isGap(text: string, from: number, to: number): boolean {
  if (to - from > GAP_CHARS_MAX) return false;
  for (let at = from; at < to; at++) {
    const char = text[at];
    if (char === ";" || char === "{" || char === "}" || (char === "." && at < to - 1)) return false;
  }
  return true;
}
