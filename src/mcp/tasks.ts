/** Tasks of the extension `io.modelcontextprotocol/tasks`: their states, their wire form, and where they are kept. */
import type { Scope } from "../core/scope.ts";
import type { InputRequests } from "./input_request.ts";
import type { Params, RpcErrorObject } from "./jsonrpc.ts";

/** What a task is doing. The last three are final. */
export type TaskState =
  | { readonly status: "working" }
  /** Every question that is still open. */
  | { readonly status: "input_required"; readonly inputRequests: InputRequests }
  /** What `tools/call` would have answered, a tool's own failure included. */
  | { readonly status: "completed"; readonly result: Params }
  | { readonly status: "failed"; readonly error: RpcErrorObject }
  | { readonly status: "cancelled" };

/** A task. Times are milliseconds since 1970. */
export interface Task {
  /** Unguessable. */
  readonly taskId: string;
  /** Whose it is: the fingerprint of a key. Undefined where nobody has to say. */
  readonly caller: string | undefined;
  /** What a key needs to see it: the scope of the tool that made it. Undefined where any will do. */
  readonly scope?: Scope;
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
  /** How long it can be asked for, from its creation; null for ever. Whole milliseconds. */
  readonly ttlMs: number | null;
  /** How often to ask. Whole milliseconds. */
  readonly pollIntervalMs?: number;
  /** For people. */
  readonly statusMessage?: string;
  readonly state: TaskState;
}

/** Where tasks are kept. The server's own store may make a task of its job: it is found by `get` all the same. */
export interface TaskStore {
  /** Keeps a new task, before the client learns of it. */
  create(task: Task): Promise<void>;
  /** The task of that id, if it is there and not too old. */
  get(taskId: string): Promise<Task | undefined>;
  /**
   * Changes the state of a task and returns the task; a final state does not change. `cancelled` asks a task that
   * runs elsewhere to stop: it may go on for a while.
   *
   * @throws {ProtocolError} Where nothing may be changed.
   */
  setState(taskId: string, state: TaskState): Promise<Task | undefined>;
  /** Answers of a client to questions that no running call of this process asked. They may be ignored. */
  answer?(taskId: string, responses: ReadonlyMap<string, Params>): Promise<void>;
  /** Tells of every change, until the returned function is called. */
  watch(listener: (task: Task) => void): () => void;
}

/** What a tool asks for when it turns its call into a task. */
export interface TaskOptions {
  /** Refuse clients that take no task, because the answer would come too late. @default false */
  readonly required?: boolean;
  /** @default 1 hour */
  readonly ttlMs?: number | null;
  /** @default 1 second */
  readonly pollIntervalMs?: number;
}

/** Returned by a tool whose answer is a task that its store already keeps, such as a job. */
export class CreatedTask {
  readonly taskId: string;

  constructor(taskId: string) {
    this.taskId = taskId;
  }
}

/** Whether a state is final. */
export function isFinal({ status }: TaskState): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** A task without what its state carries: the answer to the call that made it. */
export function createTaskResult(task: Task): Params {
  return { resultType: "task", ...summary(task) };
}

/** A task with what its state carries: for `tasks/get` and `notifications/tasks`. */
export function detailedTask(task: Task): Params {
  const { status: _, ...carried } = task.state;
  return { ...summary(task), ...carried };
}

function summary(
  { taskId, state, statusMessage, createdAt, lastUpdatedAt, ttlMs, pollIntervalMs }: Task,
): Params {
  return {
    taskId,
    status: state.status,
    ...(statusMessage !== undefined && { statusMessage }),
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(lastUpdatedAt).toISOString(),
    ttlMs,
    ...(pollIntervalMs !== undefined && { pollIntervalMs }),
  };
}
