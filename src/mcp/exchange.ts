/**
 * The way back to one request: plain JSON, unless something is sent before the result and the client takes a stream.
 */
import type { Carrier } from "./carrier.ts";
import type { RequestId, RpcErrorObject } from "./jsonrpc.ts";
import type { MessageStream } from "./message_stream.ts";
import type { Facts, FinalOutcome, Outcome } from "./outcome.ts";
import type { Reply } from "./reply.ts";
import { resultOutcome, type Wire } from "./wire.ts";

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly request: { readonly id: RequestId; readonly carrier: Carrier };
  readonly facts: Facts;
  readonly wire: Wire;
  openStream(): MessageStream;
}

/** See the module. */
export class Exchange {
  readonly outcome: Promise<Outcome>;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #parts: ExchangeParts;
  #stream: MessageStream | undefined;
  #isOver = false;
  #onOver: (() => void) | undefined;

  constructor(parts: ExchangeParts) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#parts = parts;
  }

  /** Whether a message can be sent before the result. */
  get canSend(): boolean {
    return !this.#isOver && (this.#stream !== undefined || this.#parts.request.carrier.acceptsStream);
  }

  /** Calls back once nothing more can be sent: at once, where that is so already. */
  whenOver(onOver: () => void): void {
    if (this.#isOver) onOver();
    else this.#onOver = onOver;
  }

  /** Sends a message before the result. Where that cannot be, it is dropped. */
  send(json: string): void {
    if (this.canSend) this.#open().send(json);
  }

  /** Ends the connection, and not the exchange: a client that can resumes. */
  disconnect(): void {
    if (this.canSend) this.#open().disconnect();
  }

  /** Answers. What comes after that is dropped. */
  reply(reply: Reply): void {
    const { wire, request: { id }, facts } = this.#parts;
    if (!this.#isOver) this.#finish(resultOutcome(wire, reply, { id, facts }));
  }

  /** Answers with an error. What comes after that is dropped. */
  fail(error: RpcErrorObject): void {
    const { wire, request: { id }, facts } = this.#parts;
    if (!this.#isOver) this.#finish(wire.error(id, error, facts));
  }

  /** Ends without an answer: the client has said that it wants none (MCP, basic/utilities/cancellation). */
  abandon(): void {
    if (this.#isOver) return;
    this.#end();
    this.#stream?.end();
    this.#resolve({ kind: "accepted", facts: this.#parts.facts });
  }

  #finish(outcome: FinalOutcome): void {
    this.#end();
    if (this.#stream === undefined) return this.#resolve(outcome);
    this.#stream.send(outcome.body);
    this.#stream.end();
  }

  #end(): void {
    this.#isOver = true;
    this.#onOver?.();
  }

  #open(): MessageStream {
    if (this.#stream === undefined) {
      this.#stream = this.#parts.openStream();
      this.#resolve({ kind: "stream", stream: this.#stream, facts: this.#parts.facts });
    }
    return this.#stream;
  }
}
