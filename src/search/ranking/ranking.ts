/** Puts the files that may be answers to a query in order, by what their text, name and symbols say. */
import { toDocument } from "../document.ts";
import type { CurrentFile, IndexReader, InScope } from "../index_reader.ts";
import { findCandidates } from "./candidates.ts";
import { judge } from "./features.ts";
import type { QueryPlan } from "./query_plan.ts";
import { CHANGE_WEIGHTS, type Features, FIND_WEIGHTS, weigh } from "./weights.ts";

/** A file, what speaks for it, and where. */
export interface RankedFile {
  readonly file: CurrentFile;
  readonly score: number;
  readonly features: Features;
  /** Where its best lines begin, in UTF-16 code units. */
  readonly offset: number;
  /** The line of the definition that the query names, counted from 1. */
  readonly definedAt: number | undefined;
}

/** The files in order. */
export interface Ranking {
  readonly files: readonly RankedFile[];
  /** What they were ordered by. */
  readonly weights: Features;
  /** Whether the time was over before all of them were looked at. */
  readonly isPartial: boolean;
}

/** What to rank, and within which time. */
export interface RankOptions {
  readonly inScope?: InScope | undefined;
  /** Files that were found without the index. */
  readonly extra?: readonly string[];
  /** Asked between two files. */
  readonly isOver?: () => boolean;
}

/** The best files for a query, best first. Files that fit equally well are in the order of their paths. */
export function rank(index: IndexReader, plan: QueryPlan, options: RankOptions = {}): Ranking {
  const { inScope, extra = [], isOver } = options;
  const { fullText, statistics } = findCandidates(index, plan, { inScope, extra });
  // What spells a definition asks for that, however it begins: `create portal`.
  const isName = plan.names.some(({ folded, share }) => share === 1 && statistics.definers.has(folded));
  const weights = plan.isChange && !isName ? CHANGE_WEIGHTS : FIND_WEIGHTS;
  const stems = plan.terms.map(({ stem }) => stem);
  const indexed = index.symbolsHolding(fullText.keys(), stems);
  const files: RankedFile[] = [];
  let isPartial = false;
  for (const [path, share] of fullText) {
    // One at least, however late it is: settling alone may have taken the time.
    if (files.length > 0 && isOver?.() === true) {
      isPartial = true;
      break;
    }
    const file = index.read(path);
    if (file === undefined) continue;
    const symbols = file.isNewer ? toDocument(path, file.judged).symbols : indexed.get(path) ?? [];
    const candidate = { path, text: file.judged, symbols, fullText: share };
    const judged = judge(plan, statistics, candidate);
    files.push({ file, score: weigh(judged.features, weights), ...judged });
  }
  files.sort((a, b) => b.score - a.score || (a.file.path < b.file.path ? -1 : 1));
  return { files, weights, isPartial };
}
