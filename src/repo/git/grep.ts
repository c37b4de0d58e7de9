/** Files of the root that hold fixed strings, whatever their case: what search falls back to without an index. */

import { nulFields, pathspec } from "./paths.ts";
import type { ProcessResult } from "./process.ts";
import type { RunOptions } from "./runner.ts";

/** Most bytes that are read of git grep. */
export const GREP_BYTES_MAX = 4 * 1024 * 1024;

/** How long git grep may take: several terms over long, repetitive lines cost it seconds for a megabyte. */
export const GREP_BUDGET_MS = 2_000;

/** Which part of the root is searched, and how hard. */
export interface GrepQuery {
  /** A folder or file relative to the root; empty or absent: all of it. */
  under?: string;
  /** How long it may take; past that, what was found so far is the answer. @default GREP_BUDGET_MS */
  budgetMs?: number;
  /** Whether it is to leave the machine's other cores to others. @default false */
  oneThread?: boolean;
}

/** Paths in git's order of files. */
export interface GrepResult {
  paths: string[];
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
 * Finds files that hold any of the terms, ASCII letters in either case. Terms are fixed strings; empty ones
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
  if (patterns.length === 0) return { paths: [], truncated: false };
  const scope = place.bare
    ? ["--no-index", "--exclude-standard"]
    : ["--untracked", "--no-recurse-submodules"];
  const args = ["grep", "-z", "-l", "-I", "-i", "-F", "--no-color", "--no-textconv", ...scope];
  const threads = query.oneThread === true ? ["--threads=1"] : [];
  const output = await place.run([...args, ...threads, ...patterns, "--", pathspec(query.under ?? "")], {
    signal,
    stdoutBytesMax: GREP_BYTES_MAX,
    budgetMs: query.budgetMs ?? GREP_BUDGET_MS,
  });
  // 1: no file matched.
  if (output.code > 1 && !output.truncated) throw place.failure("grep", output);
  const paths = nulFields(output.stdout).filter((path) => !place.isHidden(path));
  return { paths, truncated: output.truncated };
}
