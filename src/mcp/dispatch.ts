/** From one message to what becomes of it, for every revision. Knows no transport, and no tool by name. */
import { CallRunner } from "./call_runner.ts";
import type { Carrier } from "./carrier.ts";
import { type Change, changeNotification } from "./changes.ts";
import { decideEra } from "./era.ts";
import { HandshakeEra } from "./handshake.ts";
import { handshakeMethods } from "./handshake_methods.ts";
import { errorResponse, INVALID_REQUEST, notification, type RpcRequest } from "./jsonrpc.ts";
import { ListenStreams } from "./listen.ts";
import { parseEventId } from "./message_stream.ts";
import type { Method } from "./method.ts";
import type { Facts, Outcome, Refusal } from "./outcome.ts";
import { RequestStates } from "./request_state.ts";
import { isStatelessVersion } from "./revisions.ts";
import { canListen, serverCapabilities, type ServerParts } from "./server_parts.ts";
import type { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { sharedMethods } from "./shared_methods.ts";
import { StatelessEra } from "./stateless.ts";
import { statelessMethods } from "./stateless_methods.ts";
import { TaskRunner } from "./task_runner.ts";
import { malformedOutcome, StatelessWire, unknownSessionOutcome } from "./wire.ts";

/** Answers protocol messages. No method of it rejects. */
export class Dispatcher<Context> {
  readonly #calls: CallRunner;
  readonly #sessions: Sessions;
  readonly #handshake: HandshakeEra;
  readonly #stateless: StatelessEra<Context>;
  /** What is logged of a request, by its method: made once, since every request needs it. */
  readonly #methodFacts: ReadonlyMap<string, Facts>;
  /** The same for `tools/call`, by the name of the tool. */
  readonly #toolFacts: ReadonlyMap<unknown, Facts>;
  readonly #stopListening: (() => void) | undefined;
  #isEnding = false;

  constructor(parts: ServerParts<Context>) {
    const { server: { instructions, ...serverInfo }, clock, newId, onBug, tasks } = parts;
    this.#calls = new CallRunner({ onBug });
    this.#sessions = new Sessions({ clock, newId });
    const shared = sharedMethods(parts);
    const runner = tasks && new TaskRunner({ store: tasks, now: clock.now, newId });
    const wire = new StatelessWire(serverInfo);
    const listen: [string, Method][] = canListen(parts) ? [["subscriptions/listen", { kind: "listen" }]] : [];
    const old = new Map<string, Method>([...shared, ...handshakeMethods(parts)]);
    const modern = new Map<string, Method>([...shared, ...statelessMethods(parts, runner), ...listen]);
    const names = [...old.keys(), ...modern.keys(), "initialize"];
    this.#methodFacts = new Map(names.map((method) => [method, { method }]));
    this.#toolFacts = new Map(parts.tools.names().map((tool) => [tool, { method: "tools/call", tool }]));
    const common = { calls: this.#calls, onBug, factsOf: (request: RpcRequest) => this.#factsOf(request) };
    this.#handshake = new HandshakeEra({
      ...common,
      methods: old,
      sessions: this.#sessions,
      welcome: { capabilities: serverCapabilities(parts), serverInfo, instructions },
    });
    this.#stateless = new StatelessEra({
      ...common,
      wire,
      methods: modern,
      listens: new ListenStreams(parts, wire),
      states: new RequestStates({ secret: parts.stateSecret, now: clock.now }),
      tasks: runner,
    });
    this.#stopListening = parts.changes?.source.listen((change) => this.#tellSessions(change));
  }

  /** Answers the text of one body. */
  dispatch(text: string, carrier: Carrier): Outcome | Promise<Outcome> {
    const decision = decideEra(text, carrier.headers?.protocolVersion);
    switch (decision.era) {
      case "none":
        return malformedOutcome(decision.refusal.id, decision.refusal.error);
      case "stateless":
        return this.#stateless.answer(decision.request, carrier);
      case "stateless_notification":
        return { kind: "accepted", facts: {} };
      case "handshake":
        return this.#handshake.answer(decision.message, carrier);
      case "handshake_batch":
        return this.#handshake.answerBatch(decision.messages, carrier);
      default:
        return decision satisfies never;
    }
  }

  /** Opens a session's own stream, or resumes one of its streams after `Last-Event-ID`. */
  openStream(carrier: Carrier): Outcome {
    const session = this.#sessionOf(carrier);
    if ("kind" in session) return session;
    if (this.#isEnding) return unknownSessionOutcome(undefined);
    if (!carrier.acceptsStream) {
      return refused("takes_no_stream", `Cannot open the stream: "Accept" must name text/event-stream`);
    }
    const last = parseEventId(carrier.headers?.lastEventId ?? "");
    const resumed = last && session.stream(last.name);
    if (resumed === undefined) return { kind: "stream", stream: session.standaloneStream(), facts: {} };
    return { kind: "stream", stream: resumed, after: last?.number ?? 0, facts: {} };
  }

  /** Ends a session. */
  endSession(carrier: Carrier): Outcome {
    const session = this.#sessionOf(carrier);
    if ("kind" in session) return session;
    this.#sessions.end(session);
    return { kind: "ended", facts: {} };
  }

  /** Ends the sessions and streams of callers whose rights have changed: they were opened with other ones. */
  endCallers(callers: ReadonlySet<string | undefined>): void {
    this.#sessions.endCallers(callers);
    this.#stateless.endCallers(callers);
  }

  /** Ends the streams that belong to no call, and so have no end of their own, and opens no more. Calls go on. */
  endStreams(): void {
    this.#isEnding = true;
    this.#stateless.close();
    for (const session of this.#sessions) session.endStandaloneStream();
  }

  /** Ends every stream and session, and asks every call at work to stop. */
  close(): void {
    this.#stopListening?.();
    this.#stateless.close();
    this.#calls.close();
    this.#sessions.close();
  }

  #sessionOf(carrier: Carrier): Session | Outcome {
    const { sessionId, caller, headers } = carrier;
    if (sessionId === undefined || isStatelessVersion(headers?.protocolVersion)) {
      return refused(
        "post_only",
        "Cannot do this to /mcp without a session: send a JSON-RPC message with POST",
      );
    }
    return this.#sessions.get(sessionId, caller) ?? unknownSessionOutcome(undefined);
  }

  #tellSessions(change: Change): void {
    const { method, params } = changeNotification(change);
    const json = notification(method, params);
    for (const session of this.#sessions) {
      if (change.kind !== "resource" || session.subscriptions.has(change.uri)) session.notify(json);
    }
  }

  /** Only names that are ours are logged: others are the caller's own words. */
  #factsOf({ method, params }: RpcRequest): Facts {
    const tool = method === "tools/call" ? this.#toolFacts.get(params.name) : undefined;
    return tool ?? this.#methodFacts.get(method) ?? NO_FACTS;
  }
}

const NO_FACTS: Facts = {};

function refused(refusal: Refusal, message: string): Outcome {
  const body = errorResponse(undefined, { code: INVALID_REQUEST, message });
  return { kind: "refused", refusal, body, facts: { error: INVALID_REQUEST } };
}
