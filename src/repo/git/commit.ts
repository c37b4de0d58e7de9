/** `git_commit`: commits what it was given, and nothing else. */

import { ToolError } from "../../core/errors.ts";
import { COMMIT_PATHS_MAX } from "../../core/limits.ts";
import { judgeUnchanged, refuseLocalFilters } from "./commit_checks.ts";
import { cleanMessage } from "./commit_message.ts";
import { refuseNewSecrets } from "./commit_secrets.ts";
import { type CommitResult, describeHead } from "./commit_result.ts";
import {
  belowRoot,
  isCommittable,
  listed,
  refuseNamed,
  refuseUnmerged,
  refuseUnreadableNames,
  type Selection,
  selectPaths,
  statusOfPaths,
  unmatched,
} from "./commit_selection.ts";
import { identityEnvironment } from "./identity.ts";
import { withLockWait } from "./lock_wait.ts";
import { nulTerminated } from "./paths.ts";
import type { PorcelainEntry } from "./porcelain.ts";
import type { GitSession } from "./session.ts";
import { stage, unstage } from "./staging.ts";
import { refuseLinkedTargets } from "./write_targets.ts";

/** What to commit. */
export interface CommitRequest {
  message: string;
  /** Normalised root-relative paths, deletions included; the empty one is the whole root. Empty: the index as it is. */
  add: readonly string[];
  /** Add a `Signed-off-by` trailer with the committer's identity. */
  signoff: boolean;
  /** Commit everything that has changed below the root, and what is staged. */
  stageAll: boolean;
}

/** What is handed to `git commit`. */
interface Plan {
  selection: Selection;
  /** Entries that go into the index first. */
  staged: readonly PorcelainEntry[];
  /** Exactly these paths, whatever else is staged; `undefined`: the index. */
  only: readonly string[] | undefined;
}

/**
 * Makes one commit; the caller holds the write lock. Throws `invalid_arguments`, `not_found`, `path_denied`, `too_large`,
 * `nothing_to_commit`, `conflict`, `busy`, `unavailable` (no identity), `git_failed`; the index is then as
 * it was before.
 */
export async function commit(
  session: GitSession,
  request: CommitRequest,
  signal?: AbortSignal,
): Promise<CommitResult> {
  const message = cleanMessage(request.message);
  if (request.add.length > COMMIT_PATHS_MAX) {
    const found = `found ${request.add.length}`;
    throw new ToolError("invalid_arguments", `Cannot commit: at most ${COMMIT_PATHS_MAX} paths, ${found}`);
  }
  await refuseLinkedTargets(session);
  const env = identityEnvironment(session.config, session.options.identity);
  const plan = await planFor(session, request, signal);
  const { selection, staged, only } = plan;
  session.options.checkCommit?.({ branch: selection.branch, files: sizeOf(plan) });
  const invocation = commitCommand(session, { message, only, signoff: request.signoff });
  let isStaged = staged.length > 0;
  try {
    if (isStaged) {
      await stage(session, staged, signal).catch((error) => {
        // A refusal leaves the index as it was; an abort may come after it was written.
        isStaged = !(error instanceof ToolError);
        throw error;
      });
    }
    await refuseNewSecrets(session, { only, head: selection.head }, signal);
    const result = await withLockWait(
      () =>
        session.run(invocation.args, {
          write: true,
          signal,
          stdin: invocation.stdin,
          env: { ...env, ...invocation.env },
        }),
      { now: session.options.now, signal },
    );
    if (result.code !== 0) throw await refusal(session, plan, session.failure("commit", result));
    isStaged = false;
  } finally {
    if (isStaged) await unstage(session, staged, selection.head);
  }
  return await describeHead(session, selection.branch);
}

function sizeOf({ only, selection }: Plan): number {
  return only?.length ?? new Set(selection.entries.map(({ path }) => path)).size;
}

interface CommitCommand {
  args: string[];
  stdin: Uint8Array<ArrayBuffer>;
  env: Readonly<Record<string, string>>;
}

function commitCommand(
  session: GitSession,
  { message, only, signoff }: { message: string; only: readonly string[] | undefined; signoff: boolean },
): CommitCommand {
  const args = ["commit", "--quiet", "--no-status", "--cleanup=verbatim", `--message=${message}`];
  if (signoff) args.push("--signoff");
  if (only) args.push("--only", "--pathspec-from-file=-", "--pathspec-file-nul");
  if (!session.options.trustHooks) {
    return { args: [...args, "--no-verify"], stdin: nulTerminated(only ?? []), env: {} };
  }
  // Hooks inherit the variable, and theirs may use wildcards: the paths say themselves that they are literal.
  const literal = only?.map((path) => `:(literal)${path}`) ?? [];
  return { args, stdin: nulTerminated(literal), env: { GIT_LITERAL_PATHSPECS: "0" } };
}

async function planFor(
  session: GitSession,
  request: CommitRequest,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const add = [...new Set(request.add)];
  if (request.stageAll) return await planEverything(session, add, signal);
  return add.length > 0 ? await planPaths(session, add, signal) : await planIndex(session, signal);
}

async function planPaths(session: GitSession, add: readonly string[], signal?: AbortSignal): Promise<Plan> {
  const selection = await selectPaths(session, add, signal);
  const entries = await accepted(session, { add, selection }, signal);
  if (entries.length === 0) throw nothing("the named paths are as HEAD has them");
  if (hasFolderForFile(entries)) return await planFolderForFile(session, { ...selection, entries }, signal);
  const staged = entries.filter((entry) => entry.kind === "untracked");
  return { selection, staged, only: [...new Set(entries.map((entry) => entry.path))] };
}

// `git commit --only` takes the folder that now stands where a file was for a repository in this one, and fails.
function hasFolderForFile(entries: readonly PorcelainEntry[]): boolean {
  const gone = new Set(entries.filter((entry) => entry.kind === "changed").map((entry) => entry.path));
  return entries.some(({ path }) =>
    path.split("/").some((_, depth, parts) => gone.has(parts.slice(0, depth).join("/")))
  );
}

/** The index then, when nothing else is staged in it. */
async function planFolderForFile(
  session: GitSession,
  selection: Selection,
  signal?: AbortSignal,
): Promise<Plan> {
  const chosen = new Set(selection.entries.map((entry) => entry.path));
  const others = (await judgeIndex(session, signal)).entries.filter((entry) => !chosen.has(entry.path));
  if (others.length === 0) return { selection, staged: selection.entries, only: undefined };
  const reason = "a folder replaces a file, which git commits only together with all that is staged";
  throw new ToolError(
    "conflict",
    `Cannot commit these paths alone: ${reason}; commit or unstage the rest first`,
  );
}

async function planEverything(
  session: GitSession,
  add: readonly string[],
  signal?: AbortSignal,
): Promise<Plan> {
  const selection = await selectPaths(session, ["", ...add], signal);
  const entries = await accepted(session, { add, selection }, signal);
  await judgeIndex(session, signal);
  if (entries.length === 0 && !await isMerging(session, signal)) {
    throw nothing("there is nothing new, changed or deleted");
  }
  return { selection, staged: entries.filter((entry) => entry.unstaged !== "."), only: undefined };
}

async function planIndex(session: GitSession, signal?: AbortSignal): Promise<Plan> {
  const selection = await judgeIndex(session, signal);
  if (selection.entries.length === 0 && !await isMerging(session, signal)) {
    throw nothing('nothing is staged; name paths in "add", or use "stageAll"');
  }
  return { selection, staged: [], only: undefined };
}

/** The entries that may be committed, after every check that names a path. */
async function accepted(
  session: GitSession,
  { add, selection }: { add: readonly string[]; selection: Selection },
  signal: AbortSignal | undefined,
): Promise<PorcelainEntry[]> {
  refuseNamed(session, add, selection.entries);
  refuseUnmerged(selection.entries);
  const unchanged = unmatched(add, selection.entries);
  if (unchanged.length > 0) await judgeUnchanged(session, unchanged, signal);
  const entries = selection.entries.filter(isCommittable);
  refuseUnreadableNames(entries);
  const present = entries.filter((entry) => entry.unstaged !== "D").map((entry) => entry.path);
  await refuseLocalFilters(session, present, signal);
  return entries;
}

/** What is staged, in the whole repository: a commit of the index takes it all. */
async function judgeIndex(session: GitSession, signal: AbortSignal | undefined): Promise<Selection> {
  const status = await statusOfPaths(session, [], { untracked: "no", signal });
  const staged = status.entries.filter((entry) => entry.kind === "unmerged" || entry.staged !== ".");
  const outside = staged.filter((entry) => session.relative(entry.path) === undefined);
  if (outside.length > 0) {
    const advice = 'unstage them, or name paths in "add"';
    const reason = `${outside.length} staged paths lie outside the served root; ${advice}`;
    throw new ToolError("conflict", `Cannot commit the index: ${reason}`, { reason: "staged_outside_root" });
  }
  const own = staged.map((entry) => session.relative(entry.path) ?? "").filter((path) =>
    session.options.isHidden(path)
  );
  if (own.length > 0) {
    const advice = 'commit them yourself, or run "git restore --staged" (or "git rm --cached") on them first';
    const message = `Cannot commit the index: no tool may use ${listed(own)}, which are staged; ${advice}`;
    throw new ToolError("path_denied", message);
  }
  refuseUnmerged(belowRoot(session, staged));
  return { ...status, entries: belowRoot(session, staged) };
}

async function isMerging(session: GitSession, signal: AbortSignal | undefined): Promise<boolean> {
  const result = await session.run(["rev-parse", "--verify", "--quiet", "MERGE_HEAD"], { signal });
  return result.code === 0;
}

/** What a failed `git commit` means to the caller. */
async function refusal(session: GitSession, { only }: Plan, failure: ToolError): Promise<ToolError> {
  const [, during] = /cannot do a partial commit during a (merge|cherry-pick|rebase)/.exec(failure.message) ??
    [];
  if (during !== undefined) {
    const advice =
      `its commit takes everything: call git_commit without "add" when all is staged, or with "stageAll"`;
    return new ToolError("conflict", `Cannot commit single paths during a ${during}: ${advice}`, {
      reason: during,
    });
  }
  // With --quiet git says nothing at all when the index equals HEAD; a hook may be as silent.
  const isSilent = failure.details.exitCode === 1 && failure.message.endsWith("it ended with code 1");
  if (!isSilent || session.options.trustHooks || await isMerging(session, undefined)) return failure;
  return nothing(only ? "the named paths are as HEAD has them" : "the index is as HEAD has it");
}

function nothing(reason: string): ToolError {
  return new ToolError("nothing_to_commit", `Cannot commit: ${reason}`);
}
