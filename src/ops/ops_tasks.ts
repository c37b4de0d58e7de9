/**
 * The server's tasks (MCP's tasks extension): jobs and canaries are tasks themselves and survive a restart; a call that
 * became a task lives as long as the process that runs it.
 */
import type { Now } from "../core/clock.ts";
import { INVALID_REQUEST } from "../mcp/jsonrpc.ts";
import { ProtocolError } from "../mcp/protocol_error.ts";
import { isFinal, type Task, type TaskState, type TaskStore } from "../mcp/tasks.ts";
import type { EventLog, StoredEvent } from "../store/event.ts";

/** Where tasks of one kind are kept. */
export interface TaskSource {
  /** What its events' subjects begin with, as `job/`; the rest is the task's id. */
  readonly prefix: string;
  get(taskId: string): Promise<Task | undefined>;
  /** Asks a task to end. One that is over stays as it is. */
  cancel(taskId: string): Promise<void>;
}

/** What it is made of. */
export interface OpsTasksParts {
  readonly events: EventLog;
  readonly now: Now;
  readonly sources: readonly TaskSource[];
  /** Whether no job and no canary may be changed. */
  readonly readOnly: boolean;
}

/** See the module. */
export class OpsTasks implements TaskStore {
  readonly #events: EventLog;
  readonly #sources: readonly TaskSource[];
  readonly #now: Now;
  readonly #readOnly: boolean;
  readonly #calls = new Map<string, Task>();
  readonly #listeners = new Set<(task: Task) => void>();

  constructor(parts: OpsTasksParts) {
    this.#events = parts.events;
    this.#now = parts.now;
    this.#sources = parts.sources;
    this.#readOnly = parts.readOnly;
  }

  async create(task: Task): Promise<void> {
    for (const [id, old] of this.#calls) if (this.#isOld(old)) this.#calls.delete(id);
    this.#calls.set(task.taskId, task);
  }

  async get(taskId: string): Promise<Task | undefined> {
    const call = this.#calls.get(taskId);
    if (call !== undefined) return this.#isOld(call) ? undefined : call;
    return (await this.#find(taskId))?.task;
  }

  async setState(taskId: string, state: TaskState): Promise<Task | undefined> {
    const call = this.#calls.get(taskId);
    if (call !== undefined) return this.#setCallState(call, state);
    const found = await this.#find(taskId);
    // A job's state is its own to tell; a client can only want it to end.
    if (found === undefined || state.status !== "cancelled") return found?.task;
    if (this.#readOnly) {
      const message =
        "Cannot cancel the task: this server only reads; ask the operator to run it without MCP_READ_ONLY";
      throw new ProtocolError(INVALID_REQUEST, message);
    }
    await found.source.cancel(taskId);
    return await found.source.get(taskId);
  }

  watch(listener: (task: Task) => void): () => void {
    this.#listeners.add(listener);
    const stop = this.#events.watch((events) => void this.#tell(events, listener));
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }

  #setCallState(call: Task, state: TaskState): Task {
    if (isFinal(call.state)) return call;
    const changed = { ...call, state, lastUpdatedAt: this.#now() };
    this.#calls.set(call.taskId, changed);
    for (const listener of this.#listeners) listener(changed);
    return changed;
  }

  async #tell(events: readonly StoredEvent[], listener: (task: Task) => void): Promise<void> {
    for (const { subject } of events) {
      const source = this.#sources.find(({ prefix }) => subject.startsWith(prefix));
      const task = await source?.get(subject.slice(source.prefix.length));
      if (task !== undefined && this.#listeners.has(listener)) listener(task);
    }
  }

  async #find(taskId: string): Promise<{ task: Task; source: TaskSource } | undefined> {
    for (const source of this.#sources) {
      const task = await source.get(taskId);
      if (task !== undefined) return { task, source };
    }
    return undefined;
  }

  #isOld({ ttlMs, createdAt }: Task): boolean {
    return ttlMs !== null && createdAt + ttlMs < this.#now();
  }
}
