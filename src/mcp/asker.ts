/** How a call asks its client: one interface, and what each kind of client makes of it (tasks have their own). */
import { ToolError } from "../core/errors.ts";
import type { Exchange } from "./exchange.ts";
import {
  type InputRequest,
  type InputRequests,
  type InputResponse,
  type InputResponses,
  missingFor,
  missingForAll,
} from "./input_request.ts";
import type { ClientCapabilities } from "./meta.ts";
import { missingCapability } from "./protocol_error.ts";
import type { Answers } from "./request_state.ts";
import type { Session } from "./session.ts";

/** Asks. */
export interface Asker {
  canAsk(request: InputRequest): boolean;
  ask<Key extends string>(requests: InputRequests<Key>, signal: AbortSignal): Promise<InputResponses<Key>>;
}

/** Unwinds a handler of a stateless client: the client is to answer, and to send the request again. */
export class InputRequired {
  readonly requests: InputRequests;
  /** Answers that the client is to bring back. */
  readonly answers: Answers;

  constructor(requests: InputRequests, answers: Answers) {
    this.requests = requests;
    this.answers = answers;
  }
}

/** Asks a stateless client: what is not answered yet ends the round. */
export class RoundTripAsker implements Asker {
  readonly #capabilities: ClientCapabilities;
  readonly #answers: Answers;

  constructor(options: { capabilities: ClientCapabilities; answers: Answers }) {
    this.#capabilities = options.capabilities;
    this.#answers = options.answers;
  }

  canAsk(request: InputRequest): boolean {
    return missingFor(request, this.#capabilities) === undefined;
  }

  /** @throws {InputRequired | ProtocolError} The error is -32021, for a client that did not declare what it takes. */
  async ask<Key extends string>(requests: InputRequests<Key>): Promise<InputResponses<Key>> {
    const entries = Object.entries<InputRequest>(requests);
    const open = entries.filter(([key]) => !this.#answers.has(key));
    if (open.length > 0) {
      const missing = missingForAll(open.map(([, request]) => request), this.#capabilities);
      if (missing !== undefined) throw missingCapability(missing);
      throw new InputRequired(Object.fromEntries(open), this.#answers);
    }
    const answered = entries.map(([key]) => [key, this.#answers.get(key)]);
    return Object.fromEntries(answered) as InputResponses<Key>;
  }
}

/** Asks a client of a session with requests of our own, on the stream of the call. */
export class SessionAsker implements Asker {
  readonly #session: Session | undefined;
  readonly #exchange: Exchange;

  constructor(options: { session: Session | undefined; exchange: Exchange }) {
    this.#session = options.session;
    this.#exchange = options.exchange;
  }

  canAsk(request: InputRequest): boolean {
    return this.#session !== undefined && this.#exchange.canSend &&
      missingFor(request, this.#session.capabilities) === undefined;
  }

  /** @throws {ToolError} `unavailable`: a JSON-only exchange would wait for ever, so it fails at once. */
  async ask<Key extends string>(
    requests: InputRequests<Key>,
    signal: AbortSignal,
  ): Promise<InputResponses<Key>> {
    const entries = Object.entries<InputRequest>(requests);
    const session = this.#session;
    const refused = entries.find(([, request]) => !this.canAsk(request))?.[1];
    if (session === undefined || refused !== undefined) {
      const method = refused?.method ?? "elicitation/create";
      throw new ToolError(
        "unavailable",
        `Cannot ask: the client does not answer ${method} during this call`,
        {
          method,
        },
      );
    }
    const send = (json: string) => this.#exchange.send(json);
    const answers = entries.map(async ([key, request]): Promise<[string, InputResponse]> => [
      key,
      await session.request(request, { send, signal }),
    ]);
    return Object.fromEntries(await Promise.all(answers)) as InputResponses<Key>;
  }
}
