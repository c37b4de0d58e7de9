/** What has changed since the last commit, as prompts embed it. */
import { PROMPT_DIFF_BYTES_MAX } from "../core/limits.ts";
import type { Git } from "../repo/git.ts";
import type { DiffResult } from "../repo/git/diff.ts";
import type { StatusEntry, StatusResult } from "../repo/git/status.ts";
import { fenced, inline } from "./markdown.ts";

/** Paths of a status that are listed. */
const PATHS_SHOWN = 100;

/** The difference to HEAD: of the index alone, or of the work tree. Before the first commit there is the index alone. */
export function diffToHead(
  git: Git,
  { status, staged, path }: { status: StatusResult; staged: boolean; path?: string | undefined },
  signal: AbortSignal,
): Promise<DiffResult> {
  const compared = staged || status.head === null ? { staged: true } : { from: "HEAD" };
  const limits = { maxBytes: PROMPT_DIFF_BYTES_MAX, ...(path !== undefined && { path }) };
  return git.diff({ ...compared, ...limits }, signal);
}

/** Paths with what has become of them. */
export function listed(entries: readonly StatusEntry[], isTruncated: boolean): string {
  const lines = entries.slice(0, PATHS_SHOWN).map(({ path, status, staged, unstaged }) => {
    const where = staged && unstaged ? "partly staged" : staged ? "staged" : "not staged";
    return `- ${status}, ${where}: ${inline(path, 200)}`;
  });
  const isCut = isTruncated || entries.length > PATHS_SHOWN;
  return [...lines, ...(isCut ? ["- and more: git_status lists them"] : [])].join("\n");
}

/** A diff in a block; what is missing from it is said. */
export function diffBlock({ text, truncated }: DiffResult): string {
  if (text === "") return "(git shows no difference in text: new files are not in a diff.)";
  const note = truncated ? "\n\n(The diff is cut off here; git_diff with a path shows the rest.)" : "";
  return fenced(text, "diff") + note;
}
