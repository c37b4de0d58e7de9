/**
 * The protocol over lines: one message a line, nothing else (2025-11-25 and 2026-07-28, basic/transports, stdio). There
 * are no headers, so each message alone says whose it is, and both eras may speak in turn.
 */
import type { Clock, NewId } from "../core/clock.ts";
import { Semaphore } from "../core/semaphore.ts";
import type { Carrier } from "./carrier.ts";
import { parseBody, readEnvelope, type RequestId } from "./jsonrpc.ts";
import { type FrameReader, type MessageStream, parseEventId } from "./message_stream.ts";
import type { Facts, Outcome } from "./outcome.ts";

/** What the transport asks of the protocol. Nothing of it rejects. */
export interface StdioProtocol {
  dispatch(text: string, carrier: Carrier): Outcome | Promise<Outcome>;
  openStream(carrier: Carrier): Outcome;
  endSession(carrier: Carrier): Outcome;
}

/** What a transport is made of. */
export interface StdioParts {
  readonly protocol: StdioProtocol;
  /** Requests at work at one time; the others wait for their turn. What asks for nothing never waits. */
  readonly requestsMax: number;
  /** Takes one message for the client, without a line break. */
  readonly write: (line: string) => void;
  /** Told when a message has its answer, for the log. */
  readonly onAnswered?: (answered: { requestId: string; facts: Facts; durationMs: number }) => void;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** One message on its way through the protocol. */
class Arrival implements Carrier {
  readonly requestId: string;
  sessionId: string | undefined;
  readonly caller = undefined;
  /** Who starts this process as its child may do everything. */
  readonly scopes = undefined;
  readonly acceptsStream = true;
  readonly mayStream = true;
  readonly headers = undefined;
  readonly #onGone = new Set<() => void>();
  #isCancelled = false;

  constructor({ requestId, sessionId }: { requestId: string; sessionId: string | undefined }) {
    this.requestId = requestId;
    this.sessionId = sessionId;
  }

  /** Whether the client wants to hear nothing more of it. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  whenGone(onGone: () => void): () => void {
    if (this.#isCancelled) onGone();
    this.#onGone.add(onGone);
    return () => this.#onGone.delete(onGone);
  }

  charge(): boolean {
    return true;
  }

  /** On this channel a notification says what leaving says over HTTP. */
  cancel(): void {
    this.#isCancelled = true;
    for (const onGone of [...this.#onGone]) onGone();
  }
}

/** One client on one pair of pipes. */
export class StdioTransport {
  readonly #parts: StdioParts;
  readonly #open = new Map<RequestId, Arrival>();
  readonly #working = new Set<Promise<void>>();
  readonly #turns: Semaphore;
  /** The one session: messages without a claim belong to it from `initialize` on. */
  #sessionId: string | undefined;
  #initializing: Promise<void> | undefined;

  constructor(parts: StdioParts) {
    this.#parts = parts;
    this.#turns = new Semaphore(parts.requestsMax);
  }

  /**
   * Takes one line. What becomes of it is written when it is known; lines that follow do not wait for that.
   *
   * @returns Resolves when it is done with. A stream without an end of its own is done with when it has begun.
   */
  receive(text: string): Promise<void> {
    const body = parseBody(text);
    const message = body.kind === "value" ? readEnvelope(body.value) : body;
    const isInitialize = message.kind === "request" && message.method === "initialize";
    if (message.kind === "notification" && message.method === "notifications/cancelled") {
      this.#cancel(message.params.requestId);
    }
    const id = message.kind === "request" ? message.id : undefined;
    const arrival = this.#arrive();
    // A request can be cancelled before its turn.
    if (id !== undefined) this.#open.set(id, arrival);
    const isAsking = id !== undefined || body.kind === "value" && Array.isArray(body.value);
    const handle = async () => {
      using _turn = isAsking ? await this.#turns.acquire() : undefined;
      await this.#handle(text, { arrival, id });
    };
    // The session that begins is the one of the lines behind it.
    const working = this.#initializing === undefined ? handle() : this.#initializing.then(handle);
    this.#working.add(working);
    working.finally(() => this.#working.delete(working));
    if (!isInitialize) return working;
    this.#initializing = working;
    working.finally(() => {
      if (this.#initializing === working) this.#initializing = undefined;
    });
    return working;
  }

  /** Waits for the answers that are still to come, for at most `graceMs`. */
  async finish(graceMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, graceMs);
    await Promise.race([Promise.all(this.#working), late.promise]);
    clearTimeout(timer);
  }

  async #handle(
    text: string,
    { arrival, id }: { arrival: Arrival; id: RequestId | undefined },
  ): Promise<void> {
    const { protocol, onAnswered, clock } = this.#parts;
    const started = clock.elapsed();
    const forget = () => {
      if (id !== undefined && this.#open.get(id) === arrival) this.#open.delete(id);
    };
    if (arrival.isCancelled) return forget();
    arrival.sessionId = this.#sessionId;
    const outcome = await protocol.dispatch(text, arrival);
    if (outcome.kind === "stream") {
      const read = this.#read(outcome.stream, arrival).finally(forget);
      // A stream without an end of its own keeps nobody waiting.
      if (!outcome.stream.longLived) await read;
    } else {
      forget();
      if ("body" in outcome && !arrival.isCancelled) this.#parts.write(outcome.body);
      if (outcome.kind === "response" && outcome.sessionId !== undefined) this.#begin(outcome.sessionId);
    }
    const durationMs = Math.round((clock.elapsed() - started) * 1000) / 1000;
    onAnswered?.({ requestId: arrival.requestId, facts: outcome.facts, durationMs });
  }

  #arrive(): Arrival {
    return new Arrival({ requestId: this.#parts.newId(), sessionId: this.#sessionId });
  }

  /** A client that begins anew has done with what it began before. */
  #begin(sessionId: string): void {
    const { protocol } = this.#parts;
    if (this.#sessionId !== undefined) protocol.endSession(this.#arrive());
    this.#sessionId = sessionId;
    const arrival = this.#arrive();
    const opened = protocol.openStream(arrival);
    // Read to the end of the session, which therefore is never idle.
    if (opened.kind === "stream") this.#read(opened.stream, arrival);
  }

  #cancel(id: unknown): void {
    if (typeof id === "string" || typeof id === "number") this.#open.get(id)?.cancel();
  }

  /** Writes what a stream sends, until it is over or not wanted any more. */
  #read(stream: MessageStream, arrival: Arrival): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let last = 0;
    const reader: FrameReader = {
      frame: (frame) => {
        if (frame.kind === "priming" || arrival.isCancelled) return;
        last = parseEventId(frame.id ?? "")?.number ?? last;
        this.#parts.write(frame.json);
      },
      end: () => {
        if (stream.isOver || arrival.isCancelled) return resolve();
        // Only the connection was to end, so that the client resumes. Here there is one connection, which stays.
        queueMicrotask(() => stream.read(reader, last));
      },
    };
    stream.read(reader);
    arrival.whenGone(() => {
      stream.leave(reader);
      resolve();
    });
    return promise;
  }
}
