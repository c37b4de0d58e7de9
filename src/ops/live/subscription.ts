/** One reader's place in the sequence of events: behind it, or on its edge. */
import { LIVE_PAGE_EVENTS } from "../../core/release_limits.ts";
import type { EventLog, StoredEvent, Topic } from "../../store/event.ts";

/** Who is told of events as they are committed. */
export interface HubReader {
  take(event: StoredEvent): void;
  /** Nothing follows. */
  end(): void;
}

/** What a subscription asks of its hub. */
export interface SubscriptionHost {
  readonly events: EventLog;
  /** Every event up to this id has been passed on, or was there before the hub. */
  readonly position: number;
  /** From now on the subscription is told of what comes. */
  attach(subscription: Subscription): void;
  leave(subscription: Subscription): void;
}

/** What a subscription is made of. */
export interface SubscriptionParts {
  readonly host: SubscriptionHost;
  readonly reader: HubReader;
  readonly topics: readonly Topic[];
  /** Of the topics, those that are wanted from `after` on; the others are wanted from `start` on. */
  readonly pastTopics: readonly Topic[];
  readonly after: number;
  /** Where the hub stood when the reader came. */
  readonly start: number;
}

/** See the module. */
export class Subscription {
  /** The reader gets the events after this id. */
  readonly after: number;
  readonly #parts: SubscriptionParts;
  /** Nothing up to this id is still to be read. */
  #cursor: number;
  #isOver = false;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.after = parts.after;
    this.#cursor = parts.after;
  }

  get topics(): readonly Topic[] {
    return this.#parts.topics;
  }

  /**
   * The next events that were there before the reader came. Undefined when there are no more: from then on the reader
   * is told of what comes, in order and without a gap.
   */
  async past(): Promise<readonly StoredEvent[] | undefined> {
    const { host, topics, pastTopics, start } = this.#parts;
    while (!this.#isOver) {
      const position = host.position;
      // Between this look and the attachment nothing can be passed on: there is no await.
      if (this.#cursor >= position) {
        host.attach(this);
        return undefined;
      }
      const isBeforeStart = this.#cursor < start;
      const until = isBeforeStart ? start : position;
      const page = await host.events.read({
        afterId: this.#cursor,
        topics: isBeforeStart ? pastTopics : topics,
        limit: LIVE_PAGE_EVENTS,
      });
      const fitting = page.filter(({ id }) => !isBeforeStart || id <= until);
      // A page that is not full holds all that there was when it was read.
      const last = fitting.at(-1)?.id ?? this.#cursor;
      this.#cursor = fitting.length === LIVE_PAGE_EVENTS ? last : Math.max(last, until);
      if (fitting.length > 0) return fitting;
    }
    return undefined;
  }

  /** An event was committed that fits one of the topics. */
  take(event: StoredEvent): void {
    // It may have come from the store already, or by another topic.
    if (event.id <= this.#cursor) return;
    this.#cursor = event.id;
    this.#parts.reader.take(event);
  }

  /** Nothing follows: the reader is told so. */
  end(): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.reader.end();
  }

  /** The reader has gone. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.host.leave(this);
  }
}
