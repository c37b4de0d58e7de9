/** The files of the root as git sees them: tracked, or new and not ignored. */

import { giveWay } from "../../core/turns.ts";
import { argumentGroups, nulFields, pathspec } from "./paths.ts";
import type { GitOptions } from "./options.ts";
import type { GitSession } from "./session.ts";

/** Paths that are judged before other requests have their turn: some 8 ms. */
const PATHS_AT_ONCE = 2_000;

/** Which part of the root is listed. */
export interface ListQuery {
  /** A folder or file relative to the root; empty or absent: all of it. */
  under?: string;
  /** These files instead. */
  among?: readonly string[];
}

/** Root-relative paths in code unit order. A tracked path may be missing on disk, or be a submodule's folder. */
export interface FileList {
  paths: string[];
  truncated: boolean;
}

/** Lists tracked and untracked-but-not-ignored paths, without those that no tool may use. */
export async function listFiles(
  session: GitSession,
  query: ListQuery,
  signal?: AbortSignal,
): Promise<FileList> {
  const which = ["--cached", "--others", "--exclude-standard", "--deduplicate"];
  const asked = query.among ?? [query.under ?? ""];
  let found: string[] = [];
  let truncated = false;
  for (const group of argumentGroups(asked.map(pathspec))) {
    if (group.length === 0) break;
    const output = await session.read(["ls-files", "-z", ...which, "--", ...group], { signal });
    found = found.concat(nulFields(output.stdout));
    truncated ||= output.truncated;
  }
  const paths = await usable(found, { ...session.options, signal });
  return { paths: paths.sort(), truncated };
}

/** Those that tools may use. They are judged in turns: 250,000 at once would keep every request waiting for most of a second. */
async function usable(
  found: readonly string[],
  { isHidden, signal }: Pick<GitOptions, "isHidden"> & { signal: AbortSignal | undefined },
): Promise<string[]> {
  const kept: string[] = [];
  for (const [index, path] of found.entries()) {
    if (index > 0 && index % PATHS_AT_ONCE === 0) await giveWay(signal);
    // A trailing slash is another repository inside this one.
    if (!path.endsWith("/") && !isHidden(path)) kept.push(path);
  }
  return kept;
}
