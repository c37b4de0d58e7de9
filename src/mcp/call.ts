/** One call at work, and what it can reach of its client: questions, progress, log messages, cancellation, tasks. */
import { ToolError } from "../core/errors.ts";
import type { Asker } from "./asker.ts";
import type { Carrier } from "./carrier.ts";
import type { Exchange } from "./exchange.ts";
import type { InputRequest, InputRequests, InputResponses } from "./input_request.ts";
import { notification, type Params } from "./jsonrpc.ts";
import { isAtLeast, type LogLevel } from "./log_level.ts";
import { type ClientCapabilities, progressToken, TASKS_EXTENSION } from "./meta.ts";
import { missingCapability } from "./protocol_error.ts";
import type { RunningTask, TaskRunner } from "./task_runner.ts";
import type { TaskOptions } from "./tasks.ts";

/** What a call reports of itself. `progress` is on the scale of `total`, and has to grow. */
export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** What a tool, a prompt or a resource can do with the client that waits for it. */
export interface McpCall {
  /** Names the call in the server's log. */
  readonly requestId: string;
  /** The fingerprint of the caller's key; undefined where nobody has to say. */
  readonly caller: string | undefined;
  /** Aborted when the answer is not wanted any more, and when the server stops. */
  readonly signal: AbortSignal;
  /** Whether the client can answer this question during this call. */
  canAsk(request: InputRequest): boolean;
  /**
   * Asks the client, and returns its answers by key. A stateless client answers by sending the request again: the
   * handler then runs again from its beginning, so nothing may have been changed before the last question.
   *
   * @throws {ToolError | ProtocolError} When the client cannot be asked: {@linkcode canAsk} tells beforehand. What else
   * is thrown is not to be caught.
   */
  ask<Key extends string>(requests: InputRequests<Key>): Promise<InputResponses<Key>>;
  /** Tells how far the call is, where the client wants to know. What does not grow is dropped. */
  progress(report: Progress): void;
  /** Sends a log message, where the client asked for that level. Never a secret, a host path or another's data. */
  log(level: LogLevel, data: unknown, logger?: string): void;
  /** Ends the connection of this call and lets the client resume, where it can; elsewhere nothing happens. */
  disconnect(): void;
  /** Whether the client takes a task for an answer. */
  readonly takesTask: boolean;
  /**
   * Answers the client with a task, and goes on as that task; false where the client takes none, and waits.
   *
   * @throws {ToolError | ProtocolError} When the task is required, and the client takes none.
   */
  startTask(options?: TaskOptions): Promise<boolean>;
}

/** The client of one call, as its era has it. */
export interface CallClient {
  readonly request: { readonly params: Params; readonly carrier: Carrier };
  /** Makes what the client is asked with, at the first question: most calls have none. */
  createAsker(exchange: Exchange): Asker;
  /** Asked for each message: a session may change it in the middle of a call. */
  readonly logLevel: LogLevel | undefined;
  /** Where this client and this method may have tasks. */
  readonly tasks: { runner: TaskRunner; capabilities: ClientCapabilities } | undefined;
  /** Whether a missing task is told as the stateless revisions do, or as a tool's failure. */
  readonly isStateless: boolean;
}

/** See the module. */
export class Call implements McpCall {
  readonly #client: CallClient;
  readonly #exchange: Exchange;
  #asker: Asker | undefined;
  #task: RunningTask | undefined;
  #controller: AbortController | undefined;
  #abortReason: DOMException | undefined;
  #isCancelled = false;
  #progress = -Infinity;

  constructor(client: CallClient, exchange: Exchange) {
    this.#client = client;
    this.#exchange = exchange;
  }

  get requestId(): string {
    return this.#client.request.carrier.requestId;
  }

  get caller(): string | undefined {
    return this.#client.request.carrier.caller;
  }

  /** Made when it is asked for: most calls are over before anybody could abort them. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#abortReason !== undefined;
  }

  /** Whether nobody waits for the answer. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  get takesTask(): boolean {
    return this.#client.tasks !== undefined && this.#task === undefined;
  }

  canAsk(request: InputRequest): boolean {
    return this.#askerOnce().canAsk(request);
  }

  async ask<Key extends string>(requests: InputRequests<Key>): Promise<InputResponses<Key>> {
    return await this.#askerOnce().ask(requests, this.signal);
  }

  progress({ progress, total, message }: Progress): void {
    const token = progressToken(this.#client.request.params);
    // A task reports through its state alone, never through the request that it has left behind.
    if (token === undefined || !(progress > this.#progress)) return;
    this.#progress = progress;
    if (!this.#exchange.canSend) return;
    const params = {
      progressToken: token,
      progress,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    };
    this.#exchange.send(notification("notifications/progress", params));
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    const threshold = this.#client.logLevel;
    if (threshold === undefined || !isAtLeast(level, threshold) || !this.#exchange.canSend) return;
    const params = { level, ...(logger !== undefined && { logger }), data };
    this.#exchange.send(notification("notifications/message", params));
  }

  disconnect(): void {
    this.#exchange.disconnect();
  }

  async startTask(options: TaskOptions = {}): Promise<boolean> {
    if (this.#task !== undefined) return true;
    const { tasks } = this.#client;
    if (tasks === undefined) {
      if (options.required) throw this.#noTask();
      return false;
    }
    const { runner, capabilities } = tasks;
    this.#task = await runner.start(options, {
      caller: this.caller,
      capabilities,
      cancel: () => this.cancel(),
    });
    this.#asker = this.#task;
    this.#exchange.reply({ result: this.#task.createResult });
    return true;
  }

  /** The task that the call has become. */
  get task(): RunningTask | undefined {
    return this.#task;
  }

  /** The client wants no answer: work stops, and nothing more is sent. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.abort("The call was cancelled");
    this.#exchange.abandon();
  }

  /** Asks the work to stop; its answer is still sent. */
  abort(reason: string): void {
    this.#abortReason ??= new DOMException(reason, "AbortError");
    this.#controller?.abort(this.#abortReason);
  }

  #askerOnce(): Asker {
    this.#asker ??= this.#client.createAsker(this.#exchange);
    return this.#asker;
  }

  #noTask() {
    if (this.#client.isStateless) return missingCapability({ extensions: { [TASKS_EXTENSION]: {} } });
    return new ToolError("unavailable", "Cannot run this: it takes a client that supports tasks");
  }
}
