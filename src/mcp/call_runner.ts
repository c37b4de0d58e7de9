/** Runs the calls of a server: each gets its way back to the client, and exactly one end. */
import { InputRequired } from "./asker.ts";
import { Call, type CallParts } from "./call.ts";
import { Exchange, type FinalOutcome } from "./exchange.ts";
import { INTERNAL_ERROR, type Params, type RpcErrorObject } from "./jsonrpc.ts";
import type { MessageStream } from "./message_stream.ts";
import { progressToken } from "./meta.ts";
import type { Method, MethodRequest } from "./method.ts";
import type { Facts, Outcome } from "./outcome.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { Reply } from "./reply.ts";
import { resultOutcome, type Wire } from "./wire.ts";

/** What an era adds to a call. */
export interface CallSetting {
  readonly request: MethodRequest;
  readonly method: Method & { readonly kind: "call" };
  readonly facts: Facts;
  readonly wire: Wire;
  readonly openStream: () => MessageStream;
  /** Makes the rest of the call's parts, once the way back is there. */
  readonly callParts: (
    exchange: Exchange,
  ) => Pick<CallParts, "createAsker" | "logLevel" | "tasks" | "isStateless">;
  /** The reply that asks the client; only where questions end the round. */
  readonly inputRequired?: (required: InputRequired) => Promise<Reply>;
  /** Told of the call before it begins, and when its answer is out: for those who may cancel it. */
  readonly attach: (call: Call) => () => void;
}

/** See the module. */
export class CallRunner {
  readonly #onBug: (error: unknown, call: { requestId: string }) => void;
  readonly #open = new Set<Call>();

  constructor(options: { onBug: (error: unknown, call: { requestId: string }) => void }) {
    this.#onBug = options.onBug;
  }

  /** Runs a call to its answer, or to the first message that goes before it. Never rejects. */
  async run(setting: CallSetting): Promise<Outcome> {
    const { request, facts, wire } = setting;
    const exchange = new Exchange({
      facts,
      canStream: () => request.carrier.acceptsStream,
      openStream: setting.openStream,
    });
    const call = new Call({
      requestId: request.carrier.requestId,
      caller: request.carrier.caller,
      exchange,
      progressToken: progressToken(request.params),
      answerEarly: (result) => exchange.finish(resultOutcome(wire, { result }, { id: request.id, facts })),
      ...setting.callParts(exchange),
    });
    const detach = setting.attach(call);
    const working = this.#work(setting, call, exchange);
    const outcome = await exchange.outcome;
    // A stream goes on after its beginning: the call can be cancelled until its end.
    if (outcome.kind === "stream") working.then(detach);
    else detach();
    return outcome;
  }

  /** Asks every call at work to stop. */
  close(): void {
    for (const call of this.#open) call.abort("The server is stopping");
  }

  async #work(setting: CallSetting, call: Call, exchange: Exchange): Promise<void> {
    this.#open.add(call);
    try {
      const reply = await setting.method.answer(setting.request, call);
      const kept = this.#succeed(setting, { call, exchange, reply });
      if (kept !== undefined) await kept;
    } catch (error) {
      await this.#fail(setting, { call, exchange, error });
    } finally {
      this.#open.delete(call);
    }
  }

  #succeed(
    { request, wire, facts }: CallSetting,
    { call, exchange, reply }: { call: Call; exchange: Exchange; reply: Reply },
  ): Promise<void> | undefined {
    if (call.task === undefined) {
      exchange.finish(resultOutcome(wire, reply, { id: request.id, facts }));
      return undefined;
    }
    const { result } = reply;
    const members: Params = typeof result === "string" ? JSON.parse(result) : result;
    return call.task.complete({ resultType: "complete", ...members });
  }

  async #fail(
    { request, wire, facts, inputRequired }: CallSetting,
    { call, exchange, error }: { call: Call; exchange: Exchange; error: unknown },
  ): Promise<void> {
    if (error instanceof InputRequired && inputRequired !== undefined) {
      const reply = await inputRequired(error);
      return exchange.finish(resultOutcome(wire, reply, { id: request.id, facts }));
    }
    const told = this.#errorFor(error, call);
    if (call.task !== undefined) return await call.task.fail(told);
    exchange.finish(wire.error(request.id, told, facts));
  }

  #errorFor(error: unknown, call: Call): RpcErrorObject {
    if (error instanceof ProtocolError) return error.toObject();
    const isAbort = error instanceof DOMException && error.name === "AbortError";
    if (call.isAborted && isAbort) return { code: INTERNAL_ERROR, message: error.message };
    this.#onBug(error, call);
    return internalError(call.requestId);
  }
}

/** What a caller is told of a bug. */
export function internalError(requestId: string): RpcErrorObject {
  const message = `Internal error: the server's log has it under request "${requestId}"`;
  return { code: INTERNAL_ERROR, message };
}

/** A request that is no call, and what its era adds. */
export interface PlainSetting {
  readonly request: MethodRequest;
  readonly wire: Wire;
  readonly facts: Facts;
  readonly onBug: (error: unknown, call: { requestId: string }) => void;
}

/** Answers from what is at hand. Never rejects. */
export async function answerPlain(
  method: Method & { readonly kind: "plain" },
  setting: PlainSetting,
): Promise<FinalOutcome> {
  const { request, wire, facts } = setting;
  try {
    return resultOutcome(wire, await method.answer(request), { id: request.id, facts });
  } catch (error) {
    return failedOutcome(error, setting);
  }
}

/** The answer to a request that failed outside of a call. */
export function failedOutcome(error: unknown, { request, wire, facts, onBug }: PlainSetting): FinalOutcome {
  if (error instanceof ProtocolError) return wire.error(request.id, error.toObject(), facts);
  onBug(error, request.carrier);
  return wire.error(request.id, internalError(request.carrier.requestId), facts);
}
