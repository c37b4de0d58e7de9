/** Finds files by words, ranked as `search` ranks them. */
import { SNIPPET_LINES } from "../../core/limits.ts";
import { planQuery } from "../ranking/query_plan.ts";
import { rank } from "../ranking/ranking.ts";
import { bestLines } from "../best_lines.ts";
import type { ModeParts, OrderedHits } from "./code_query.ts";

/** The ranked files, each with its best lines. */
export async function findWords(
  { index, scan, query, inScope, isOver, signal }: ModeParts,
): Promise<OrderedHits> {
  const plan = planQuery(query.query);
  const scanned = await scan.scan(plan.terms.map(({ word }) => word), signal);
  const extra = [...index.unindexed(), ...scanned.paths];
  const { files, isPartial } = rank(index, plan, { inScope, extra, isOver });
  const hits = files.filter(({ score }) => score > 0).map((ranked) => () => ({
    path: ranked.file.path,
    ...bestLines(ranked, Math.max(SNIPPET_LINES, 2 * query.context + 1)),
  }));
  return { hits, isPartial: isPartial || scanned.isPartial };
}
