/** `git_log`: commits, newest first. */

import { redact } from "../../core/secrets.ts";
import { type FileChange, parseChanges } from "./changes.ts";
import { DIFF_ARGS } from "./diff.ts";
import { nulFields, pathspec } from "./paths.ts";
import { commitId } from "./revision.ts";
import type { GitSession } from "./session.ts";

/** Which commits are asked for. */
export interface LogQuery {
  /** Only commits that changed this path, relative to the root. */
  path?: string;
  /** Most commits. */
  limit: number;
  /** Commits left out at the beginning. @default 0 */
  skip?: number;
  /** Where to start. @default HEAD */
  ref?: string;
  /** Also list the files of each commit. @default false */
  files?: boolean;
}

/** One commit. */
export interface LogCommit {
  commit: string;
  author: { name: string; email: string };
  /** When it was authored, ISO 8601 with the author's offset. */
  date: string;
  subject: string;
  body?: string;
  parents: string[];
  /** Only when asked for; against the first parent, relative to the root. */
  files?: { path: string; status: FileChange["status"]; from?: string }[];
}

/** One page of the log. */
export interface LogResult {
  commits: LogCommit[];
  truncated: boolean;
  /** `skip` of the next page. */
  nextSkip?: number;
}

const FIELDS = ["%H", "%P", "%an", "%ae", "%aI", "%s", "%b"] as const;
const FORMAT = `--format=${FIELDS.join("%x00")}%x00`;

const NO_COMMITS = /does not have any commits yet|bad (default )?revision 'HEAD'|ambiguous argument 'HEAD'/;

/** Reads one page of the log; none when there is no commit yet. Throws `not_found` for an unknown `ref`. */
export async function readLog(
  session: GitSession,
  query: LogQuery,
  signal?: AbortSignal,
): Promise<LogResult> {
  const start = query.ref === undefined ? "HEAD" : await commitId(session, query.ref, signal);
  const { limit, skip = 0 } = query;
  const args = ["log", "--no-show-signature", "--no-notes", "--no-decorate", "-z", FORMAT];
  args.push(`--max-count=${limit + 1}`, `--skip=${skip}`, ...DIFF_ARGS);
  args.push(
    ...(query.files ? ["--raw", "--diff-merges=first-parent"] : ["--no-patch"]),
    start,
    ...scope(session, query),
  );
  const output = await session.run(args, { signal });
  if (output.code !== 0 && !output.truncated) {
    if (query.ref === undefined && NO_COMMITS.test(output.stderr)) return { commits: [], truncated: false };
    throw session.failure("log", output);
  }
  const commits = parseLog(nulFields(output.stdout), session);
  const truncated = output.truncated || commits.length > limit;
  const shown = commits.slice(0, limit).map((commit) => query.files ? commit : withoutFiles(commit));
  return { commits: shown, truncated, ...(truncated ? { nextSkip: skip + shown.length } : {}) };
}

// Without a limit, the whole history with its merges; a pathspec simplifies history.
function scope(session: GitSession, { path = "" }: LogQuery): string[] {
  return path === "" && session.location.prefix === "" ? ["--"] : ["--", pathspec(path)];
}

function parseLog(fields: readonly string[], session: GitSession): LogCommit[] {
  const commits: LogCommit[] = [];
  let index = 0;
  while (index + FIELDS.length <= fields.length) {
    const [commit = "", parents = "", name = "", email = "", date = "", subject = "", body = ""] = fields
      .slice(
        index,
        index += FIELDS.length,
      );
    // -z ends the commit with an empty field; raw records follow, the first of them behind a line break.
    const end = endOfRecords(fields, index);
    const files = parseChanges(fields.slice(index, end)).flatMap((change) => visible(change, session));
    index = end;
    const base = {
      commit,
      author: { name, email },
      date,
      subject: redact(subject).text,
      parents: parents.split(" ").filter(Boolean),
    };
    const { text } = redact(body.trimEnd());
    commits.push({ ...base, ...(text === "" ? {} : { body: text }), files });
  }
  return commits;
}

function endOfRecords(fields: readonly string[], start: number): number {
  let index = start + 1;
  while (/^\n?:\d/.test(fields[index] ?? "")) index += / [RC]\d*$/.test(fields[index] ?? "") ? 3 : 2;
  return index;
}

function visible({ path, status, from }: FileChange, { options }: GitSession) {
  if (options.isHidden(path)) return [];
  return [from === undefined || options.isHidden(from) ? { path, status } : { path, status, from }];
}

function withoutFiles({ files: _files, ...commit }: LogCommit): LogCommit {
  return commit;
}
