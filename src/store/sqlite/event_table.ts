/** The events, in SQLite. */
import type { JsonObject } from "../../core/json.ts";
import type { EventLog, EventRange, StoredEvent, Subject, Topic } from "../event.ts";
import type { Database, Statement } from "./database.ts";
import type { Journal } from "./journal.ts";

interface EventRow {
  readonly id: number;
  readonly at: number;
  readonly subject: string;
  readonly name: string;
  readonly data_json: string;
}

const IN_RANGE = "id > :afterId AND (:from IS NULL OR at >= :from) AND (:to IS NULL OR at < :to)";

/** See the module. */
export class EventTable implements EventLog {
  readonly #journal: Journal;
  readonly #ofSubjects: Statement<EventRow>;
  readonly #ofKinds: Statement<EventRow>;
  readonly #all: Statement<EventRow>;
  readonly #lastId: Statement<{ seq: number }>;

  constructor(db: Database, journal: Journal) {
    this.#journal = journal;
    const select = (condition: string) =>
      db.prepare<EventRow>(
        `SELECT * FROM events WHERE ${condition} AND ${IN_RANGE} ORDER BY id LIMIT :limit`,
      );
    const ofSubjects = "subject IN (SELECT value FROM json_each(:subjects))";
    this.#ofSubjects = select(ofSubjects);
    // Without the sign, the planner would look for the subjects alone in their index.
    this.#ofKinds = select(
      `(+${ofSubjects} OR substr(subject, 1, instr(subject, '/')) IN (SELECT value FROM json_each(:kinds)))`,
    );
    this.#all = select("true");
    this.#lastId = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
  }

  async read({ topics = ["*"], from, to, ...range }: EventRange): Promise<readonly StoredEvent[]> {
    return this.#select(topics, { ...range, from, to }).map((row) => ({
      id: row.id,
      at: row.at,
      subject: row.subject as Subject,
      name: row.name,
      data: JSON.parse(row.data_json) as JsonObject,
    }));
  }

  async lastId(): Promise<number> {
    return this.#lastId.get()?.seq ?? 0;
  }

  watch(listener: (events: readonly StoredEvent[]) => void): () => void {
    return this.#journal.watch(listener);
  }

  #select(
    topics: readonly Topic[],
    range: { afterId: number; limit: number; from: number | undefined; to: number | undefined },
  ): EventRow[] {
    if (topics.includes("*")) return this.#all.all(range);
    const kinds = topics.filter((topic) => topic.endsWith("/*")).map((topic) => topic.slice(0, -1));
    const subjects = JSON.stringify(topics.filter((topic) => !topic.endsWith("/*")));
    return kinds.length === 0
      ? this.#ofSubjects.all({ ...range, subjects })
      : this.#ofKinds.all({ ...range, subjects, kinds: JSON.stringify(kinds) });
  }
}
