/** What the stream of live events needs of whoever has the events. */

/** An event. Everybody who gets it live gets the same object. */
export interface FeedEvent {
  /** Grows from event to event, and over restarts. */
  readonly id: number;
  /** The type of the event on the wire. */
  readonly name: string;
  /** What JSON can hold. */
  readonly data: unknown;
}

/** Who is told of events as they come. */
export interface FeedReader {
  take(event: FeedEvent): void;
  /** Nothing follows. */
  end(): void;
}

/** One reader's place in the events. */
export interface FeedSubscription {
  /** The reader gets the events after this id; 0 for all that there are. */
  readonly after: number;
  /**
   * The next events that were there before the reader came. Undefined when there are no more: from that moment on the
   * reader is told, in order and without a gap, and there is nothing left to ask for.
   */
  past(): Promise<readonly FeedEvent[] | undefined>;
  /** The reader has gone. */
  close(): void;
}

/** What is wanted, as the client says it. */
export interface FeedRequest {
  readonly topics: readonly string[];
  /** The last event that a client has that resumes. */
  readonly lastEventId: string | undefined;
}

/** Why nothing comes. */
export interface FeedRefusal {
  readonly kind: "bad_topic" | "not_found" | "busy" | "ended";
  readonly message: string;
}

/** See the module. */
export interface EventFeed {
  subscribe(
    request: FeedRequest,
    reader: FeedReader,
  ): Promise<{ readonly kind: "open"; readonly subscription: FeedSubscription } | FeedRefusal>;
}
