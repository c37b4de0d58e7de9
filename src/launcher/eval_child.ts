/** One command at work, in a process group of its own. */
import type { HostRunState } from "../adapters/eval/eval_host.ts";
import type { Later } from "../core/clock.ts";
import type { Json } from "../core/json.ts";
import { EVAL_DRAIN_MS, EVAL_KILL_AFTER_MS } from "../core/release_limits.ts";
import { EvalOutput } from "./eval_output.ts";

/** How a command is started. */
export interface EvalChildOptions {
  readonly argv: readonly string[];
  readonly folder: string;
  /** What of the environment is not as it is in the server's. */
  readonly env: Readonly<Record<string, string>>;
  readonly later: Later;
  /** Reads the result from where else than stdout it is, once the command is over. */
  readonly readResult?: () => Promise<Json | undefined>;
}

/** See the module. */
export class EvalChild {
  /** Resolves when it is over, and its result is read. */
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #output = new EvalOutput();
  readonly #options: EvalChildOptions;
  #end: Extract<HostRunState, { kind: "ended" }> | undefined;
  #wasAsked = false;
  /** Set while the group has been asked to end, and may not have. */
  #cancelKill: (() => void) | undefined;

  /** @throws {Error} What the runtime says when the program cannot be started. */
  constructor(options: EvalChildOptions) {
    const [program = "", ...args] = options.argv;
    this.#options = options;
    this.#child = new Deno.Command(program, {
      args,
      cwd: options.folder,
      env: options.env,
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.ended = this.#watch();
  }

  get processGroup(): number {
    return this.#child.pid;
  }

  get state(): HostRunState {
    if (this.#end !== undefined) return this.#end;
    const { progress } = this.#output;
    return { kind: "running", ...(progress !== undefined && { progress }) };
  }

  /** Asks the whole group to end, and kills what is left of it after a while. */
  terminate(): void {
    if (this.#wasAsked || this.#end !== undefined) return;
    this.#wasAsked = true;
    this.#signal("SIGTERM");
    this.#cancelKill = this.#options.later(() => this.kill(), EVAL_KILL_AFTER_MS);
  }

  /** Ends what is left of the group at once. Of one that has ended by itself, its number may be another's by now. */
  kill(): void {
    if (this.#end !== undefined && this.#cancelKill === undefined) return;
    this.#cancelKill?.();
    this.#cancelKill = undefined;
    this.#signal("SIGKILL");
  }

  async #watch(): Promise<void> {
    const drained = Promise.all([
      this.#drain(
        this.#child.stdout,
        (bytes, decoder) => this.#output.addStdout(decoder.decode(bytes, { stream: true })),
      ),
      this.#drain(this.#child.stderr, (bytes) => this.#output.addStderr(bytes)),
    ]);
    const { code, signal } = await this.#child.status;
    await this.#atMost(drained, EVAL_DRAIN_MS);
    const result = await this.#options.readResult?.() ??
      (this.#options.readResult === undefined ? this.#output.result() : undefined);
    this.#end = {
      kind: "ended",
      exitCode: signal === null ? code : undefined,
      signal: signal ?? undefined,
      stderr: this.#output.stderr,
      wasAsked: this.#wasAsked,
      ...(result !== undefined && { result }),
    };
  }

  async #drain(
    stream: ReadableStream<Uint8Array>,
    take: (bytes: Uint8Array, decoder: TextDecoder) => void,
  ): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) take(bytes, decoder);
  }

  async #atMost(work: Promise<unknown>, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.later(resolve, ms);
    await Promise.race([work, promise]);
    cancel();
  }

  #signal(signal: Deno.Signal): void {
    try {
      // A negative number is the group (kill(2)).
      Deno.kill(-this.#child.pid, signal);
    } catch (error) {
      // Nothing of it is left.
      if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
    }
  }
}
