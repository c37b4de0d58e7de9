/** Tasks in memory, for the fixture and for tests. */
import { isFinal, type Task, type TaskState, type TaskStore } from "../../src/mcp/tasks.ts";

/** See the module. */
export class MemoryTasks implements TaskStore {
  readonly #tasks = new Map<string, Task>();
  readonly #listeners = new Set<(task: Task) => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get watchers(): number {
    return this.#listeners.size;
  }

  async create(task: Task): Promise<void> {
    this.#tasks.set(task.taskId, task);
  }

  async get(taskId: string): Promise<Task | undefined> {
    const task = this.#tasks.get(taskId);
    const isOld = task !== undefined && task.ttlMs !== null && task.createdAt + task.ttlMs < this.#now();
    return isOld ? undefined : task;
  }

  async setState(taskId: string, state: TaskState): Promise<Task | undefined> {
    const task = await this.get(taskId);
    if (task === undefined || isFinal(task.state)) return task;
    const changed = { ...task, state, lastUpdatedAt: this.#now() };
    this.#tasks.set(taskId, changed);
    for (const listener of this.#listeners) listener(changed);
    return changed;
  }

  watch(listener: (task: Task) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
