/** Calls that go on as tasks: their questions are parked in the task, their end is its final state. */
import type { NewId, Now } from "../core/clock.ts";
import { TASK_POLL_INTERVAL_MS, TASK_TTL_MS } from "../core/limits.ts";
import type { Asker } from "./asker.ts";
import {
  type InputRequest,
  type InputRequests,
  type InputResponse,
  type InputResponses,
  missingFor,
  missingForAll,
} from "./input_request.ts";
import type { Params, RpcErrorObject } from "./jsonrpc.ts";
import type { ClientCapabilities } from "./meta.ts";
import { missingCapability } from "./protocol_error.ts";
import { createTaskResult, type Task, type TaskOptions, type TaskStore } from "./tasks.ts";

/** The tasks whose calls run in this process. */
export class TaskRunner {
  readonly store: TaskStore;
  readonly #now: Now;
  readonly #newId: NewId;
  readonly #running = new Map<string, RunningTask>();

  constructor(options: { store: TaskStore; now: Now; newId: NewId }) {
    this.store = options.store;
    this.#now = options.now;
    this.#newId = options.newId;
  }

  /** Makes a task of a call. `cancel` is called when the client wants it to stop. */
  async start(
    options: TaskOptions,
    call: { caller: string | undefined; capabilities: ClientCapabilities; cancel: () => void },
  ): Promise<RunningTask> {
    const { ttlMs = TASK_TTL_MS, pollIntervalMs = TASK_POLL_INTERVAL_MS } = options;
    const now = this.#now();
    const task: Task = {
      taskId: this.#newId(),
      caller: call.caller,
      createdAt: now,
      lastUpdatedAt: now,
      ttlMs,
      pollIntervalMs,
      state: { status: "working" },
    };
    await this.store.create(task);
    const running = new RunningTask(task, { store: this.store, ...call });
    this.#running.set(task.taskId, running);
    running.ended.then(() => this.#running.delete(task.taskId));
    return running;
  }

  /** Hands answers to the call that asked. Keys that are not open are ignored. */
  async answer(taskId: string, responses: ReadonlyMap<string, InputResponse>): Promise<void> {
    const running = this.#running.get(taskId);
    await (running === undefined ? this.store.answer?.(taskId, responses) : running.answer(responses));
  }

  /** Cancels a task: at once on paper, and as soon as it listens in fact. */
  async cancel(taskId: string): Promise<void> {
    await this.store.setState(taskId, { status: "cancelled" });
    this.#running.get(taskId)?.cancel();
  }
}

interface Question {
  readonly request: InputRequest;
  readonly resolve: (response: InputResponse) => void;
}

/** One call that is a task now. */
export class RunningTask implements Asker {
  readonly ended: Promise<void>;
  readonly #task: Task;
  readonly #parts: { store: TaskStore; capabilities: ClientCapabilities; cancel: () => void };
  readonly #open = new Map<string, Question>();
  /** Keys are never used twice in a task's life, so that a late answer fits no other question. */
  readonly #usedKeys = new Set<string>();
  readonly #end: () => void;

  constructor(task: Task, parts: { store: TaskStore; capabilities: ClientCapabilities; cancel: () => void }) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#task = task;
    this.#parts = parts;
    this.ended = promise;
    this.#end = resolve;
  }

  /** The answer to the request that began it. */
  get createResult(): Params {
    return createTaskResult(this.#task);
  }

  canAsk(request: InputRequest): boolean {
    return missingFor(request, this.#parts.capabilities) === undefined;
  }

  /** Parks the questions in the task, and waits for `tasks/update`. */
  async ask<Key extends string>(
    requests: InputRequests<Key>,
    signal: AbortSignal,
  ): Promise<InputResponses<Key>> {
    signal.throwIfAborted();
    const entries = Object.entries<InputRequest>(requests);
    const missing = missingForAll(entries.map(([, request]) => request), this.#parts.capabilities);
    if (missing !== undefined) throw missingCapability(missing);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener("abort", giveUp);
    try {
      const answers = entries.map(async ([key, request]): Promise<[string, InputResponse]> => [
        key,
        await this.#park(key, request),
      ]);
      await this.#publish();
      const answered = await Promise.race([Promise.all(answers), aborted]);
      return Object.fromEntries(answered) as InputResponses<Key>;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  async answer(responses: ReadonlyMap<string, InputResponse>): Promise<void> {
    const settled: [Question, InputResponse][] = [];
    for (const [key, response] of responses) {
      const question = this.#open.get(key);
      if (question === undefined) continue;
      this.#open.delete(key);
      settled.push([question, response]);
    }
    // The state is told first: who asks for the task right after the answer is to see it working.
    if (settled.length > 0) await this.#publish();
    for (const [{ resolve }, response] of settled) resolve(response);
  }

  cancel(): void {
    this.#parts.cancel();
  }

  async complete(result: Params): Promise<void> {
    await this.#parts.store.setState(this.#task.taskId, { status: "completed", result });
    this.#end();
  }

  async fail(error: RpcErrorObject): Promise<void> {
    await this.#parts.store.setState(this.#task.taskId, { status: "failed", error });
    this.#end();
  }

  #park(key: string, request: InputRequest): Promise<InputResponse> {
    let fresh = key;
    for (let round = 2; this.#usedKeys.has(fresh); round++) fresh = `${key}_${round}`;
    this.#usedKeys.add(fresh);
    const { promise, resolve } = Promise.withResolvers<InputResponse>();
    this.#open.set(fresh, { request, resolve });
    return promise;
  }

  async #publish(): Promise<void> {
    const inputRequests = Object.fromEntries(
      Array.from(this.#open, ([key, { request }]) => [key, request]),
    );
    await this.#parts.store.setState(
      this.#task.taskId,
      this.#open.size === 0 ? { status: "working" } : { status: "input_required", inputRequests },
    );
  }
}
