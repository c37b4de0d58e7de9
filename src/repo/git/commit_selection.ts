/** Which changed paths a commit takes, and which stand in its way. */

import { ToolError } from "../../core/errors.ts";
import { argumentGroups, isAtOrBelow, nulFields, pathspec } from "./paths.ts";
import { parsePorcelain, type Porcelain, type PorcelainEntry } from "./porcelain.ts";
import type { GitSession } from "./session.ts";
import { STATUS_ARGS } from "./status.ts";

const NAMES_SHOWN_MAX = 20;

/** A status whose entries are all known, below the root, with root-relative paths. */
export interface Selection {
  head: string | undefined;
  branch: string | undefined;
  entries: PorcelainEntry[];
}

/** The status of the named paths, or of everything. Renames count as a deletion and an addition. */
export async function statusOfPaths(
  session: GitSession,
  paths: readonly string[],
  { untracked, signal }: { untracked: "all" | "no"; signal?: AbortSignal | undefined },
): Promise<Porcelain> {
  const args = [...STATUS_ARGS, "--no-renames", `--untracked-files=${untracked}`, "--"];
  const entries = new Map<string, PorcelainEntry>();
  let last: Porcelain | undefined;
  for (const group of argumentGroups(paths)) {
    const output = await session.read([...args, ...group], { signal });
    if (output.truncated) {
      throw new ToolError("too_large", "Cannot commit: more has changed than can be listed");
    }
    last = parsePorcelain(nulFields(output.stdout));
    // A path that is deleted in the index and back on disk has two entries.
    for (const entry of last.entries) entries.set(`${entry.kind} ${entry.path}`, entry);
  }
  return { head: last?.head, branch: last?.branch, entries: [...entries.values()] };
}

/** What has changed at or below the named paths, without what no tool may use. */
export async function selectPaths(
  session: GitSession,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Selection> {
  const status = await statusOfPaths(session, paths.map(pathspec), { untracked: "all", signal });
  return { ...status, entries: belowRoot(session, status.entries) };
}

/** Entries with root-relative paths; those outside the root, and those that no tool may use, are left out. */
export function belowRoot(session: GitSession, entries: readonly PorcelainEntry[]): PorcelainEntry[] {
  return entries.flatMap((entry) => {
    const path = session.relative(entry.path);
    return path === undefined || session.options.isHidden(path) ? [] : [{ ...entry, path }];
  });
}

/** Entries that a commit takes: another repository inside this one, which git lists with a slash, is not. */
export function isCommittable(entry: PorcelainEntry): boolean {
  return !(entry.kind === "untracked" && entry.path.endsWith("/"));
}

/** Throws `conflict` when a path is unmerged. */
export function refuseUnmerged(entries: readonly PorcelainEntry[]): void {
  const paths = entries.filter((entry) => entry.kind === "unmerged").map((entry) => entry.path);
  if (paths.length === 0) return;
  const advice = 'resolve them and run "git add" on them first';
  throw new ToolError("conflict", `Cannot commit: unmerged paths ${listed(paths)}; ${advice}`, {
    reason: "unmerged",
    paths: paths.slice(0, NAMES_SHOWN_MAX),
  });
}

/** Throws `path_denied` for a name that git would lose: we pass paths as UTF-8. */
export function refuseUnreadableNames(entries: readonly PorcelainEntry[]): void {
  const entry = entries.find(({ path }) => path.includes("\ufffd"));
  if (!entry) return;
  throw new ToolError("path_denied", `Cannot commit "${entry.path}": its name is not valid UTF-8`);
}

/** The named paths at or below which nothing has changed. */
export function unmatched(paths: readonly string[], entries: readonly PorcelainEntry[]): string[] {
  const changed = new Set<string>();
  for (const { path } of entries) {
    const whole = path.replace(/\/$/, "");
    changed.add(whole);
    for (let end = whole.lastIndexOf("/"); end > 0; end = whole.lastIndexOf("/", end - 1)) {
      changed.add(whole.slice(0, end));
    }
  }
  return paths.filter((path) => path !== "" && !changed.has(path));
}

/** Names for a message: the first few, quoted. */
export function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMES_SHOWN_MAX).map((path) => `"${path}"`).join(", ");
  return paths.length > NAMES_SHOWN_MAX ? `${shown} and ${paths.length - NAMES_SHOWN_MAX} more` : shown;
}

/** Throws `path_denied` when the caller names one of the server's own files, or a repository inside this one. */
export function refuseNamed(
  session: GitSession,
  paths: readonly string[],
  entries: readonly PorcelainEntry[],
): void {
  const own = paths.find((path) => session.options.isHidden(path));
  if (own !== undefined) {
    throw new ToolError("path_denied", `Cannot commit "${own}": no tool may use it`);
  }
  const nested = entries.filter((entry) => !isCommittable(entry)).map((entry) => entry.path.slice(0, -1));
  const named = paths.find((path) => path !== "" && nested.some((folder) => isAtOrBelow(path, folder)));
  if (named === undefined) return;
  throw new ToolError("path_denied", `Cannot commit "${named}": it is another repository inside this one`);
}
