/** What a commit did, read back from the commit itself. */

import { type ChangeStatus, parseChanges } from "./changes.ts";
import { DIFF_ARGS } from "./diff.ts";
import { nulFields } from "./paths.ts";
import type { GitSession } from "./session.ts";

/** Most files that the answer to one commit lists. */
export const COMMIT_FILES_MAX = 500;

/** A new commit. */
export interface CommitResult {
  commit: string;
  /** `null`: HEAD is detached. */
  branch: string | null;
  message: string;
  /** Against the first parent, relative to the root; the first {@linkcode COMMIT_FILES_MAX}. */
  files: { path: string; status: ChangeStatus; from?: string }[];
  /** How many files changed below the root. */
  filesTotal: number;
  /** Lines, below the root. */
  insertions: number;
  deletions: number;
}

/** Describes HEAD. */
export async function describeHead(session: GitSession, branch: string | undefined): Promise<CommitResult> {
  const merges = ["--diff-merges=first-parent", "--raw", "--numstat", "-z"];
  const format = ["--no-show-signature", "--no-notes", "--no-decorate", "--format=%H%x00%B%x00"];
  // No signal: the commit is made, and its caller is told whenever possible.
  const output = await session.read([
    "log",
    "--max-count=1",
    ...format,
    ...DIFF_ARGS,
    ...merges,
    "HEAD",
    "--",
  ]);
  const [commit = "", message = "", ...records] = nulFields(output.stdout);
  const changes = parseChanges(records).filter((change) => !session.options.isHidden(change.path));
  return {
    commit,
    branch: branch ?? null,
    message: message.trimEnd(),
    files: changes.slice(0, COMMIT_FILES_MAX).map(({ path, status, from }) =>
      from === undefined ? { path, status } : { path, status, from }
    ),
    filesTotal: changes.length,
    insertions: changes.reduce((total, change) => total + change.insertions, 0),
    deletions: changes.reduce((total, change) => total + change.deletions, 0),
  };
}
