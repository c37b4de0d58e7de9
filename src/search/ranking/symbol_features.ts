/** How well the definitions of a file fit a query. */
import type { DocumentSymbol } from "../document.ts";
import { splitWords, stemOf } from "../words.ts";
import type { Name, QueryPlan, QueryStatistics } from "./query_plan.ts";
import { weightedShare } from "./weighted_share.ts";

/** See the module. Each is a number from 0 to 1. */
export interface SymbolFeatures {
  /** A definition that the query names, as a whole or as it was written; less when many files have it. */
  readonly exact: number;
  /** A definition that a part of the query spells. */
  readonly run: number;
  /** The most of the query that the words of one definition cover, less for what else is in its name. */
  readonly cover: number;
  /** How much of the query the words of all definitions cover. */
  readonly sum: number;
  /** Where the named definition stands, counted from 1. */
  readonly line: number | undefined;
}

/** Looks through the definitions of one file. */
export function symbolFeatures(
  { terms, names }: QueryPlan,
  { weights, definers }: QueryStatistics,
  symbols: readonly DocumentSymbol[],
): SymbolFeatures {
  let [exact, run, cover, best] = [0, 0, 0, 0];
  let line: number | undefined;
  const covered = terms.map(() => 0);
  const asked = new Map<string, Name>();
  for (const name of names) if (definers.has(name.folded)) asked.set(name.folded, name);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const { name, kind, line: at } of symbols) {
    if (kind === "heading" || !mayFit(name, terms)) continue;
    const words = splitWords(name);
    const hit = asked.get(words.join(""));
    if (hit !== undefined) {
      const fit = Math.sqrt(hit.share / (definers.get(hit.folded) ?? 1));
      if (hit.isWritten || hit.share === 1) {
        exact = Math.max(exact, 1 / Math.sqrt(definers.get(hit.folded) ?? 1));
      } else run = Math.max(run, fit);
      if (fit > best) [best, line] = [fit, at];
    }
    const fit = coverOfName(words, { terms, weights, covered });
    if (total > 0) cover = Math.max(cover, fit / total);
  }
  return { exact, run, cover, sum: weightedShare(covered, weights), line };
}

/** Most definitions hold none of the query's words: seen before their names are taken apart. */
function mayFit(name: string, terms: QueryPlan["terms"]): boolean {
  const lower = name.toLowerCase();
  return terms.some(({ stem }) => lower.includes(stem));
}

function coverOfName(
  words: readonly string[],
  { terms, weights, covered }: { terms: QueryPlan["terms"]; weights: readonly number[]; covered: number[] },
): number {
  let [sum, used] = [0, 0];
  const stems = words.map(stemOf);
  for (const [index, { stem }] of terms.entries()) {
    if (!stems.includes(stem)) continue;
    sum += weights[index] ?? 0;
    used++;
    covered[index] = 1;
  }
  return used === 0 ? 0 : sum * Math.sqrt(Math.min(1, used / words.length));
}
