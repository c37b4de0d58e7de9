/** Starts git processes: how many at once, with what environment, and what a failure to start means. */

import { ToolError } from "../../core/errors.ts";
import {
  GIT_OUTPUT_BYTES_MAX,
  GIT_PROCESSES_MAX,
  GIT_READ_TIMEOUT_MS,
  GIT_WRITE_TIMEOUT_MS,
} from "../../core/limits.ts";
import { gitEnvironment } from "./environment.ts";
import type { GitOptions } from "./options.ts";
import { type ProcessResult, runProcess } from "./process.ts";
import { Semaphore } from "../../core/semaphore.ts";

/** One git process. */
export interface RunOptions {
  stdin?: Uint8Array<ArrayBuffer>;
  signal?: AbortSignal | undefined;
  /** It writes: the longer time limit, and locks are taken. */
  write?: boolean;
  /** Beyond the environment that every git process gets. */
  env?: Readonly<Record<string, string>>;
  /** In bytes. @default GIT_OUTPUT_BYTES_MAX */
  stdoutBytesMax?: number;
  /** Past this the output so far is the answer, as `truncated`; without it, past the time limit there is none. */
  budgetMs?: number;
}

/** Runs git in the root, at most {@linkcode GIT_PROCESSES_MAX} at a time. */
export class GitRunner {
  readonly #options: GitOptions;
  readonly #slots = new Semaphore(GIT_PROCESSES_MAX);

  constructor(options: GitOptions) {
    this.#options = options;
  }

  /** Runs `git args…` to its end, whatever its exit code. Throws `unavailable` without git, `git_failed` past the time limit. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
    const { program, root, trustHooks } = this.#options;
    if (program === undefined) throw noGit();
    if (this.#options.readOnly === true) refuseChange(args);
    const { write = false, signal } = options;
    const timeoutMs = options.budgetMs ?? (write ? GIT_WRITE_TIMEOUT_MS : GIT_READ_TIMEOUT_MS);
    const base = gitEnvironment(this.#options.env, { locks: write, online: write && trustHooks });
    using _slot = await this.#slots.acquire(signal);
    const result = await runProcess(program, {
      args,
      cwd: root,
      env: { ...base, ...options.env },
      signal,
      timeoutMs,
      stdoutBytesMax: options.stdoutBytesMax ?? GIT_OUTPUT_BYTES_MAX,
      ...(options.stdin ? { stdin: options.stdin } : {}),
    }).catch((error) => {
      if (error instanceof Deno.errors.NotFound) throw gone();
      throw error;
    });
    if (result.timedOut && options.budgetMs !== undefined) return { ...result, truncated: true };
    if (result.timedOut) {
      throw new ToolError("git_failed", `Cannot finish git: it was stopped after ${timeoutMs / 1000} s`);
    }
    return result;
  }
}

/** Commands that ask git, and change nothing whatever their arguments. */
const READING = new Set(
  ("cat-file check-attr check-ignore diff for-each-ref grep log ls-files ls-tree merge-base rev-list rev-parse show status " +
    "version").split(" "),
);

/** Commands that ask when they are called so: with one of these words somewhere. */
const ASKING: Readonly<Record<string, readonly string[]>> = {
  config: ["--list", "--get"],
  "hash-object": ["tree"],
  worktree: ["list"],
};

/** Throws `read_only` for a command that is not known to change nothing. */
function refuseChange(args: readonly string[]): void {
  const command = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-c") ?? "";
  const asks = Object.hasOwn(ASKING, command) ? ASKING[command] ?? [] : [];
  if (READING.has(command) || asks.some((word) => args.includes(word))) return;
  throw new ToolError("read_only", `Cannot run git ${command}: this server only reads (MCP_READ_ONLY=1)`);
}

// Also what a missing working directory looks like.
function gone(): ToolError {
  return new ToolError("unavailable", "Cannot run git: the git program or the served root is gone");
}

function noGit(): ToolError {
  return new ToolError(
    "unavailable",
    "Cannot run git: this machine has no git program; install git and restart",
  );
}
