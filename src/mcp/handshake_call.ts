/** A call of a handshake client, with a session or without one. */
import { type Asker, SessionAsker } from "./asker.ts";
import type { Call } from "./call.ts";
import type { CallSetting } from "./call_runner.ts";
import type { Exchange } from "./exchange.ts";
import type { LogLevel } from "./log_level.ts";
import { MessageStream } from "./message_stream.ts";
import type { MethodRequest } from "./method.ts";
import type { Facts } from "./outcome.ts";
import type { Session } from "./session.ts";
import { HANDSHAKE_WIRE } from "./wire.ts";

/** See the module. */
export class HandshakeCall implements CallSetting {
  readonly request: MethodRequest;
  readonly method: CallSetting["method"];
  readonly facts: Facts;
  readonly #session: Session | undefined;

  constructor(
    { request, method, facts, session }:
      & Pick<CallSetting, "request" | "method" | "facts">
      & { readonly session: Session | undefined },
  ) {
    this.request = request;
    this.method = method;
    this.facts = facts;
    this.#session = session;
  }

  get wire() {
    return HANDSHAKE_WIRE;
  }

  get isStateless(): boolean {
    return false;
  }

  /** No handshake ever agreed on tasks. */
  get tasks(): undefined {
    return undefined;
  }

  get logLevel(): LogLevel | undefined {
    return this.#session?.logLevel;
  }

  /** A client that leaves has cancelled nothing: a session keeps what it can resume, the rest is lost with it. */
  openStream(): MessageStream {
    return this.#session?.openStream() ?? new MessageStream();
  }

  createAsker(exchange: Exchange): Asker {
    return new SessionAsker({ session: this.#session, exchange });
  }

  attach(call: Call): () => void {
    return this.#session?.attach(this.request.id, call) ?? (() => {});
  }
}
