/** One session of a handshake client: what it declared, what it watches, its streams and what it was asked. */
import { ToolError } from "../core/errors.ts";
import { ASK_TIMEOUT_MS, SESSION_STREAMS_MAX, STREAM_RETRY_MS } from "../core/limits.ts";
import type { InputRequest, InputResponse } from "./input_request.ts";
import { isObject, type RequestId, type RpcAnswer } from "./jsonrpc.ts";
import type { LogLevel } from "./log_level.ts";
import { MessageStream } from "./message_stream.ts";
import type { ClientCapabilities } from "./meta.ts";
import type { Revision } from "./revisions.ts";

/** The name of the stream that `GET` opens. */
const STANDALONE = "0";

/** A call that a notification may cancel. */
export interface Cancellable {
  cancel(): void;
}

/** What a session begins with. */
export interface SessionOptions {
  /** Visible ASCII (2025-11-25, basic/transports, session management). */
  readonly id: string;
  readonly revision: Revision;
  readonly capabilities: ClientCapabilities;
  readonly caller: string | undefined;
}

/** See the module. */
export class Session {
  readonly id: string;
  readonly revision: Revision;
  readonly capabilities: ClientCapabilities;
  readonly caller: string | undefined;
  /** The least severe log message that the client asked for; undefined for none. */
  logLevel: LogLevel | undefined;
  /** Watched resources, and what ends the watch. */
  readonly subscriptions = new Map<string, () => void>();
  readonly #calls = new Map<RequestId, Cancellable>();
  readonly #asked = new Map<string, (answer: RpcAnswer) => void>();
  readonly #streams = new Map<string, MessageStream>();
  #requests = 0;
  #streamNumber = 0;
  #isOver = false;

  constructor({ id, revision, capabilities, caller }: SessionOptions) {
    this.id = id;
    this.revision = revision;
    this.capabilities = capabilities;
    this.caller = caller;
  }

  /** Whether it has ended: what is begun now nothing would end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether something is under way: such a session is not idle. */
  get isBusy(): boolean {
    return this.#calls.size > 0 || this.#streams.get(STANDALONE)?.isRead === true;
  }

  /** A stream for the messages of one call. */
  openStream(): MessageStream {
    const stream = this.#newStream(String(++this.#streamNumber), false);
    if (this.#streams.size > SESSION_STREAMS_MAX) {
      const oldest = this.#streams.keys().find((name) => name !== STANDALONE);
      if (oldest !== undefined) this.#streams.delete(oldest);
    }
    return stream;
  }

  /** The stream of `GET`: a session has one, which lasts from the first `GET` on. */
  standaloneStream(): MessageStream {
    return this.#streams.get(STANDALONE) ?? this.#newStream(STANDALONE, true);
  }

  /** Ends the stream of `GET`; a client that opens it again gets a new one. */
  endStandaloneStream(): void {
    this.#streams.get(STANDALONE)?.end();
    this.#streams.delete(STANDALONE);
  }

  /** The stream that events were named after. */
  stream(name: string): MessageStream | undefined {
    return this.#streams.get(name);
  }

  /** Sends what belongs to no call, where the client has opened a stream for it. */
  notify(json: string): void {
    this.#streams.get(STANDALONE)?.send(json);
  }

  /**
   * Asks the client and waits for its answer. Ids count per session, so an answer is looked up in its own.
   *
   * @throws {ToolError} `unavailable` when the client refuses, answers nonsense, or does not answer in time.
   */
  async request(
    { method, params = {} }: InputRequest,
    { send, signal }: { send: (json: string) => void; signal: AbortSignal },
  ): Promise<InputResponse> {
    signal.throwIfAborted();
    const id = ++this.#requests;
    const { promise, resolve, reject } = Promise.withResolvers<RpcAnswer>();
    const giveUp = () => reject(signal.reason);
    const timer = setTimeout(() => resolve({ kind: "error" }), ASK_TIMEOUT_MS);
    signal.addEventListener("abort", giveUp);
    this.#asked.set(String(id), resolve);
    try {
      send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      const answer = await promise;
      if (answer.kind === "result" && isObject(answer.result)) return answer.result;
      throw new ToolError("unavailable", `Cannot go on: the client did not answer ${method}`, { method });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
      this.#asked.delete(String(id));
    }
  }

  /** Lets the client cancel a call under its own id; returns what ends that. */
  attach(id: RequestId, call: Cancellable): () => void {
    this.#calls.set(id, call);
    return () => {
      if (this.#calls.get(id) === call) this.#calls.delete(id);
    };
  }

  /** The client wants no answer to that request any more. */
  cancel(id: RequestId): void {
    this.#calls.get(id)?.cancel();
  }

  /** Hands a client's answer to who asked. Clients repeat the id as a number or as a string. */
  settle(id: RequestId | undefined, answer: RpcAnswer): void {
    if (id !== undefined) this.#asked.get(String(id))?.(answer);
  }

  /** Ends everything that belongs to the session. */
  close(): void {
    this.#isOver = true;
    for (const call of this.#calls.values()) call.cancel();
    for (const unwatch of this.subscriptions.values()) unwatch();
    for (const stream of this.#streams.values()) stream.end();
    for (const settle of this.#asked.values()) settle({ kind: "error" });
    this.subscriptions.clear();
    this.#streams.clear();
  }

  #newStream(name: string, longLived: boolean): MessageStream {
    // Older SDKs read the empty event as JSON, and fail.
    const priming = this.revision >= "2025-11-25" ? { retryMs: STREAM_RETRY_MS } : {};
    const stream = new MessageStream({ name, longLived, ...priming });
    this.#streams.set(name, stream);
    return stream;
  }
}
