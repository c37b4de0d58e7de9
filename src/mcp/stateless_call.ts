/** A call of a stateless client: all that is known of the client stands in the request itself. */
import { type Asker, type InputRequired, RoundTripAsker } from "./asker.ts";
import type { Call } from "./call.ts";
import type { CallSetting } from "./call_runner.ts";
import type { LogLevel } from "./log_level.ts";
import { MessageStream } from "./message_stream.ts";
import type { RequestMeta } from "./meta.ts";
import type { MethodRequest } from "./method.ts";
import type { Facts } from "./outcome.ts";
import type { Reply } from "./reply.ts";
import type { Answers, RequestStates, StateBinding } from "./request_state.ts";
import { declaresTasks } from "./stateless_methods.ts";
import type { TaskRunner } from "./task_runner.ts";
import type { Wire } from "./wire.ts";

/** What the call is made of. */
export interface StatelessCallParts extends Pick<CallSetting, "request" | "method" | "facts" | "wire"> {
  readonly meta: RequestMeta;
  readonly states: RequestStates;
  /** What a state that asks is good for; undefined for methods that may not ask. */
  readonly binding: StateBinding | undefined;
  /** Of this round, and those that the client brings back from earlier ones. */
  readonly answers: Answers;
  readonly runner: TaskRunner | undefined;
}

/** See the module. */
export class StatelessCall implements CallSetting {
  readonly request: MethodRequest;
  readonly method: CallSetting["method"];
  readonly facts: Facts;
  readonly wire: Wire;
  readonly #parts: StatelessCallParts;
  #call: Call | undefined;

  constructor(parts: StatelessCallParts) {
    this.request = parts.request;
    this.method = parts.method;
    this.facts = parts.facts;
    this.wire = parts.wire;
    this.#parts = parts;
  }

  get isStateless(): boolean {
    return true;
  }

  get tasks(): CallSetting["tasks"] {
    const { meta: { capabilities }, runner, request: { method } } = this.#parts;
    return method === "tools/call" && runner !== undefined && declaresTasks(capabilities)
      ? { runner, capabilities }
      : undefined;
  }

  get logLevel(): LogLevel | undefined {
    return this.#parts.meta.logLevel;
  }

  /** Leaving the stream is the cancellation of what runs on it. */
  openStream(): MessageStream {
    return new MessageStream({ onLeave: () => this.#call?.cancel() });
  }

  createAsker(): Asker {
    const { meta: { capabilities }, answers } = this.#parts;
    return new RoundTripAsker({ capabilities, answers });
  }

  /** The client holds the state: there is none here. */
  async inputRequired(required: InputRequired): Promise<Reply> {
    const { binding, states } = this.#parts;
    if (binding === undefined) throw new TypeError("Cannot ask during a method that takes no answers");
    const requestState = await states.seal(required.answers, binding);
    return { result: { resultType: "input_required", inputRequests: required.requests, requestState } };
  }

  attach(call: Call): () => void {
    this.#call = call;
    return this.request.carrier.whenGone(() => call.cancel());
  }
}
