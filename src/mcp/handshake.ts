/** Messages of clients up to 2025-11-25: with a session, or without one, as plain curl sends them. */
import { answerPlain, type CallRunner, type OnBug } from "./call_runner.ts";
import type { Carrier } from "./carrier.ts";
import { BATCH_MESSAGES_MAX } from "../core/limits.ts";
import type { HandshakeMessage } from "./era.ts";
import { HandshakeCall } from "./handshake_call.ts";
import { askableParts } from "./input_request.ts";
import {
  errorResponse,
  INVALID_REQUEST,
  isObject,
  METHOD_NOT_FOUND,
  type Params,
  RATE_LIMITED,
  type RequestId,
  resultResponse,
  type RpcRequest,
} from "./jsonrpc.ts";
import type { Client, MethodRequest, Methods } from "./method.ts";
import type { Facts, Outcome } from "./outcome.ts";
import { UNSUPPORTED_PROTOCOL_VERSION } from "./protocol_error.ts";
import {
  ASSUMED_REVISION,
  BATCH_REVISION,
  HANDSHAKE_REVISIONS,
  handshakeRevision,
  negotiateRevision,
} from "./revisions.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { HANDSHAKE_WIRE, malformedOutcome, unknownSessionOutcome } from "./wire.ts";

/** What the era is made of. */
export interface HandshakeParts {
  readonly methods: Methods;
  readonly calls: CallRunner;
  readonly sessions: Sessions;
  /** The result of `initialize` without the revision. */
  readonly welcome: Params;
  readonly factsOf: (request: RpcRequest) => Facts;
  readonly onBug: OnBug;
}

type HandshakeClient = Client & { readonly era: "handshake" };

/** See the module. */
export class HandshakeEra {
  readonly #parts: HandshakeParts;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
  }

  /** Answers a message. Never rejects. */
  answer(message: HandshakeMessage, carrier: Carrier): Outcome | Promise<Outcome> {
    if (message.kind === "request" && message.method === "initialize") {
      return this.#initialize(message, carrier);
    }
    const id = message.kind === "request" ? message.id : undefined;
    const client = this.#clientOf(carrier, id);
    return "kind" in client ? client : this.#answerFrom(client, { message, carrier });
  }

  /** Answers a batch, one message after the other. Never rejects. */
  async answerBatch(messages: readonly HandshakeMessage[], carrier: Carrier): Promise<Outcome> {
    const client = this.#clientOf(carrier, undefined);
    if ("kind" in client) return client;
    const refused = batchProblem(messages, client);
    if (refused !== undefined) {
      return malformedOutcome(undefined, { code: INVALID_REQUEST, message: refused });
    }
    // The transport has counted the batch as one.
    if (!carrier.charge(messages.length - 1)) return tooManyMessages(messages.length);
    const bodies: string[] = [];
    // A batch is answered as one JSON array, so nothing can be sent before it.
    const { requestId, caller, scopes, sessionId, headers } = carrier;
    const quiet: Carrier = {
      requestId,
      caller,
      scopes,
      sessionId,
      headers,
      acceptsStream: false,
      mayStream: false,
      whenGone: () => () => {},
      charge: () => true,
    };
    for (const message of messages) {
      // The session may have ended since the message before.
      const outcome = await this.answer(message, quiet);
      if (message.kind === "request" && "body" in outcome) bodies.push(outcome.body);
    }
    if (bodies.length === 0) return { kind: "accepted", facts: {} };
    return { kind: "response", body: `[${bodies.join(",")}]`, facts: {} };
  }

  /** Who sends this, or why it cannot be served. */
  #clientOf(carrier: Carrier, id: RequestId | undefined): HandshakeClient | Outcome {
    const { sessionId, caller, headers } = carrier;
    const session = sessionId === undefined ? undefined : this.#parts.sessions.get(sessionId, caller);
    if (sessionId !== undefined && session === undefined) return unknownSessionOutcome(id);
    const version = headers?.protocolVersion;
    const named = version === undefined ? undefined : handshakeRevision(version);
    if (version !== undefined && named === undefined) {
      const data = { supported: HANDSHAKE_REVISIONS, requested: version.slice(0, 100) };
      const message = "MCP-Protocol-Version names a revision that is not served";
      return malformedOutcome(id, { code: UNSUPPORTED_PROTOCOL_VERSION, message, data });
    }
    return { era: "handshake", session, revision: session?.revision ?? named ?? ASSUMED_REVISION };
  }

  #initialize({ id, method, params }: RpcRequest, carrier: Carrier): Outcome {
    const protocolVersion = negotiateRevision(params.protocolVersion);
    const session = this.#parts.sessions.begin({
      revision: protocolVersion,
      capabilities: askableParts(isObject(params.capabilities) ? params.capabilities : {}),
      caller: carrier.caller,
    });
    const result = JSON.stringify({ protocolVersion, ...this.#parts.welcome });
    return { kind: "response", body: resultResponse(id, result), facts: { method }, sessionId: session.id };
  }

  #answerFrom(
    client: HandshakeClient,
    { message, carrier }: { message: HandshakeMessage; carrier: Carrier },
  ): Outcome | Promise<Outcome> {
    switch (message.kind) {
      case "request":
        return this.#answerRequest(message, { client, carrier });
      case "notification":
        if (message.method === "notifications/cancelled") cancelCall(client.session, message.params);
        return accepted(NOTIFICATIONS.has(message.method) ? { method: message.method } : {});
      case "response":
        client.session?.settle(message.id, message.answer);
        return accepted({});
      default:
        return message satisfies never;
    }
  }

  #answerRequest(
    rpc: RpcRequest,
    { client, carrier }: { client: HandshakeClient; carrier: Carrier },
  ): Outcome | Promise<Outcome> {
    const { methods, calls, factsOf, onBug } = this.#parts;
    const { id, method: name, params } = rpc;
    const request: MethodRequest = { id, method: name, params, carrier, client };
    const facts = factsOf(rpc);
    const method = methods.get(name);
    switch (method?.kind) {
      case "plain":
        return answerPlain(method, { request, wire: HANDSHAKE_WIRE, facts, onBug });
      case "call":
        return calls.run(new HandshakeCall({ request, method, facts, session: client.session }));
      default: {
        const message = `Method not found: "${name.slice(0, 100)}"`;
        return HANDSHAKE_WIRE.error(id, { code: METHOD_NOT_FOUND, message }, facts);
      }
    }
  }
}

function accepted(facts: Facts): Outcome {
  return { kind: "accepted", facts };
}

/** The notifications of a client that the protocol knows. Another name is the caller's own words, and not logged. */
const NOTIFICATIONS = new Set([
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "notifications/roots/list_changed",
]);

function cancelCall(session: Session | undefined, { requestId }: Params): void {
  // Without a session two clients' ids could be the same, and one would cancel the other's call.
  if (typeof requestId === "string" || typeof requestId === "number") session?.cancel(requestId);
}

function tooManyMessages(count: number): Outcome {
  const message = `Rate limit: a batch counts as its ${count} messages; send fewer, or wait`;
  const body = errorResponse(undefined, { code: RATE_LIMITED, message });
  return { kind: "refused", refusal: "rate_limited", body, facts: { error: RATE_LIMITED } };
}

function batchProblem(
  messages: readonly HandshakeMessage[],
  { revision }: HandshakeClient,
): string | undefined {
  if (revision !== BATCH_REVISION) return `Invalid request: revision ${revision} has no batches`;
  if (messages.length <= BATCH_MESSAGES_MAX) return undefined;
  return `Invalid request: the batch holds more than ${BATCH_MESSAGES_MAX} messages`;
}
