/**
 * The way back to one request: plain JSON, unless something is sent before the result and the client takes a stream.
 */
import type { MessageStream } from "./message_stream.ts";
import type { Facts, Outcome } from "./outcome.ts";

/** What ends an exchange. */
export type FinalOutcome = Extract<Outcome, { readonly body: string }>;

/** See the module. */
export class Exchange {
  readonly outcome: Promise<Outcome>;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #facts: Facts;
  readonly #canStream: () => boolean;
  readonly #openStream: () => MessageStream;
  #stream: MessageStream | undefined;
  #isOver = false;

  constructor(options: { facts: Facts; canStream: () => boolean; openStream: () => MessageStream }) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#facts = options.facts;
    this.#canStream = options.canStream;
    this.#openStream = options.openStream;
  }

  /** Whether a message can be sent before the result. */
  get canSend(): boolean {
    return !this.#isOver && (this.#stream !== undefined || this.#canStream());
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
  finish(outcome: FinalOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#stream === undefined) return this.#resolve(outcome);
    this.#stream.send(outcome.body);
    this.#stream.end();
  }

  /** Ends without an answer: the client has said that it wants none (MCP, basic/utilities/cancellation). */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream?.end();
    this.#resolve({ kind: "accepted", facts: this.#facts });
  }

  #open(): MessageStream {
    if (this.#stream === undefined) {
      this.#stream = this.#openStream();
      this.#resolve({ kind: "stream", stream: this.#stream, facts: this.#facts });
    }
    return this.#stream;
  }
}
