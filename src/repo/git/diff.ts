/** `git_diff`: the differences as a unified diff, and as figures per file. */

import { ToolError } from "../../core/errors.ts";
import { DIFF_BYTES_MAX } from "../../core/limits.ts";
import { redactDiff } from "../../core/secrets.ts";
import { type FileChange, parseChanges } from "./changes.ts";
import { argumentGroups, isAtOrBelow, nulFields, pathspec } from "./paths.ts";
import { commitId } from "./revision.ts";
import type { GitSession } from "./session.ts";

/** Most files that one diff lists. */
export const DIFF_FILES_MAX = 500;

/** What is compared. Without `staged`, `from` and `to`: the work tree with the index. */
export interface DiffQuery {
  /** Relative to the root; empty or absent: all of it. */
  path?: string;
  /** The index with `from`, or with HEAD. */
  staged?: boolean;
  /** A revision: compared with `to`, or with the work tree. */
  from?: string;
  /** A revision; needs `from`. */
  to?: string;
  /** Lines around each change. @default 3 */
  context?: number;
  /** Most bytes of `text`. @default DIFF_BYTES_MAX */
  maxBytes?: number;
}

/** A diff; paths are relative to the root. */
export interface DiffResult {
  text: string;
  files: FileChange[];
  /** Lines, over all files. */
  insertions: number;
  deletions: number;
  /** Text, files or figures were cut off. */
  truncated: boolean;
  /** Secrets that are masked in `text`; absent without any. */
  redacted?: number;
}

/** What every diff and log of ours says: no program of the repository's, one format, nothing outside the root. */
export const DIFF_ARGS = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--ignore-submodules=dirty",
  "--submodule=short",
  "--find-renames",
  "--relative",
] as const;

const PATCH_ARGS = ["--patch", "--src-prefix=a/", "--dst-prefix=b/", "--full-index"] as const;

/** Reads a diff. Throws `not_found` for a revision that is none, `invalid_arguments` for a senseless combination. */
export async function readDiff(
  session: GitSession,
  query: DiffQuery,
  signal?: AbortSignal,
): Promise<DiffResult> {
  const compared = await comparison(session, query, signal);
  const base = ["diff", ...DIFF_ARGS, ...compared];
  const limits = ["--", pathspec(query.path ?? "")];
  const figures = await session.read([...base, "--raw", "--numstat", "-z", ...limits], { signal });
  const all = parseChanges(nulFields(figures.stdout));
  const { isHidden } = session.options;
  const hidden = all.flatMap(pathsOf).filter(isHidden);
  // A folder may stand now where a file was: the file's path would name all that is in it.
  const files = all.filter((file) =>
    !pathsOf(file).some((path) => hidden.some((other) => isAtOrBelow(other, path)))
  );
  // Pathspecs are literal, so hidden files cannot be excluded: the others are named instead.
  const named = files.length === all.length ? undefined : argumentGroups(files.flatMap(pathsOf));
  const paths = named ? ["--", ...named[0] ?? []] : limits;
  const shown = files.length > 0
    ? await patchText(session, { args: [...base, ...PATCH_ARGS, context(query)], paths, query }, signal)
    : { text: "", truncated: false };
  const { text, redacted } = redactDiff(shown.text);
  return {
    text,
    ...(redacted > 0 && { redacted }),
    files: files.slice(0, DIFF_FILES_MAX),
    insertions: sum(files.map((file) => file.insertions)),
    deletions: sum(files.map((file) => file.deletions)),
    truncated: shown.truncated || figures.truncated || files.length > DIFF_FILES_MAX ||
      (named?.length ?? 1) > 1,
  };
}

interface PatchRequest {
  args: readonly string[];
  paths: readonly string[];
  query: DiffQuery;
}

async function patchText(session: GitSession, request: PatchRequest, signal: AbortSignal | undefined) {
  const stdoutBytesMax = Math.min(request.query.maxBytes ?? DIFF_BYTES_MAX, DIFF_BYTES_MAX);
  const patch = await session.read([...request.args, ...request.paths], { signal, stdoutBytesMax });
  const bytes = patch.truncated ? wholeLines(patch.stdout) : patch.stdout;
  return { text: new TextDecoder().decode(bytes), truncated: patch.truncated };
}

async function comparison(session: GitSession, query: DiffQuery, signal: AbortSignal | undefined) {
  const { staged = false, from, to } = query;
  if (to !== undefined && from === undefined) throw senseless('"to" needs "from"');
  if (to !== undefined && staged) throw senseless('"staged" compares with the index and takes no "to"');
  const ids = await Promise.all(
    [from, to].filter((name) => name !== undefined).map((name) => commitId(session, name, signal)),
  );
  return staged ? ["--cached", ...ids] : ids;
}

function senseless(reason: string): ToolError {
  return new ToolError("invalid_arguments", `Cannot compare: ${reason}`);
}

function context({ context = 3 }: DiffQuery): string {
  return `--unified=${Math.max(0, Math.trunc(context))}`;
}

function wholeLines(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function pathsOf({ path, from }: FileChange): string[] {
  return from === undefined ? [path] : [path, from];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
