/** Calls that are made once, however often they are sent: for a client that does not know whether its call was heard. */
import { ToolError } from "./core/errors.ts";
import { IDEMPOTENCY_KEYS_MAX, IDEMPOTENCY_MS } from "./core/limits.ts";
import type { Now } from "./core/clock.ts";

/** Whose key it is, and for which tool. */
export interface IdempotencyScope {
  /** The fingerprint of the caller's key; undefined where nobody has to say. */
  readonly caller: string | undefined;
  readonly tool: string;
  readonly key: string;
}

interface Made {
  /** The arguments, as JSON. */
  readonly args: string;
  readonly result: Promise<unknown>;
  readonly at: number;
}

/** The results of the last calls, by their keys: as long as the process lives, and at most a day. */
export class IdempotentCalls {
  readonly #now: Now;
  readonly #made = new Map<string, Made>();

  constructor(now: Now) {
    this.#now = now;
  }

  /**
   * Makes the call, or returns what the first one of the key returned; one that is still at work is waited for. A call
   * that fails has not been made.
   *
   * @throws {ToolError} `conflict` when the first call had other arguments, and what the call throws.
   */
  async once<Result>(scope: IdempotencyScope, args: unknown, call: () => Promise<Result>): Promise<Result> {
    const name = JSON.stringify([scope.caller ?? null, scope.tool, scope.key]);
    const json = JSON.stringify(args);
    this.#forgetOld();
    const made = this.#made.get(name);
    if (made === undefined) return await this.#make(name, json, call);
    if (made.args === json) return await made.result as Result;
    const message =
      `Cannot use the idempotencyKey "${scope.key}" again: its first call of ${scope.tool} had other arguments`;
    throw new ToolError("conflict", message, { reason: "idempotency_key_reused" });
  }

  async #make<Result>(name: string, args: string, call: () => Promise<Result>): Promise<Result> {
    const result = call();
    const made: Made = { args, result, at: this.#now() };
    this.#made.set(name, made);
    try {
      return await result;
    } catch (error) {
      if (this.#made.get(name) === made) this.#made.delete(name);
      throw error;
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
