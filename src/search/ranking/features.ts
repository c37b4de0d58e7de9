/** What speaks for a file as an answer to a query, as numbers from 0 to 1. */
import type { DocumentSymbol } from "../document.ts";
import { isChangelog, isData, isGenerated, isProse, isTest } from "./file_roles.ts";
import { coverOf, nameExact, pathFit, pathWords, scopeFit, tailFit } from "./path_features.ts";
import type { QueryPlan, QueryStatistics } from "./query_plan.ts";
import { symbolFeatures } from "./symbol_features.ts";
import { adjacentPairs, bestWindow, findTerms, type Window } from "./term_matches.ts";
import type { Features } from "./weights.ts";
import { weightedShare } from "./weighted_share.ts";
import { wordOrder } from "./word_order.ts";

/** A file that may be an answer. */
export interface Candidate {
  readonly path: string;
  readonly text: string;
  readonly symbols: readonly DocumentSymbol[];
  /** Of the full-text query, over that of its best file; 0 for a file that was found by something else. */
  readonly fullText: number;
}

/** A candidate's features, and where in its text the best lines begin. */
export interface Judged {
  readonly features: Features;
  /** In UTF-16 code units. */
  readonly offset: number;
  /** The line of the definition that the query names, counted from 1. */
  readonly definedAt: number | undefined;
}

/** Characters of the window that is looked for. */
const WINDOW_CHARS = 400;

/** Characters before it and behind it that are looked at for words that carry no meaning. */
const MARGIN_CHARS = 100;

/** Judges one candidate. */
export function judge(plan: QueryPlan, statistics: QueryStatistics, candidate: Candidate): Judged {
  const { path, text, symbols, fullText } = candidate;
  const { weights } = statistics;
  const lower = lowerOf(text);
  const { folders, stem, name } = pathWords(path);
  const inName = coverOf(plan.terms, weights, name);
  const inPath = coverOf(plan.terms, weights, [...folders, ...stem]);
  const matches = findTerms(text, lower, plan.terms);
  const window = bestWindow(matches.places, weights, WINDOW_CHARS);
  const symbol = symbolFeatures(plan, statistics, symbols);
  const literals = literalFeatures(plan, text, lower);
  const found = matches.quality.map((quality, index) =>
    Math.max(quality, PATH_QUALITY * (inPath.found[index] ?? 0))
  );
  return {
    offset: literals.offset ?? window.offset,
    definedAt: symbol.line,
    features: {
      fullText,
      nameCover: inName.cover,
      nameExact: nameExact(plan.names, name),
      pathCover: inPath.cover,
      pathFit: pathFit(plan.paths, path),
      pathTail: tailFit(plan.words, [...folders, ...stem]),
      scope: scopeFit(plan.scopes, path),
      symbolExact: symbol.exact,
      symbolRun: symbol.run,
      symbolCover: symbol.cover,
      symbolSum: symbol.sum,
      quoted: literals.quoted,
      literal: literals.exact,
      literalFolded: literals.folded,
      cover: weightedShare(found, weights),
      window: window.cover,
      adjacent: adjacentPairs(plan.terms, matches.places, text),
      order: orderAround(plan, lower, window),
      ...roleFeatures(plan, path),
    },
  };
}

/** Less of the query in a window is none of its wording: two files in three are not looked at for it. */
const WORDING_COVER_MIN = 0.4;

/** See {@linkcode wordOrder}, for the window and what stands beside it. */
function orderAround({ wording }: QueryPlan, lower: string, { offset, cover }: Window): number {
  if (wording === undefined || cover < WORDING_COVER_MIN) return 0;
  const to = Math.min(lower.length, offset + WINDOW_CHARS + MARGIN_CHARS);
  return wordOrder(wording, lower, Math.max(0, offset - MARGIN_CHARS), to);
}

/** What a word in the path counts beside the same word in the text. */
const PATH_QUALITY = 0.9;

const TEST_WORDS = /^(tests?|specs?|testing|bench\w*|examples?)$/;
const PROSE_WORDS = /^(docs?|readme|documentation|guide|changelog|md)$/;
const DATA_WORDS = /^(json|ya?ml|toml|config|lock|package|css|html|snap\w*|ci|workflows?)$/;
const CHANGELOG_WORDS = /^(changes|changelog|releases?|history|news)$/;

/** What a file is, and whether the query asks for that. */
function roleFeatures(
  plan: QueryPlan,
  path: string,
): Pick<Features, "typeAsked" | "roleAsked" | "test" | "prose" | "data" | "generated" | "changelog"> {
  const [test, prose, data] = [isTest(path), isProse(path), isData(path)];
  const asked = {
    test: asks(plan, TEST_WORDS),
    prose: asks(plan, PROSE_WORDS),
    data: asks(plan, DATA_WORDS),
  };
  const roles = { test, prose, data };
  return {
    typeAsked: plan.asked !== undefined && roles[plan.asked] ? 1 : 0,
    roleAsked: (test && asked.test) || (prose && asked.prose) || (data && asked.data) ? 1 : 0,
    test: test && !asked.test ? 1 : 0,
    prose: prose && !asked.prose ? 1 : 0,
    data: data && !asked.data ? 1 : 0,
    generated: isGenerated(path) ? 1 : 0,
    changelog: isChangelog(path) && !asks(plan, CHANGELOG_WORDS) ? 1 : 0,
  };
}

function asks(plan: QueryPlan, words: RegExp): boolean {
  return plan.words.some((word) => words.test(word));
}

/** A text in lower case and of the same length: `İ` has two code units there, and would move all that follows. */
function lowerOf(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

interface LiteralFeatures {
  /** How much of the query is quotations that stand there. */
  readonly quoted: number;
  /** Whether the whole query stands there, and whether it does without regard to case. */
  readonly exact: number;
  readonly folded: number;
  /** Where the longest of them stands. */
  readonly offset: number | undefined;
}

function literalFeatures(plan: QueryPlan, text: string, lower: string): LiteralFeatures {
  let [quoted, exact, folded] = [0, 0, 0];
  let offset: number | undefined;
  for (const { text: literal, folded: foldedLiteral, share, isQuoted } of plan.literals) {
    const anyCase = lower.indexOf(foldedLiteral);
    if (anyCase < 0) continue;
    const at = text.indexOf(literal);
    if (isQuoted) quoted += share * (at >= 0 ? 1 : 0.5);
    else [exact, folded] = [at >= 0 ? 1 : 0, 1];
    offset = at >= 0 ? at : anyCase;
  }
  return { quoted: Math.min(1, quoted), exact, folded, offset };
}
