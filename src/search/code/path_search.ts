/** Finds files by their paths: a piece, words of it, or a glob. */
import { compileGlob } from "../../repo/glob.ts";
import { pathFit, tailFit } from "../ranking/path_features.ts";
import { splitWords } from "../words.ts";
import type { ModeParts, OrderedHits } from "./code_query.ts";
import { FileOrder } from "./file_order.ts";

/** All files that fit, the best first. Files of which the index has the path alone are among them. */
export async function findPaths({ index, scan, query, inScope, signal }: ModeParts): Promise<OrderedHits> {
  const fitOf = matcherFor(query.query.trim(), query.caseSensitive ?? false);
  const order = new FileOrder();
  const beside = await scan.all(signal);
  const all = new Set([...index.files().map(({ path }) => path), ...index.unindexed(), ...beside.paths]);
  const paths = [...all].filter(inScope);
  const found = paths.map((path) => ({ path, fit: fitOf(path) })).filter(({ fit }) => fit > 0);
  found.sort((a, b) => b.fit - a.fit || order.compare(a.path, b.path));
  return {
    hits: found.map(({ path }) => () => index.exists(path) ? { path } : undefined),
    isPartial: beside.isPartial,
  };
}

function matcherFor(query: string, caseSensitive: boolean): (path: string) => number {
  if (/[*?{]|\[.+\]/.test(query)) {
    const matches = compileGlob(query.includes("/") ? query : `**/${query}`);
    // It may be a path as it is all the same: `app/[id]/page.tsx`.
    return (path) => path.includes(query) ? 1 : matches(path) ? 0.5 : 0;
  }
  const piece = query.replace(/^\.?\/+/, "");
  if (caseSensitive) return (path) => path.includes(piece) ? 1 : 0;
  const folded = piece.toLowerCase();
  const parts = folded.split(/\s+/).filter((part) => part !== "");
  const words = splitWords(piece);
  return (path) => {
    const lower = path.toLowerCase();
    if (!parts.every((part) => lower.includes(part))) return 0;
    return Math.max(pathFit([folded], path), 0.2 + 0.6 * tailFit(words, splitWords(path)), 0.1);
  };
}
