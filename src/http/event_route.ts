/** `GET /sse?topic=…`: live events for whoever watches: curl, an `EventSource`, the operators' page. */
import type { ErrorCode } from "../core/errors.ts";
import { STREAM_KEEPALIVE_MS } from "../core/limits.ts";
import type { EventFeed, FeedRefusal } from "./event_feed.ts";
import { EventStream } from "./event_stream.ts";
import { failed } from "./failure.ts";
import type { Answer } from "./mcp_route.ts";
import type { Route, Sender } from "./route.ts";
import { EVENT_STREAM_HEADERS, KEEPALIVE } from "./sse.ts";

/** What the route needs. */
export interface EventRouteParts {
  readonly feed: EventFeed;
  readonly onBug: (error: unknown) => void;
}

const REFUSALS: Readonly<Record<FeedRefusal["kind"], { status: number; code: ErrorCode }>> = {
  bad_topic: { status: 400, code: "invalid_arguments" },
  not_found: { status: 404, code: "not_found" },
  busy: { status: 503, code: "busy" },
  ended: { status: 503, code: "unavailable" },
};

const COMMENT = new TextEncoder().encode(KEEPALIVE);

/** See the module. */
export class EventRoute implements Route {
  readonly scope = "ops";
  readonly takesKeyInQuery = true;
  readonly staysOpen = true;
  readonly #parts: EventRouteParts;
  /** Each with whose it is, and whom to tell when it is over. */
  readonly #streams = new Map<
    EventStream,
    { readonly caller: string | undefined; readonly onEnd: () => void }
  >();
  /** One for all streams: a timer for each of thousands costs more than they do. */
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(parts: EventRouteParts) {
    this.#parts = parts;
  }

  /** Streams that are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Ends the streams of keys that are gone, or good for other things than before. */
  endCallers(callers: ReadonlySet<string | undefined>): void {
    for (const [stream, { caller }] of [...this.#streams]) if (callers.has(caller)) stream.end();
  }

  async get(
    request: Request,
    { url, caller, onEnd = () => {} }: Sender,
  ): Promise<Answer> {
    const topics = url.searchParams.getAll("topic");
    const lastEventId = request.headers.get("last-event-id") ?? undefined;
    const stream = new EventStream({
      onGone: () => this.#forget(stream),
      onBug: this.#parts.onBug,
    });
    // Before it is subscribed: from then on it may end at any time.
    this.#streams.set(stream, { caller, onEnd });
    this.#timer ??= setInterval(() => this.#keepAlive(), STREAM_KEEPALIVE_MS);
    const answer = await this.#parts.feed.subscribe({ topics, lastEventId }, stream).catch((error) => {
      this.#forget(stream);
      throw error;
    });
    if (answer.kind !== "open") {
      this.#forget(stream);
      const { status, code } = REFUSALS[answer.kind];
      return failed(status, { code, message: answer.message }, status === 503 ? { "retry-after": "1" } : {});
    }
    stream.begin(answer.subscription, topics);
    return { response: new Response(stream.body, { headers: EVENT_STREAM_HEADERS }), facts: {} };
  }

  #keepAlive(): void {
    for (const stream of this.#streams.keys()) stream.keepAlive(COMMENT);
  }

  #forget(stream: EventStream): void {
    this.#streams.get(stream)?.onEnd();
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
