/** Puts paths into the index, and takes them out again exactly as they were. */

import { ToolError } from "../../core/errors.ts";
import { lastValue } from "./config_entries.ts";
import { withLockWait } from "./lock_wait.ts";
import { nulTerminated } from "./paths.ts";
import type { PorcelainEntry } from "./porcelain.ts";
import type { GitSession } from "./session.ts";

/**
 * Stages the work tree's state of the entries, and nothing else. Not `git add`: that would run `git status`
 * inside submodules, with their own configuration.
 */
export async function stage(
  session: GitSession,
  entries: readonly PorcelainEntry[],
  signal?: AbortSignal,
): Promise<void> {
  const args = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
  const stdin = nulTerminated([...new Set(entries.map((entry) => entry.path))]);
  const { now } = session.options;
  const result = await withLockWait(() => session.run(args, { write: true, stdin, signal }), { now, signal });
  if (result.code !== 0) throw session.failure("update-index", result);
}

/**
 * Puts the index entries back that {@linkcode stage} changed, unless HEAD has moved on from `head`: then the
 * commit was made after all. Best effort: it runs when something has failed already.
 */
export async function unstage(
  session: GitSession,
  entries: readonly PorcelainEntry[],
  head: string | undefined,
): Promise<void> {
  const current = await session.run(["rev-parse", "--verify", "--quiet", "HEAD"]);
  const id = current.code === 0 ? new TextDecoder().decode(current.stdout).trim() : undefined;
  if (id !== head) return;
  const isWide = lastValue(session.config, "extensions.objectformat") === "sha256";
  const removed = "0".repeat(isWide ? 64 : 40);
  const lines = entries.map(({ kind, indexMode, indexOid, path }) =>
    kind === "untracked" || Number(indexMode) === 0
      ? `0 ${removed}\t${session.location.prefix}${path}`
      : `${indexMode} ${indexOid}\t${session.location.prefix}${path}`
  );
  try {
    await withLockWait(
      () => session.run(["update-index", "-z", "--index-info"], { write: true, stdin: nulTerminated(lines) }),
      { now: session.options.now },
    );
  } catch (error) {
    // The failure that brought us here is the one to report.
    if (!(error instanceof ToolError)) throw error;
  }
}
