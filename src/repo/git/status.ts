/** `git_status`: what differs between HEAD, the index and the work tree. */

import { type ChangeStatus, statusOf } from "./changes.ts";
import { nulFields, pathspec } from "./paths.ts";
import { parsePorcelain, type PorcelainEntry } from "./porcelain.ts";
import type { GitSession } from "./session.ts";

/** Most entries of one status. */
export const STATUS_ENTRIES_MAX = 500;

/** Which part of the root is asked for. */
export interface StatusQuery {
  /** Relative to the root; empty or absent: all of it. */
  path?: string;
}

/** One path that is not as HEAD has it, relative to the root. */
export interface StatusEntry {
  path: string;
  status: ChangeStatus;
  /** The index differs from HEAD. */
  staged: boolean;
  /** The work tree differs from the index. */
  unstaged: boolean;
  /** Where a staged rename or copy came from. */
  from?: string;
}

/** The state of the work tree. */
export interface StatusResult {
  /** `null`: HEAD is detached. */
  branch: string | null;
  /** `null`: no commit yet. */
  head: string | null;
  upstream?: string;
  ahead?: number;
  behind?: number;
  clean: boolean;
  entries: StatusEntry[];
  truncated: boolean;
}

/** Arguments that every status of ours has. Submodules are compared by commit alone: no git runs in them. */
export const STATUS_ARGS = [
  "status",
  "--porcelain=v2",
  "--branch",
  "-z",
  "--ignore-submodules=dirty",
] as const;

/** Reads the status of the root or of a path in it. */
export async function readStatus(
  session: GitSession,
  query: StatusQuery,
  signal?: AbortSignal,
): Promise<StatusResult> {
  const args = [...STATUS_ARGS, "--find-renames", "--untracked-files=all", "--", pathspec(query.path ?? "")];
  const output = await session.read(args, { signal });
  const { head, branch, entries: all, ...tracking } = parsePorcelain(nulFields(output.stdout));
  const entries = all.flatMap((entry) => visible(session, entry));
  return {
    branch: branch ?? null,
    head: head ?? null,
    ...tracking,
    clean: entries.length === 0,
    entries: entries.slice(0, STATUS_ENTRIES_MAX),
    truncated: output.truncated || entries.length > STATUS_ENTRIES_MAX,
  };
}

function visible(session: GitSession, entry: PorcelainEntry): StatusEntry[] {
  const path = session.relative(entry.path);
  if (path === undefined || session.options.isHidden(path)) return [];
  const from = entry.from === undefined ? undefined : session.relative(entry.from);
  const shown: StatusEntry = {
    path,
    status: entryStatus(entry),
    staged: entry.kind === "changed" && entry.staged !== ".",
    unstaged: entry.kind !== "changed" || entry.unstaged !== ".",
  };
  return [from === undefined || session.options.isHidden(from) ? shown : { ...shown, from }];
}

function entryStatus({ kind, staged, unstaged }: PorcelainEntry): ChangeStatus {
  if (kind === "untracked") return "untracked";
  if (kind === "unmerged") return "conflicted";
  if (unstaged === "D" && staged !== "A") return "deleted";
  return statusOf(staged === "." ? unstaged : staged);
}
