/** Who is told of which events: history, what comes, resumption, and topics that are none. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { STREAM_KEEPALIVE_MS } from "../../../src/core/limits.ts";
import {
  LIVE_BACKLOG_BYTES_MAX,
  LIVE_BACKLOG_EVENTS_MAX,
  LIVE_PAGE_EVENTS,
  LIVE_TOPICS_MAX,
} from "../../../src/core/release_limits.ts";
import { fits, type Subject, type Topic } from "../../../src/store/event.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { LiveFeed, type SeenEvent } from "../../support/live_feed.ts";

const ids = (events: readonly SeenEvent[]) => events.map(({ id }) => id);

Deno.test("a subscriber of one job gets its history first, and then what comes, once and in order", async () => {
  await using feed = new LiveFeed();
  await feed.addJob("a");
  await feed.emit("job/a", "queued", { jobId: "a" });
  await feed.emit("job/b", "queued");
  await feed.emit("job/a", "running", { jobId: "a" });
  const reader = await feed.subscribe("?topic=job/a");
  assert.deepEqual(reader.opening, { id: 0, name: "open", data: { ok: true, topic: "job/a" } });
  const history = await reader.take(2);
  assert.deepEqual(history, [
    { id: 1, name: "queued", data: { jobId: "a" } },
    { id: 3, name: "running", data: { jobId: "a" } },
  ]);
  await feed.emit("job/a", "completed", { jobId: "a" });
  assert.deepEqual(ids(await reader.take(1)), [4]);
});

Deno.test("a history of many pages arrives whole, and what is committed meanwhile after it", async () => {
  await using feed = new LiveFeed();
  await feed.addJob("a");
  const wanted: number[] = [];
  const count = 2 * LIVE_PAGE_EVENTS + 7;
  for (let n = 0; n < count; n++) wanted.push(await feed.emit("job/a"));
  const reader = await feed.subscribe("?topic=job/a");
  const first = await reader.take(5);
  for (let n = 0; n < 5; n++) wanted.push(await feed.emit("job/a"));
  assert.deepEqual(ids([...first, ...await reader.take(count)]), wanted);
});

Deno.test("a topic of many gives what comes and nothing of the past", async () => {
  await using feed = new LiveFeed();
  await feed.emit("job/a");
  const jobs = await feed.subscribe("?topic=job/*");
  const canaries = await feed.subscribe("?topic=canary/*");
  const all = await feed.subscribe("?topic=*");
  for (const subject of ["job/a", "canary/x", "job/b", "canary/y"] as const) await feed.emit(subject);
  assert.deepEqual(ids(await jobs.take(2)), [2, 4]);
  assert.deepEqual(ids(await canaries.take(2)), [3, 5]);
  assert.deepEqual(ids(await all.take(4)), [2, 3, 4, 5]);
});

Deno.test("several topics on one stream give each event once", async () => {
  await using feed = new LiveFeed();
  await feed.addJob("a");
  await feed.emit("job/a");
  await feed.emit("canary/x");
  const reader = await feed.subscribe("?topic=job/a&topic=job/*&topic=*&topic=job/a");
  assert.deepEqual(reader.opening?.data.topic, ["job/a", "job/*", "*", "job/a"]);
  await feed.emit("job/a");
  await feed.emit("canary/x");
  assert.deepEqual(ids(await reader.take(3)), [1, 3, 4]);
});

Deno.test("the opening event's id resumes a stream that has seen nothing else", async () => {
  await using feed = new LiveFeed();
  await feed.emit("job/a");
  const first = await feed.subscribe("?topic=*");
  assert.equal(first.lastId, "1");
  await first.leave();
  await feed.emit("job/b");
  const second = await feed.subscribe("?topic=*", { "last-event-id": first.lastId ?? "" });
  assert.deepEqual(ids(await second.take(1)), [2]);
});

const BAD_RESUMPTIONS = [
  "",
  "abc",
  "-1",
  "1.5",
  "1e3",
  "9".repeat(15),
  "9".repeat(400),
  "0x1",
  "1-2",
  "NaN",
  " ",
];

for (const lastEventId of BAD_RESUMPTIONS) {
  Deno.test(`Last-Event-ID ${JSON.stringify(lastEventId.slice(0, 20))} is ignored`, async () => {
    await using feed = new LiveFeed();
    await feed.addJob("a");
    await feed.emit("job/a");
    const one = await feed.subscribe("?topic=job/a", { "last-event-id": lastEventId });
    assert.deepEqual(ids(await one.take(1)), [1]);
    const all = await feed.subscribe("?topic=*", { "last-event-id": lastEventId });
    await feed.emit("job/a");
    assert.deepEqual(ids(await all.take(1)), [2]);
  });
}

const BAD_TOPICS: readonly [query: string, status: number][] = [
  ["", 400],
  ["?topic=", 400],
  ["?topic=job", 400],
  ["?topic=job/", 400],
  ["?topic=/a", 400],
  ["?topic=jobs/a", 400],
  ["?topic=JOB/a", 400],
  ["?topic=model/a", 400],
  ["?topic=model/*", 400],
  ["?topic=**", 400],
  ["?topic=job/**", 400],
  ["?topic=job/a*", 400],
  ["?topic=job/a%20b", 400],
  ["?topic=job/a%00", 400],
  ["?topic=job/a%0Aevent:%20x", 400],
  [`?topic=job/${"x".repeat(257)}`, 400],
  ["?topic=job/a&topic=nothing", 400],
  [`?${Array.from({ length: LIVE_TOPICS_MAX + 1 }, (_, n) => `topic=job/${n}`).join("&")}`, 400],
  ["?topic=job/unknown", 404],
  ["?topic=canary/a", 404],
  ["?topic=job/a&topic=job/unknown", 404],
  ["?topic=job/../a", 404],
  ["?topic=job/%27OR%271%27=%271", 404],
  ["?topic=job/__proto__", 404],
];

for (const [query, status] of BAD_TOPICS) {
  Deno.test(`/sse${query.slice(0, 60)} is refused with ${status}, and leaves nothing behind`, async () => {
    await using feed = new LiveFeed();
    await feed.addJob("a");
    const response = await feed.open(query);
    assert.equal(response.status, status);
    const { error } = await response.json();
    assert.equal(error.code, status === 404 ? "not_found" : "invalid_arguments");
    assert.equal(feed.hub.size, 0);
    assert.equal(feed.route.size, 0);
  });
}

Deno.test("a silent stream says every 15 seconds that it lives, on one timer that ends with the last stream", async () => {
  using time = new FakeTime();
  await using feed = new LiveFeed();
  const readers = [await feed.subscribe("?topic=*"), await feed.subscribe("?topic=job/*")];
  assert.equal(time.timers, 1);
  const comments = readers.map((reader) => reader.nextText());
  time.pass(STREAM_KEEPALIVE_MS);
  assert.deepEqual(await Promise.all(comments), [": keepalive", ": keepalive"]);
  for (const reader of readers) await reader.leave();
  assert.equal(time.timers, 0);
});

Deno.test("a subscriber that does not read is dropped after 256 events, and misses none when it comes back", async () => {
  await using feed = new LiveFeed();
  const slow = await feed.subscribe("?topic=*");
  await feed.emit("job/a");
  for (let n = 0; n <= LIVE_BACKLOG_EVENTS_MAX; n++) {
    assert.equal(feed.hub.size, 1, `still there after ${n} events`);
    await feed.emit("job/a");
  }
  assert.equal(feed.hub.size, 0);
  assert.deepEqual(ids(await slow.take(1)), [1]);
  assert.equal(await slow.next(), undefined);
  const back = await feed.subscribe("?topic=*", { "last-event-id": "1" });
  const missed = ids(await back.take(LIVE_BACKLOG_EVENTS_MAX + 1));
  assert.deepEqual(missed, Array.from({ length: LIVE_BACKLOG_EVENTS_MAX + 1 }, (_, n) => n + 2));
});

Deno.test("a subscriber that does not read is dropped after 1 MiB", async () => {
  await using feed = new LiveFeed();
  await feed.subscribe("?topic=*");
  const text = "x".repeat(100_000);
  let sent = 0;
  for (; feed.hub.size > 0; sent += text.length) await feed.emit("job/a", "update", { text });
  assert.ok(
    sent > LIVE_BACKLOG_BYTES_MAX - 2 * text.length && sent < LIVE_BACKLOG_BYTES_MAX + 2 * text.length,
  );
});

Deno.test("streams end when the hub ends, after what was under way, and none is opened any more", async () => {
  await using feed = new LiveFeed();
  const reader = await feed.subscribe("?topic=*");
  for (let n = 0; n < 3; n++) await feed.emit("job/a");
  feed.hub.end();
  assert.deepEqual(ids(await reader.take(3)), [1, 2, 3]);
  assert.equal(await reader.next(), undefined);
  const response = await feed.open("?topic=*");
  assert.equal(response.status, 503);
  assert.equal((await response.json()).error.code, "unavailable");
});

Deno.test("whatever a subscriber asks for and whenever it is cut off, it gets each event once and in order", async () => {
  const subjects: readonly Subject[] = ["job/a", "job/b", "canary/x", "model/m"];
  const topics: readonly Topic[] = ["job/a", "job/b", "job/*", "canary/*", "*"];
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("emit" as const),
      subject: fc.constantFrom(...subjects),
      count: fc.integer({ min: 1, max: 150 }),
    }),
    fc.record({ kind: fc.constant("read" as const), count: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ kind: fc.constant("cut" as const) }),
  );
  const property = fc.asyncProperty(
    fc.subarray([...topics], { minLength: 1 }),
    fc.integer({ min: 0, max: 300 }),
    fc.array(step, { maxLength: 12 }),
    async (wanted, before, steps) => {
      await using feed = new LiveFeed();
      for (const id of ["a", "b"]) await feed.addJob(id);
      const log: { id: number; subject: Subject }[] = [];
      const emit = async (subject: Subject) => log.push({ id: await feed.emit(subject), subject });
      for (let n = 0; n < before; n++) await emit(subjects[n % subjects.length] ?? "job/a");
      const query = `?${wanted.map((topic) => `topic=${topic}`).join("&")}`;
      const start = log.length;
      let reader = await feed.subscribe(query);
      const seen: number[] = [];
      // Until the first interruption only what was named by its id has a past.
      const isOwed = (topic: Topic, index: number) =>
        index >= start || (topic !== "*" && !topic.endsWith("/*"));
      const owed = () =>
        log.filter(({ subject }, index) =>
          wanted.some((topic) => fits(topic, subject) && isOwed(topic, index))
        );
      const isPast = (id: number) => log.findIndex((event) => event.id === id) < start;
      for (const { kind, ...options } of steps) {
        if (kind === "emit" && "subject" in options) {
          for (let n = 0; n < options.count && feed.hub.size > 0; n++) await emit(options.subject);
        } else if (kind === "read" && "count" in options) {
          const left = owed().length - seen.length;
          seen.push(...ids(await reader.take(Math.min(options.count, left))));
        } else if (kind === "cut" && !isPast(Number(reader.lastId))) {
          await reader.leave();
          reader = await feed.subscribe(query, { "last-event-id": reader.lastId ?? "" });
        }
      }
      if (feed.hub.size > 0) seen.push(...ids(await reader.take(owed().length - seen.length)));
      const wantedIds = owed().map(({ id }) => id);
      assert.deepEqual(seen, wantedIds.slice(0, seen.length));
      if (feed.hub.size > 0) assert.equal(seen.length, wantedIds.length);
      await reader.leave();
    },
  );
  await fc.assert(property, { numRuns: 60, seed: 20_261_125 });
});
