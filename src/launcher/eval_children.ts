/** The commands that the launcher runs for the app: which ones is the operator's to say, and nobody's else. */
import process from "node:process";
import type { EvalHost, HostRun, HostRunState, HostStart } from "../adapters/eval/eval_host.ts";
import type { EvalBackend } from "../config/eval_config.ts";
import type { Later } from "../core/clock.ts";
import { EVAL_ID } from "../core/eval_id.ts";
import {
  EVAL_COMMAND_RUNS_MAX,
  EVAL_ENDED_RUNS,
  EVAL_RESULT_FILE_BYTES_MAX,
} from "../core/release_limits.ts";
import { EvalChild } from "./eval_child.ts";
import { objectOf } from "./eval_output.ts";

/** What the commands are started with. */
export interface EvalChildrenOptions {
  readonly backend: Extract<EvalBackend, { kind: "command" }>;
  /** Where they work: the root. */
  readonly folder: string;
  /** Names of variables that no command gets to see. */
  readonly secrets: readonly string[];
  readonly later: Later;
}

/** See the module. */
export class EvalChildren implements EvalHost {
  readonly #options: EvalChildrenOptions;
  readonly #children = new Map<string, EvalChild>();
  #isClosed = false;

  constructor(options: EvalChildrenOptions) {
    this.#options = options;
  }

  async start(run: HostRun): Promise<HostStart> {
    const { backend, folder, secrets, later } = this.#options;
    // The app has checked them. What it says ends up in a command line and a path, so that is not enough.
    if (![run.taskId, run.configId, run.runId].every((id) => EVAL_ID.test(id))) {
      return { kind: "refused", message: "Cannot start the command: the ids are not what they have to be" };
    }
    const argv = backend.argv.map((part) => fill(part, run));
    const readResult = backend.resultFile === undefined
      ? undefined
      : await this.#resultReader(fill(backend.resultFile, run));
    // From here to the child's place in the map nothing is awaited: two calls do not pass together.
    const running = [...this.#children].filter(([, { state }]) => state.kind === "running");
    if (running.length >= EVAL_COMMAND_RUNS_MAX || running.some(([runId]) => runId === run.runId)) {
      return { kind: "refused", message: "Cannot start the command: it runs already, or too many others do" };
    }
    if (this.#isClosed) {
      return { kind: "refused", message: "Cannot start the command: the server is stopping" };
    }
    try {
      const child = new EvalChild({
        argv,
        folder,
        // A variable cannot be taken away from a child, but it can be empty.
        env: Object.fromEntries(secrets.map((name) => [name, ""])),
        later,
        ...(readResult !== undefined && { readResult }),
      });
      this.#children.set(run.runId, child);
      child.ended.then(() => this.#forgetOldest());
      return { kind: "started", processGroup: child.processGroup };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { kind: "refused", message: `Cannot start "${argv[0]}": ${reasonOf(error)}` };
    }
  }

  async poll({ runId, processGroup }: { runId: string; processGroup: number }): Promise<HostRunState> {
    return this.#children.get(runId)?.state ?? { kind: "unknown", isAlive: isAlive(processGroup) };
  }

  async end(runId: string): Promise<void> {
    this.#children.get(runId)?.terminate();
  }

  /**
   * Ends every command, and resolves when none is left.
   *
   * @param graceMs How long a command may take until it is killed.
   */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    const children = [...this.#children.values()];
    for (const child of children) child.terminate();
    const cancel = this.#options.later(() => children.forEach((child) => child.kill()), graceMs);
    await Promise.all(children.map(({ ended }) => ended));
    cancel();
    // What a command has started may be slower than the command.
    for (const child of children) child.kill();
  }

  /** The file as an earlier run has left it says nothing about this one. */
  async #resultReader(path: string): Promise<() => Promise<HostRunResult>> {
    const { folder } = this.#options;
    const before = await resultFile(path, folder);
    return async () => {
      const after = await resultFile(path, folder);
      if (after === undefined || after.size > EVAL_RESULT_FILE_BYTES_MAX) return undefined;
      if (after.stamp === before?.stamp) return undefined;
      return await Deno.readTextFile(after.real).then(objectOf, () => undefined);
    };
  }

  #forgetOldest(): void {
    const ended = [...this.#children].filter(([, { state }]) => state.kind === "ended");
    for (const [runId] of ended.slice(0, -EVAL_ENDED_RUNS)) this.#children.delete(runId);
  }
}

type HostRunResult = ReturnType<typeof objectOf>;

/** A file as it is now. `stamp` changes when it is written or replaced. */
interface ResultFile {
  readonly real: string;
  readonly size: number;
  readonly stamp: string;
}

/** Undefined where there is none. What lies in the root by its name leads nowhere else. */
async function resultFile(path: string, folder: string): Promise<ResultFile | undefined> {
  const isInRoot = !path.startsWith("/");
  const real = await Deno.realPath(isInRoot ? `${folder}/${path}` : path).catch(() => undefined);
  if (real === undefined || (isInRoot && !real.startsWith(`${folder}/`))) return undefined;
  const info = await Deno.stat(real).catch(() => undefined);
  if (info?.isFile !== true) return undefined;
  const { size, ino, mtime, ctime } = info;
  return { real, size, stamp: [real, ino, size, mtime?.getTime(), ctime?.getTime()].join(" ") };
}

function fill(part: string, { taskId, configId, runId }: HostRun): string {
  const values: Readonly<Record<string, string>> = { taskId, configId, jobId: runId };
  return part.replace(/\{(taskId|configId|jobId)\}/g, (_, name: string) => values[name] ?? "");
}

function isAlive(processGroup: number): boolean {
  if (!(processGroup > 1)) return false;
  try {
    return process.kill(-processGroup, 0);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return false;
  }
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such program, or it is not on the PATH";
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be executed";
  if (error instanceof Deno.errors.NotCapable) return "the server was started without --allow-run";
  return "the system refused to";
}
