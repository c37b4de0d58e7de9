/** Events: what subscribers are told of. The table is an outbox: they are written with the change, and sent from here. */
import type { JsonObject } from "../core/json.ts";
import type { TimeSpan } from "./page.ts";

/** A thing that has a history: `job/<id>`, `canary/<id>`, `model/<id>`. */
export type Subject = `job/${string}` | `canary/${string}` | `model/${string}`;

/** A subject, every job, every canary, or everything. */
export type Topic = Subject | "job/*" | "canary/*" | "model/*" | "*";

/** An event, before it is written. */
export interface NewEvent {
  readonly subject: Subject;
  /** `queued`, `running`, `update`, `completed`; `started`, `metric`, `promoted`, `rolled_back`. */
  readonly name: string;
  readonly data: JsonObject;
}

/** An event. It lives as long as its subject. */
export interface StoredEvent extends NewEvent {
  /** One increasing number for the whole server; it never goes back, not even over a restart. */
  readonly id: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** Which events are wanted. */
export interface EventRange extends TimeSpan {
  /** 0 for the first. */
  readonly afterId: number;
  /** @default ["*"] */
  readonly topics?: readonly Topic[];
  readonly limit: number;
}

/** See the module. */
export interface EventLog {
  /** The next events after an id, in the order of their ids, that fit any of the topics. */
  read(range: EventRange): Promise<readonly StoredEvent[]>;
  /** The id of the newest event that was ever written; 0 before the first. */
  lastId(): Promise<number>;
  /**
   * Tells of every event after its transaction has been committed, in the order of their ids and without a gap, until
   * the returned function is called. The listener must not throw.
   */
  watch(listener: (events: readonly StoredEvent[]) => void): () => void;
}

/** Whether an event of this subject belongs to a topic. */
export function fits(topic: Topic, subject: Subject): boolean {
  if (topic === "*" || topic === subject) return true;
  return topic.endsWith("/*") && subject.startsWith(topic.slice(0, -1));
}
