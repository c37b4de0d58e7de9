/** Runs the calls of a server: each gets its way back to the client, and exactly one end. */
import { InputRequired } from "./asker.ts";
import { Call, type CallClient } from "./call.ts";
import { Exchange, type ExchangeParts } from "./exchange.ts";
import { INTERNAL_ERROR, type Params, type RpcErrorObject } from "./jsonrpc.ts";
import type { Method, MethodRequest } from "./method.ts";
import type { Facts, FinalOutcome, Outcome } from "./outcome.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { Reply } from "./reply.ts";
import { resultOutcome, type Wire } from "./wire.ts";

/** Told of an error that nobody expected: a bug. */
export type OnBug = (error: unknown, call: { readonly requestId: string }) => void;

/** A request that runs, and what its era adds. */
export interface CallSetting extends ExchangeParts, CallClient {
  readonly request: MethodRequest;
  readonly method: Method & { readonly kind: "call" };
  /** The reply that asks the client; only where questions end the round. */
  inputRequired?(required: InputRequired): Promise<Reply>;
  /**
   * Told of the call before it begins, for those who may cancel it; what it returns is called when nothing more can be
   * sent.
   */
  attach(call: Call): () => void;
}

/** See the module. */
export class CallRunner {
  readonly #onBug: OnBug;
  readonly #open = new Set<Call>();

  constructor({ onBug }: { onBug: OnBug }) {
    this.#onBug = onBug;
  }

  /** Runs a call to its answer, or to the first message that goes before it. Never rejects. */
  run(setting: CallSetting): Promise<Outcome> {
    const exchange = new Exchange(setting);
    const call = new Call(setting, exchange);
    exchange.whenOver(setting.attach(call));
    this.#work(setting, { call, exchange });
    return exchange.outcome;
  }

  /** Asks every call at work to stop. */
  close(): void {
    for (const call of this.#open) call.abort("The server is stopping");
  }

  async #work(setting: CallSetting, { call, exchange }: { call: Call; exchange: Exchange }): Promise<void> {
    this.#open.add(call);
    try {
      const reply = await setting.method.answer(setting.request, call);
      if (call.task === undefined) exchange.reply(reply);
      else await call.task.complete({ resultType: "complete", ...membersOf(reply) });
    } catch (error) {
      await this.#fail(setting, { call, exchange, error });
    } finally {
      this.#open.delete(call);
    }
  }

  async #fail(
    setting: CallSetting,
    { call, exchange, error }: { call: Call; exchange: Exchange; error: unknown },
  ): Promise<void> {
    let failure = error;
    if (error instanceof InputRequired && setting.inputRequired !== undefined) {
      try {
        return exchange.reply(await setting.inputRequired(error));
      } catch (unaskable) {
        failure = unaskable;
      }
    }
    const told = this.#errorFor(failure, call);
    if (call.task === undefined) exchange.fail(told);
    else await call.task.fail(told);
  }

  #errorFor(error: unknown, call: Call): RpcErrorObject {
    if (error instanceof ProtocolError) return error.toObject();
    const isAbort = error instanceof DOMException && error.name === "AbortError";
    if (call.isAborted && isAbort) return { code: INTERNAL_ERROR, message: error.message };
    this.#onBug(error, call);
    return internalError(call.requestId);
  }
}

function membersOf({ result }: Reply): Params {
  return typeof result === "string" ? JSON.parse(result) : result;
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
  readonly onBug: OnBug;
}

/** Answers from what is at hand. Never throws. */
export function answerPlain(
  method: Method & { readonly kind: "plain" },
  setting: PlainSetting,
): FinalOutcome {
  const { request, wire, facts } = setting;
  try {
    return resultOutcome(wire, method.answer(request), { id: request.id, facts });
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
