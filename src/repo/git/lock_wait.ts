/** Waits for the lock files of another git process, for a while. */

import { ToolError } from "../../core/errors.ts";
import { GIT_LOCK_WAIT_MS } from "../../core/limits.ts";
import type { ProcessResult } from "./process.ts";

const LOCKED = /Unable to create '[^'\n]*\.lock': File exists/;

const RETRY_FIRST_MS = 10;
const RETRY_MAX_MS = 200;

/**
 * Repeats a writing git command while another process holds a lock. Throws `busy` after
 * {@linkcode GIT_LOCK_WAIT_MS}; any other outcome is returned as it is.
 */
export async function withLockWait(
  attempt: () => Promise<ProcessResult>,
  { now, signal }: { now: () => number; signal?: AbortSignal | undefined },
): Promise<ProcessResult> {
  const deadline = now() + GIT_LOCK_WAIT_MS;
  for (let wait = RETRY_FIRST_MS;; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
    const result = await attempt();
    if (result.code === 0 || !LOCKED.test(result.stderr)) return result;
    if (now() + wait > deadline) throw busy(result.stderr);
    await pause(wait, signal);
  }
}

function busy(stderr: string): ToolError {
  const [, name = "index.lock"] = /([^/'\n]+\.lock)': File exists/.exec(stderr) ?? [];
  const reason = `another git process holds "${name}" for more than ${GIT_LOCK_WAIT_MS / 1000} s`;
  return new ToolError(
    "busy",
    `Cannot commit: ${reason}; try again, or remove the file if no git is running`,
  );
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal?.reason);
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
