/** Calls that are made once, however often they are sent: for a client that does not know whether its call was heard. */
import type { Now } from "./core/clock.ts";
import { ToolError } from "./core/errors.ts";
import { IDEMPOTENCY_CHARS_MAX, IDEMPOTENCY_KEYS_MAX, IDEMPOTENCY_MS } from "./core/limits.ts";
import { sha256Hex } from "./repo/digest.ts";
import { isFileSystemError } from "./repo/fs_error.ts";
import type { LoggedResult, ResultLog } from "./repo/journal/result_log.ts";

/** Whose key it is, and for which tool. */
export interface IdempotencyScope {
  /** The fingerprint of the caller's key; undefined where nobody has to say. */
  readonly caller: string | undefined;
  readonly tool: string;
  readonly key: string;
}

interface Made {
  readonly args: string;
  readonly result: Promise<unknown>;
  readonly at: number;
  /** For the log, once the call is over. */
  logged?: LoggedResult;
}

/** The results of the last calls, by their keys: for a day, and over restarts. */
export class IdempotentCalls {
  readonly #now: Now;
  readonly #log: ResultLog;
  readonly #made = new Map<string, Made>();
  #loading: Promise<void> | undefined;

  constructor(parts: { now: Now; log: ResultLog }) {
    this.#now = parts.now;
    this.#log = parts.log;
  }

  /**
   * Makes the call, or returns what the first one of the key returned; one that is still at work is waited for. A call
   * that fails has not been made.
   *
   * @throws {ToolError} `conflict` when the first call had other arguments, and what the call throws.
   */
  async once<Result>(scope: IdempotencyScope, args: unknown, call: () => Promise<Result>): Promise<Result> {
    // What could not be read, or had no room, is tried again with the next call.
    await (this.#loading ??= this.#load().catch((error) => {
      this.#loading = undefined;
      throw error;
    }));
    const name = sha256Hex(JSON.stringify([scope.caller ?? null, scope.tool, scope.key]));
    const digest = sha256Hex(JSON.stringify(args));
    this.#forgetOld();
    const made = this.#made.get(name);
    if (made === undefined) return await this.#make(name, digest, call);
    if (made.args === digest) return await made.result as Result;
    const message =
      `Cannot use the idempotencyKey "${scope.key}" again: its first call of ${scope.tool} had other arguments`;
    throw new ToolError("conflict", message, { reason: "idempotency_key_reused" });
  }

  async #make<Result>(name: string, args: string, call: () => Promise<Result>): Promise<Result> {
    const at = this.#now();
    const made: Made = { args, at, result: call() };
    this.#made.set(name, made);
    let result: Result;
    try {
      result = await made.result as Result;
    } catch (error) {
      if (this.#made.get(name) === made) this.#made.delete(name);
      throw error;
    }
    made.logged = { name, args, result, at };
    await this.#keep(made.logged);
    return result;
  }

  /** What was done is done, whether or not the disk has room for the note of it: it then holds until the process ends. */
  async #keep(result: LoggedResult): Promise<void> {
    try {
      await this.#log.append(result);
      if (!this.#log.isLong) return;
      this.#forgetLarge();
      await this.#log.begin(() => this.#logged());
    } catch (error) {
      if (!isFileSystemError(error)) throw error;
    }
  }

  /** What is still wanted is all that the log then holds. */
  async #load(): Promise<void> {
    for (const logged of await this.#log.load()) {
      const { name, args, result, at } = logged;
      this.#made.set(name, { args, at, result: Promise.resolve(result), logged });
    }
    this.#forgetOld();
    await this.#log.begin(() => this.#logged());
  }

  #logged(): LoggedResult[] {
    return [...this.#made.values()].flatMap(({ logged }) => logged ?? []);
  }

  /** The newest results that fit into what is kept stay. */
  #forgetLarge(): void {
    let chars = 0;
    for (const [name, { logged }] of [...this.#made].reverse()) {
      // One that is still at work is none of them.
      if (logged === undefined) continue;
      chars += JSON.stringify(logged).length;
      if (chars > IDEMPOTENCY_CHARS_MAX) this.#made.delete(name);
    }
  }

  /** The oldest come first. */
  #forgetOld(): void {
    const before = this.#now() - IDEMPOTENCY_MS;
    for (const [name, { at }] of this.#made) {
      if (at >= before && this.#made.size < IDEMPOTENCY_KEYS_MAX) return;
      this.#made.delete(name);
    }
  }
}
