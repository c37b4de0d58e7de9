/** Requests of 2026-07-28 and later: each stands for itself, and is judged in the order of the revision's errors. */
import { type CallRunner, failedOutcome, type OnBug } from "./call_runner.ts";
import type { Carrier } from "./carrier.ts";
import { METHOD_NOT_FOUND, type RpcRequest } from "./jsonrpc.ts";
import type { ListenStreams } from "./listen.ts";
import { readRequestMeta, type RequestMeta } from "./meta.ts";
import type { Method, MethodRequest, Methods } from "./method.ts";
import type { Facts, Outcome } from "./outcome.ts";
import { invalidParams, ProtocolError, UNSUPPORTED_PROTOCOL_VERSION } from "./protocol_error.ts";
import { type Answers, readInputResponses, type RequestStates } from "./request_state.ts";
import { STATELESS_REVISIONS } from "./revisions.ts";
import { checkStandardHeaders, headerMismatch } from "./standard_headers.ts";
import { StatelessCall } from "./stateless_call.ts";
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
  readonly onBug: OnBug;
}

/** See the module. */
export class StatelessEra<Context> {
  readonly #parts: StatelessParts<Context>;

  constructor(parts: StatelessParts<Context>) {
    this.#parts = parts;
  }

  /** Answers a request. Neither throws nor rejects. */
  answer(rpc: RpcRequest, carrier: Carrier): Outcome | Promise<Outcome> {
    let meta: RequestMeta;
    try {
      meta = readRequestMeta(rpc.params);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return malformedOutcome(rpc.id, error.toObject());
    }
    const { id, method, params } = rpc;
    const request: MethodRequest = { id, method, params, carrier, client: { era: "stateless", meta } };
    let facts: Facts = {};
    try {
      this.#checkVersion(meta, carrier);
      if (carrier.headers !== undefined) checkStandardHeaders(rpc, carrier.headers);
      const found = this.#methodOf(rpc);
      facts = this.#parts.factsOf(rpc);
      const outcome = this.#run(found, { request, meta, facts });
      return outcome instanceof Promise
        ? outcome.catch((error) => this.#fail(error, request, facts))
        : outcome;
    } catch (error) {
      return this.#fail(error, request, facts);
    }
  }

  /** Ends what these callers have open. */
  endCallers(callers: ReadonlySet<string | undefined>): void {
    this.#parts.listens.endCallers(callers);
  }

  /** Ends what is open. */
  close(): void {
    this.#parts.listens.close();
  }

  #checkVersion({ protocolVersion }: RequestMeta, { headers }: Carrier): void {
    const header = headers?.protocolVersion;
    if (header !== undefined && header !== protocolVersion) {
      throw headerMismatch("MCP-Protocol-Version is not the version of the body");
    }
    if (!STATELESS_REVISIONS.some((revision) => revision === protocolVersion)) {
      const data = { supported: STATELESS_REVISIONS, requested: protocolVersion.slice(0, 100) };
      throw new ProtocolError(UNSUPPORTED_PROTOCOL_VERSION, "The protocol version is not served", data);
    }
    if (headers !== undefined && header === undefined) {
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

  #run(method: Method, setting: Setting): Outcome | Promise<Outcome> {
    const { wire, listens } = this.#parts;
    const { request, facts } = setting;
    switch (method.kind) {
      case "plain":
        return resultOutcome(wire, method.answer(request), { id: request.id, facts });
      case "listen":
        return listens.open(request).then((stream) => ({ kind: "stream", stream, facts }));
      case "call":
        return this.#call(method, setting);
      default:
        return method satisfies never;
    }
  }

  #call(method: Method & { kind: "call" }, setting: Setting): Promise<Outcome> {
    const { wire, calls, states, tasks: runner } = this.#parts;
    const { method: methodName, params, carrier: { caller } } = setting.request;
    const name = method.nameOf?.(params);
    const binding = typeof name === "string" ? { method: methodName, name, caller } : undefined;
    const run = (answers: Answers) =>
      calls.run(new StatelessCall({ ...setting, method, wire, states, binding, answers, runner }));
    const { requestState, inputResponses } = params;
    if (binding === undefined) return run(NO_ANSWERS);
    const given = readInputResponses(inputResponses);
    if (requestState === undefined) return run(given);
    if (typeof requestState !== "string") throw invalidParams(`"requestState" must be a string`);
    return states.open(requestState, binding).then((earlier) => run(new Map([...earlier, ...given])));
  }

  #fail(error: unknown, request: MethodRequest, facts: Facts): Outcome {
    const { wire, onBug } = this.#parts;
    return failedOutcome(error, { request, wire, facts, onBug });
  }
}

const NO_ANSWERS: Answers = new Map();

/** A request on its way to its method. */
interface Setting {
  readonly request: MethodRequest;
  readonly meta: RequestMeta;
  readonly facts: Facts;
}
