/**
 * Brings the events of the store to everybody who listens. One watch on the store serves them all; a subscriber is a
 * place in the sequence of ids: what is behind it comes from the store by pages, as fast as the subscriber reads; once
 * it has caught up it is told of each event as it is committed.
 */
import { LIVE_STREAMS_MAX, LIVE_TOPICS_MAX } from "../../core/release_limits.ts";
import type { EventLog, StoredEvent, Subject, Topic } from "../../store/event.ts";
import { type HubReader, Subscription, type SubscriptionHost } from "./subscription.ts";
import { type ParsedTopic, parseTopic } from "./topic.ts";

/** What the hub is made of. */
export interface EventHubParts {
  readonly events: EventLog;
  /** Whether a job or canary of that id is there. */
  readonly exists: (subject: Subject) => Promise<boolean>;
}

/** What somebody wants, as a client says it. */
export interface HubRequest {
  readonly topics: readonly string[];
  /** The last event that a client has that resumes. */
  readonly lastEventId: string | undefined;
}

/** What came of it. */
export type HubAnswer =
  | { readonly kind: "open"; readonly subscription: Subscription }
  | { readonly kind: "bad_topic" | "not_found" | "busy" | "ended"; readonly message: string };

/** See the module. */
export class EventHub implements SubscriptionHost {
  readonly events: EventLog;
  readonly #exists: EventHubParts["exists"];
  readonly #open = new Set<Subscription>();
  /** Those who have caught up, by what they listen to. */
  readonly #listening = new Map<Topic, Set<Subscription>>();
  readonly #unwatch: () => void;
  #position = 0;
  #isOver = false;

  constructor({ events, exists }: EventHubParts) {
    this.events = events;
    this.#exists = exists;
    this.#unwatch = events.watch((committed) => committed.forEach((event) => this.#passOn(event)));
  }

  /** Every event up to this id has been passed on, or was there before whoever has come since. */
  get position(): number {
    return this.#position;
  }

  /** Subscribers. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Finds a place for a reader: after the event that it has; else before the first one, where it names a job or a
   * canary; else after the newest. An id that was never sent is ignored.
   */
  async subscribe({ topics, lastEventId }: HubRequest, reader: HubReader): Promise<HubAnswer> {
    const parsed = parseTopics(topics);
    if (!Array.isArray(parsed)) return { kind: "bad_topic", message: parsed.problem };
    const missing = await this.#firstMissing(parsed);
    if (missing !== undefined) {
      return { kind: "not_found", message: `Cannot subscribe to "${missing}": there is no such id` };
    }
    const lastId = await this.events.lastId();
    // Only now is looked where the hub is: it may have passed on newer ones meanwhile.
    this.#position = Math.max(this.#position, lastId);
    if (this.#isOver) return { kind: "ended", message: "Cannot subscribe: the server is stopping" };
    if (this.#open.size >= LIVE_STREAMS_MAX) {
      return { kind: "busy", message: `Cannot subscribe: ${LIVE_STREAMS_MAX} streams are open already` };
    }
    const resumed = this.#resumePoint(lastEventId);
    const wanted = parsed.map(({ topic }) => topic);
    const pastTopics = resumed === undefined
      ? parsed.filter(({ subject }) => subject).map(({ topic }) => topic)
      : wanted;
    const subscription = new Subscription({
      host: this,
      reader,
      topics: wanted,
      pastTopics,
      after: resumed ?? (pastTopics.length > 0 ? 0 : this.#position),
      start: this.#position,
    });
    this.#open.add(subscription);
    return { kind: "open", subscription };
  }

  attach(subscription: Subscription): void {
    for (const topic of subscription.topics) {
      const listening = this.#listening.get(topic) ?? new Set();
      this.#listening.set(topic, listening.add(subscription));
    }
  }

  leave(subscription: Subscription): void {
    this.#open.delete(subscription);
    for (const topic of subscription.topics) {
      const listening = this.#listening.get(topic);
      listening?.delete(subscription);
      if (listening?.size === 0) this.#listening.delete(topic);
    }
  }

  /** Ends every stream, and takes no new one. */
  end(): void {
    this.#isOver = true;
    this.#unwatch();
    for (const subscription of [...this.#open]) subscription.end();
  }

  #passOn(event: StoredEvent): void {
    const { subject } = event;
    const kind = subject.slice(0, subject.indexOf("/"));
    for (const topic of [subject, `${kind}/*` as Topic, "*"] as const) {
      // A reader that is too slow leaves while it is told; nobody else is skipped for that.
      for (const subscription of this.#listening.get(topic) ?? []) subscription.take(event);
    }
    this.#position = event.id;
  }

  async #firstMissing(topics: readonly ParsedTopic[]): Promise<Subject | undefined> {
    for (const { subject } of topics) {
      if (subject !== undefined && !(await this.#exists(subject))) return subject;
    }
    return undefined;
  }

  #resumePoint(lastEventId: string | undefined): number | undefined {
    if (lastEventId === undefined || !/^\d{1,15}$/.test(lastEventId)) return undefined;
    const id = Number(lastEventId);
    return id <= this.#position ? id : undefined;
  }
}

/** Each topic once, in the order of their first naming. */
function parseTopics(topics: readonly string[]): ParsedTopic[] | { readonly problem: string } {
  const accepted = "job/<id>, canary/<id>, job/*, canary/* or *";
  if (topics.length === 0) {
    return {
      problem: `Cannot subscribe to nothing: name a topic, as in /sse?topic=job/*; it is ${accepted}`,
    };
  }
  const parsed = new Map<Topic, ParsedTopic>();
  for (const text of topics) {
    const topic = parseTopic(text);
    if (topic === undefined) {
      return { problem: `Cannot subscribe to "${text.slice(0, 100)}": a topic is ${accepted}` };
    }
    parsed.set(topic.topic, topic);
  }
  if (parsed.size <= LIVE_TOPICS_MAX) return [...parsed.values()];
  return { problem: `Cannot subscribe to ${parsed.size} topics: one stream carries ${LIVE_TOPICS_MAX}` };
}
