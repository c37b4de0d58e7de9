/** Requests of 2026-07-28 and later: each stands for itself, and is judged in the order of the revision's errors. */
import { InputRequired, RoundTripAsker } from "./asker.ts";
import { type CallRunner, failedOutcome } from "./call_runner.ts";
import type { Carrier } from "./carrier.ts";
import { METHOD_NOT_FOUND, type Params, type RpcRequest } from "./jsonrpc.ts";
import type { ListenStreams } from "./listen.ts";
import { MessageStream } from "./message_stream.ts";
import { readRequestMeta, type RequestMeta } from "./meta.ts";
import type { Method, MethodRequest, Methods } from "./method.ts";
import type { Facts, Outcome } from "./outcome.ts";
import { invalidParams, ProtocolError, UNSUPPORTED_PROTOCOL_VERSION } from "./protocol_error.ts";
import type { Reply } from "./reply.ts";
import { type Answers, readInputResponses, type RequestStates, type StateBinding } from "./request_state.ts";
import { STATELESS_REVISIONS } from "./revisions.ts";
import { checkStandardHeaders, headerMismatch } from "./standard_headers.ts";
import { declaresTasks } from "./stateless_methods.ts";
import type { TaskRunner } from "./task_runner.ts";
import { malformedOutcome, resultOutcome, type Wire } from "./wire.ts";

/** What the era is made of. */
export interface StatelessParts<Context> {
  readonly wire: Wire;
  readonly methods: Methods;
  readonly calls: CallRunner;
  readonly listens: ListenStreams<Context>;
  readonly states: RequestStates;
  readonly tasks: TaskRunner | undefined;
  readonly factsOf: (request: RpcRequest) => Facts;
  readonly onBug: (error: unknown, call: { requestId: string }) => void;
}

/** See the module. */
export class StatelessEra<Context> {
  readonly #parts: StatelessParts<Context>;

  constructor(parts: StatelessParts<Context>) {
    this.#parts = parts;
  }

  /** Answers a request. Never rejects. */
  async answer(rpc: RpcRequest, carrier: Carrier): Promise<Outcome> {
    let meta: RequestMeta;
    try {
      meta = readRequestMeta(rpc.params);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return malformedOutcome(rpc.id, error.toObject());
    }
    const { wire, onBug, factsOf } = this.#parts;
    const request: MethodRequest = { ...rpc, carrier, client: { era: "stateless", meta } };
    let facts: Facts = {};
    try {
      this.#checkVersion(meta, carrier);
      if (carrier.headers !== undefined) checkStandardHeaders(rpc, carrier.headers);
      const method = this.#methodOf(rpc);
      facts = factsOf(rpc);
      return await this.#run(method, { request, meta, facts });
    } catch (error) {
      return failedOutcome(error, { request, wire, facts, onBug });
    }
  }

  /** Ends what is open. */
  close(): void {
    this.#parts.listens.close();
  }

  #checkVersion({ protocolVersion }: RequestMeta, { headers }: Carrier): void {
    if (headers?.protocolVersion !== undefined && headers.protocolVersion !== protocolVersion) {
      throw headerMismatch("MCP-Protocol-Version is not the version of the body");
    }
    if (!STATELESS_REVISIONS.some((revision) => revision === protocolVersion)) {
      const data = { supported: STATELESS_REVISIONS, requested: protocolVersion };
      throw new ProtocolError(UNSUPPORTED_PROTOCOL_VERSION, "The protocol version is not served", data);
    }
    if (headers !== undefined && headers.protocolVersion === undefined) {
      throw headerMismatch("MCP-Protocol-Version is missing");
    }
  }

  #methodOf({ method: name }: RpcRequest): Method {
    const method = this.#parts.methods.get(name);
    if (method === undefined) {
      throw new ProtocolError(METHOD_NOT_FOUND, `Method not found: "${name.slice(0, 100)}"`);
    }
    return method;
  }

  async #run(
    method: Method,
    { request, meta, facts }: { request: MethodRequest; meta: RequestMeta; facts: Facts },
  ): Promise<Outcome> {
    const { wire, listens } = this.#parts;
    switch (method.kind) {
      case "plain": {
        const reply = await method.answer(request);
        return resultOutcome(wire, reply, { id: request.id, facts });
      }
      case "listen":
        return { kind: "stream", stream: await listens.open(request), facts };
      case "call":
        return await this.#call(method, { request, meta, facts });
      default:
        return method satisfies never;
    }
  }

  async #call(
    method: Method & { kind: "call" },
    { request, meta, facts }: { request: MethodRequest; meta: RequestMeta; facts: Facts },
  ): Promise<Outcome> {
    const { wire, calls, states, tasks } = this.#parts;
    const { carrier, params } = request;
    const name = method.nameOf?.(params);
    const binding = typeof name !== "string"
      ? undefined
      : { method: request.method, name, caller: carrier.caller };
    const answers = binding === undefined ? new Map() : await this.#answersOf(params, binding);
    const takesTasks = request.method === "tools/call" && tasks !== undefined &&
      declaresTasks(meta.capabilities);
    let cancel = () => {};
    return await calls.run({
      request,
      method,
      facts,
      wire,
      // Leaving the stream is the cancellation of what runs on it.
      openStream: () => new MessageStream({ onLeave: () => cancel() }),
      callParts: () => ({
        createAsker: () => new RoundTripAsker({ capabilities: meta.capabilities, answers }),
        logLevel: () => meta.logLevel,
        tasks: takesTasks ? { runner: tasks, capabilities: meta.capabilities } : undefined,
        isStateless: true,
      }),
      ...(binding !== undefined && { inputRequired: (required) => askReply(required, { states, binding }) }),
      attach: (call) => {
        cancel = () => call.cancel();
        return carrier.whenGone(cancel);
      },
    });
  }

  /** Answers of this round, over those that the client brings back from earlier ones. */
  async #answersOf(params: Params, binding: StateBinding): Promise<Answers> {
    const { requestState } = params;
    const given = readInputResponses(params.inputResponses);
    if (requestState === undefined) return given;
    if (typeof requestState !== "string") throw invalidParams(`"requestState" must be a string`);
    return new Map([...await this.#parts.states.open(requestState, binding), ...given]);
  }
}

async function askReply(
  { requests, answers }: InputRequired,
  { states, binding }: { states: RequestStates; binding: StateBinding },
): Promise<Reply> {
  const { caller = null, ...rest } = binding;
  const requestState = await states.seal(answers, { ...rest, caller });
  return { result: { resultType: "input_required", inputRequests: requests, requestState } };
}
