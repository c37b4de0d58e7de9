/** The files that may be answers to a query, from every side that the index can be asked from. */
import type { ColumnWeights, IndexReader, InScope } from "../index_reader.ts";
import { pathFit } from "./path_features.ts";
import { pathsHolding } from "./path_text.ts";
import type { QueryPlan, QueryStatistics } from "./query_plan.ts";

/** How much a match counts in each column. */
const COLUMN_WEIGHTS: ColumnWeights = { name: 5, path: 2, definitions: 5, headings: 2, body: 1 };

/** Files of the full-text query that are read again. */
const FULL_TEXT_MAX = 60;

/** Those after the best that score less than a share of what the best one does: an answer has not been among them. */
const FULL_TEXT_SURE = 20;
const FULL_TEXT_SHARE_MIN = 0.3;

/** Most of them where the query as a whole spells a definition: there is little left to find. */
const NAMED_FULL_TEXT_MAX = 20;

/** Files that each quoted or whole phrase adds. */
const PHRASE_MAX = 40;

/** Files that the paths add, and those of which they are chosen for each piece. */
const PATHS_MAX = 30;
const HELD_MAX = 2_000;

/** Definitions of one name that are counted, and files that a name may be defined in and still lead to them. */
const DEFINERS_MAX = 200;
const DEFINERS_ADDED_MAX = 20;

/**
 * Rows that the full-text query may go through, each for a microsecond. The rarest token is asked for in any case, and so
 * is the next one, unless it stands in more than this share of the files.
 */
const ROWS_MAX = 5_000;
const COMMON_SHARE_MIN = 0.15;

/** Words of a phrase. A longer one is found by its words. */
const PHRASE_WORDS_MAX = 20;

/** Candidates by path, with the full-text score of each over that of the best; and what is known of the query. */
export interface Candidates {
  readonly fullText: ReadonlyMap<string, number>;
  readonly statistics: QueryStatistics;
}

/** Asks the index. `extra` are files that were found without it. */
export function findCandidates(
  index: IndexReader,
  plan: QueryPlan,
  { inScope, extra }: { inScope?: InScope | undefined; extra: readonly string[] },
): Candidates {
  const total = Math.max(1, index.files().length);
  const frequencies = plan.terms.map(({ word }) => frequencyOf(index, word));
  const names = plan.names.map(({ folded }) => ({ token: folded, files: frequencyOf(index, folded) }))
    .filter(({ files }) => files > 0);
  const { definers, paths: defining } = findDefiners(index, names);
  const chosen = chooseTokens([
    ...plan.terms.map(({ word }, at) => ({ token: word, files: frequencies[at] ?? 0 })),
    ...names,
  ], total);
  const isNamed = plan.names.some(({ folded, share }) => share === 1 && definers.has(folded));
  const found = new Map<string, number>();
  if (chosen.length > 0) {
    const expression = chosen.map(quote).join(" OR ");
    const hits = index.match(expression, {
      weights: COLUMN_WEIGHTS,
      limit: isNamed ? NAMED_FULL_TEXT_MAX : FULL_TEXT_MAX,
      inScope,
    });
    const best = hits[0]?.score ?? 1;
    for (const [at, { path, score }] of hits.entries()) {
      if (at >= FULL_TEXT_SURE && score / best < FULL_TEXT_SHARE_MIN) break;
      found.set(path, score / best);
    }
  }
  const others = [...findPhrases(index, plan), ...defining, ...findPaths(index, plan), ...extra];
  for (const path of others) if (!found.has(path) && inScope?.(path) !== false) found.set(path, 0);
  return { fullText: found, statistics: { weights: rarities(frequencies, total), definers } };
}

/** Beyond ASCII the index folds more than case (`ü` is `u` there): such a word is asked for, found or not. */
function frequencyOf(index: IndexReader, word: string): number {
  return index.documentFrequency(word) || (isAscii(word) ? 0 : 1);
}

function isAscii(word: string): boolean {
  return !/[\u0080-\uffff]/.test(word);
}

/** A token, and in how many files it stands. */
interface Token {
  readonly token: string;
  readonly files: number;
}

/**
 * The tokens that are asked for: the rarest, as long as the files that the query has to go through are few. What is in
 * many files finds nothing in particular, and costs the most; it counts all the same when a file is judged.
 */
function chooseTokens(tokens: readonly Token[], total: number): string[] {
  const unique = [...new Map(tokens.map((token) => [token.token, token])).values()].filter(({ files }) =>
    files > 0
  );
  const sorted = unique.sort((a, b) => a.files - b.files);
  let rows = 0;
  const chosen = sorted.filter(({ files }, at) => {
    rows += files;
    return at === 0 || rows <= ROWS_MAX || (at === 1 && files <= COMMON_SHARE_MIN * total);
  });
  return chosen.map(({ token }) => token);
}

/** One token of the index as a string of FTS5's syntax, in which a double quote is doubled. */
function quote(token: string): string {
  return `"${token.replaceAll('"', '""')}"`;
}

/** Inverse document frequencies, over the greatest. */
function rarities(frequencies: readonly number[], total: number): number[] {
  const rarity = frequencies.map((files) => Math.log(1 + total / (1 + files)));
  const rarest = Math.max(...rarity, Number.EPSILON);
  return rarity.map((value) => value / rarest);
}

function findDefiners(
  index: IndexReader,
  names: readonly Token[],
): { definers: Map<string, number>; paths: Set<string> } {
  const definers = new Map<string, number>();
  const paths = new Set<string>();
  for (const { token: folded } of names) {
    const files = new Set(index.symbolsNamed(folded, DEFINERS_MAX).map(({ path }) => path));
    if (files.size === 0) continue;
    definers.set(folded, files.size);
    if (files.size <= DEFINERS_ADDED_MAX) { for (const path of files) paths.add(path); }
  }
  return { definers, paths };
}

/** Files in which the query, or what it quotes, stands side by side. In no order: they are judged anyway. */
function findPhrases(index: IndexReader, plan: QueryPlan): string[] {
  return plan.literals.flatMap(({ text }) => {
    const tokens = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    return tokens.length < 2 || tokens.length > PHRASE_WORDS_MAX
      ? []
      : index.matching(quote(tokens.join(" ")), PHRASE_MAX);
  });
}

function findPaths(index: IndexReader, plan: QueryPlan): string[] {
  const held = new Set(plan.paths.flatMap((piece) => pathsHolding(index.files(), piece, HELD_MAX)));
  return Array.from(held, (path) => ({ path, fit: pathFit(plan.paths, path) }))
    .sort((a, b) => b.fit - a.fit || a.path.length - b.path.length).slice(0, PATHS_MAX).map(({ path }) =>
      path
    );
}
