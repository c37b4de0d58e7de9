/** Fixed strings in the files of the root, whatever their case: what search falls back to without an index. */

import { pathspec } from "./paths.ts";
import type { ProcessResult } from "./process.ts";
import type { RunOptions } from "./runner.ts";

/** Longest line of a hit, in UTF-16 code units. */
export const GREP_LINE_CHARS_MAX = 400;

/** Most bytes that are read of git grep. */
export const GREP_BYTES_MAX = 4 * 1024 * 1024;

/** How long git grep may take: several terms over long, repetitive lines cost it seconds for a megabyte. */
export const GREP_BUDGET_MS = 2_000;

/** Which part of the root is searched, and how many hits are enough. */
export interface GrepQuery {
  /** A folder or file relative to the root; empty or absent: all of it. */
  under?: string;
  /** @default 1000 */
  hitsMax?: number;
  /** How long it may take; past that, what was found so far is the answer. @default GREP_BUDGET_MS */
  budgetMs?: number;
}

/** One line that holds at least one of the terms. */
export interface GrepHit {
  path: string;
  /** From 1. */
  line: number;
  text: string;
}

/** Hits in git's order of files. */
export interface GrepResult {
  hits: GrepHit[];
  truncated: boolean;
}

/** How grep is run: on the repository, or on bare files. */
export interface GrepPlace {
  /** There is no repository: files are found without one, `.gitignore` counts all the same. */
  bare: boolean;
  isHidden(path: string): boolean;
  run(args: readonly string[], options: RunOptions): Promise<ProcessResult>;
  failure(command: string, result: ProcessResult): Error;
}

/**
 * Finds lines that hold any of the terms, ASCII letters in either case. Terms are fixed strings; empty ones
 * and what cannot stand in one line are left out. A file that is tracked although it is ignored is not searched:
 * git grep --untracked walks the disk (and so never follows a folder that was replaced by a symbolic link).
 */
export async function grep(
  place: GrepPlace,
  terms: readonly string[],
  { query, signal }: { query: GrepQuery; signal?: AbortSignal | undefined },
): Promise<GrepResult> {
  const patterns = terms.filter((term) => term !== "" && !/[\0\n]/.test(term)).flatMap((
    term,
  ) => ["-e", term]);
  if (patterns.length === 0) return { hits: [], truncated: false };
  const scope = place.bare
    ? ["--no-index", "--exclude-standard"]
    : ["--untracked", "--no-recurse-submodules"];
  const args = ["grep", "-z", "-n", "-I", "-i", "-F", "--no-color", "--no-textconv", ...scope];
  const output = await place.run([...args, ...patterns, "--", pathspec(query.under ?? "")], {
    signal,
    stdoutBytesMax: GREP_BYTES_MAX,
    budgetMs: query.budgetMs ?? GREP_BUDGET_MS,
  });
  // 1: no line matched.
  if (output.code > 1 && !output.truncated) throw place.failure("grep", output);
  return bounded(output, place, query.hitsMax ?? 1000);
}

function bounded(output: ProcessResult, place: GrepPlace, hitsMax: number): GrepResult {
  const hits: GrepHit[] = [];
  for (const hit of parseHits(output)) {
    if (place.isHidden(hit.path)) continue;
    if (hits.length === hitsMax) return { hits, truncated: true };
    hits.push(hit);
  }
  return { hits, truncated: output.truncated };
}

// path NUL line NUL text LF: a path may hold a line break, a text cannot.
function* parseHits(output: ProcessResult): Generator<GrepHit> {
  const all = new TextDecoder().decode(output.stdout);
  let start = 0;
  while (start < all.length) {
    const pathEnd = all.indexOf("\0", start);
    const lineEnd = all.indexOf("\0", pathEnd + 1);
    const textEnd = all.indexOf("\n", lineEnd + 1);
    if (pathEnd < 0 || lineEnd < 0 || textEnd < 0) return;
    yield {
      path: all.slice(start, pathEnd),
      line: Number(all.slice(pathEnd + 1, lineEnd)),
      text: all.slice(lineEnd + 1, Math.min(textEnd, lineEnd + 1 + GREP_LINE_CHARS_MAX)),
    };
    start = textEnd + 1;
  }
}
