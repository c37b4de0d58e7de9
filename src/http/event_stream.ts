/** One subscriber's stream of live events, as bytes (WHATWG HTML, section 9.2). */
import { LIVE_BACKLOG_BYTES_MAX, LIVE_BACKLOG_EVENTS_MAX, LIVE_RETRY_MS } from "../core/release_limits.ts";
import type { FeedEvent, FeedReader, FeedSubscription } from "./event_feed.ts";

/** Bytes that a response can carry. */
type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();

/** The bytes of events that go to many: they are written once. */
const ENCODED = new WeakMap<FeedEvent, Bytes>();

/** One event on the wire. Its data is JSON on one line: some readers take no more. */
export function encodeEvent(event: FeedEvent): Bytes {
  let bytes = ENCODED.get(event);
  if (bytes === undefined) {
    const { id, name, data } = event;
    bytes = ENCODER.encode(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    ENCODED.set(event, bytes);
  }
  return bytes;
}

/** What a stream begins with. Its id lets a client resume that has seen no event yet. */
export function encodeOpening({ after, topics }: { after: number; topics: readonly string[] }): Bytes {
  const data = JSON.stringify({ ok: true, topic: topics.length === 1 ? topics[0] : topics });
  return ENCODER.encode(`id: ${after}\nevent: open\nretry: ${LIVE_RETRY_MS}\ndata: ${data}\n\n`);
}

/** What a stream is made of. */
export interface EventStreamParts {
  /** Called once, when the stream is over for whatever reason. */
  readonly onGone: () => void;
  /** Told when events could not be read. */
  readonly onBug: (error: unknown) => void;
}

/** See the module. Where nobody reads, events wait here, and not for ever. */
export class EventStream implements FeedReader {
  readonly body: ReadableStream<Bytes>;
  readonly #parts: EventStreamParts;
  #controller: ReadableStreamDefaultController<Bytes> | undefined;
  #subscription: FeedSubscription | undefined;
  #waiting: Bytes[] = [];
  #waitingBytes = 0;
  /** Whether the events from before the reader came have all been handed over. */
  #isLive = false;
  /** Whether somebody waits for the next bytes. */
  #isAsked = false;
  #isOver = false;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    this.body = new ReadableStream<Bytes>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pull(),
      cancel: () => this.#leave(),
    }, { highWaterMark: 0 });
  }

  /** Begins with the opening event; then the subscription says what follows. */
  begin(subscription: FeedSubscription, topics: readonly string[]): void {
    // Its key was taken away while it was on its way in.
    if (this.#isOver) return subscription.close();
    this.#subscription = subscription;
    this.#push(encodeOpening({ after: subscription.after, topics }));
  }

  take(event: FeedEvent): void {
    this.#push(encodeEvent(event));
  }

  /** Says that the stream is alive, unless its reader has not even read what there was. */
  keepAlive(comment: Bytes): void {
    if (this.#waiting.length === 0) this.#push(comment);
  }

  end(): void {
    if (this.#isOver) return;
    for (const bytes of this.#waiting) this.#controller?.enqueue(bytes);
    this.#leave();
    this.#controller?.close();
  }

  async #pull(): Promise<void> {
    if (this.#isOver) return;
    if (this.#waiting.length === 0 && !this.#isLive) await this.#readPast();
    const next = this.#waiting.shift();
    this.#isAsked = next === undefined;
    if (next === undefined || this.#isOver) return;
    this.#waitingBytes -= next.length;
    this.#controller?.enqueue(next);
  }

  async #readPast(): Promise<void> {
    try {
      const past = await this.#subscription?.past();
      this.#isLive = past === undefined;
      for (const event of past ?? []) this.#wait(encodeEvent(event));
    } catch (error) {
      // The client is to come back: it knows what it has.
      if (!this.#isOver) this.#parts.onBug(error);
      this.end();
    }
  }

  #push(bytes: Bytes): void {
    if (this.#isOver) return;
    if (this.#isAsked) {
      this.#isAsked = false;
      return this.#controller?.enqueue(bytes);
    }
    this.#wait(bytes);
    if (this.#waiting.length <= LIVE_BACKLOG_EVENTS_MAX && this.#waitingBytes <= LIVE_BACKLOG_BYTES_MAX) {
      return;
    }
    // Not as an error: the runtime would print it. What waited is gone; the client comes back for it by id.
    this.#leave();
    this.#controller?.close();
  }

  #wait(bytes: Bytes): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting = [];
    this.#subscription?.close();
    this.#parts.onGone();
  }
}
