/** The live route over a real store, without the rest of the app, and readers who look at every event. */
import assert from "node:assert/strict";
import { EventRoute } from "../../src/http/event_route.ts";
import { EventHub } from "../../src/ops/live/event_hub.ts";
import type { Subject } from "../../src/store/event.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";

/** An event as a client sees it. */
export interface SeenEvent {
  readonly id: number;
  readonly name: string;
  // deno-lint-ignore no-explicit-any -- the shape is what tests assert.
  readonly data: any;
}

/** A store with jobs, whose events are whatever a test says. */
export class LiveFeed implements AsyncDisposable {
  readonly store: SqliteStore;
  readonly hub: EventHub;
  readonly route: EventRoute;
  readonly bugs: unknown[] = [];

  constructor() {
    let id = 0;
    this.store = new SqliteStore({
      path: ":memory:",
      now: () => 1_700_000_000_000,
      newId: () => `id-${++id}`,
    });
    const { jobs, canaries, events } = this.store;
    this.hub = new EventHub({
      events,
      exists: async (subject) => {
        const key = subject.slice(subject.indexOf("/") + 1);
        return (subject.startsWith("job/") ? await jobs.get(key) : await canaries.get(key)) !== undefined;
      },
    });
    this.route = new EventRoute({ feed: this.hub, onBug: (error) => this.bugs.push(error) });
  }

  /** Makes a job, and no event. */
  async addJob(jobId: string): Promise<void> {
    const job = {
      jobId,
      taskId: "t",
      configId: "c",
      status: "QUEUED",
      caller: undefined,
      backend: "test",
    } as const;
    await this.store.jobs.create(job, { tell: () => ({ audits: [], events: [] }) });
  }

  /** Commits an event with a change that is none, and returns its id. */
  async emit(subject: Subject, name = "update", data: Record<string, string | number> = {}): Promise<number> {
    const gate = { name: `carrier-${this.#emitted}`, gate: "g", modelId: "m", by: "test" };
    this.#emitted++;
    await this.store.models.setGate(gate, () => ({ audits: [], events: [{ subject, name, data }] }));
    return await this.store.events.lastId();
  }
  #emitted = 0;

  /** Asks the route as a client would. */
  async open(query: string, headers: Record<string, string> = {}): Promise<Response> {
    const url = new URL(`http://127.0.0.1/sse${query}`);
    return (await this.route.get(new Request(url, { headers }), { url, caller: undefined })).response;
  }

  /** Subscribes, and reads the opening event. */
  async subscribe(query: string, headers: Record<string, string> = {}): Promise<LiveReader> {
    const response = await this.open(query, headers);
    assert.equal(response.status, 200, await (response.status === 200 ? "" : response.clone().text()));
    const reader = new LiveReader(response);
    await reader.open();
    return reader;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hub.end();
    await this.store.close();
    assert.deepEqual(this.bugs, []);
  }
}

/** A client of `/sse`. */
export class LiveReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  /** The read that is under way: like a socket, a client of ours always asks for more. */
  #reading: Promise<ReadableStreamReadResult<Uint8Array>>;
  /** What `open` said. */
  opening: SeenEvent | undefined;
  /** The id that a client that resumes would send. */
  lastId: string | undefined;
  #text = "";

  constructor(response: Response) {
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.ok(response.body);
    this.#reader = response.body.getReader();
    this.#reading = this.#read();
  }

  async open(): Promise<void> {
    this.opening = await this.next();
    assert.equal(this.opening?.name, "open");
  }

  /** The next event as it was written, comments included; undefined at the end. */
  async nextText(): Promise<string | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { value, done } = await this.#reading;
      if (done) return undefined;
      this.#reading = this.#read();
      this.#text += this.#decoder.decode(value, { stream: true });
    }
    const end = this.#text.indexOf("\n\n");
    const event = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return event;
  }

  /** The next event that is no comment. */
  async next(): Promise<SeenEvent | undefined> {
    for (;;) {
      const text = await this.nextText();
      if (text === undefined) return undefined;
      if (text.startsWith(":")) continue;
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1];
      this.lastId = field("id") ?? this.lastId;
      return {
        id: Number(field("id")),
        name: field("event") ?? "message",
        data: JSON.parse(field("data") ?? "null"),
      };
    }
  }

  /** The next events. */
  async take(count: number): Promise<SeenEvent[]> {
    const events: SeenEvent[] = [];
    while (events.length < count) {
      const event = await this.next();
      assert.ok(event, `the stream ended after ${events.length} of ${count} events`);
      events.push(event);
    }
    return events;
  }

  #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const reading = this.#reader.read();
    // Whoever asks for the next event learns of it.
    reading.catch(() => {});
    return reading;
  }

  /** The connection is gone. */
  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}
