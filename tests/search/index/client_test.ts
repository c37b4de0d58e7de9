/** The app's end of the indexer's port, with the test at the other end. */
import assert from "node:assert/strict";
import { INDEX_WAIT_MS } from "../../../src/core/limits.ts";
import { IndexClient } from "../../../src/search/index/index_client.ts";
import type { FromIndexer, ToIndexer } from "../../../src/search/index/protocol.ts";

const signal = new AbortController().signal;

/** A client, and what an indexer hears and says. */
class Indexer implements AsyncDisposable {
  readonly heard: ToIndexer[] = [];
  readonly client: IndexClient;
  #port: MessagePort;
  #questions = 0;
  #news = Promise.withResolvers<void>();

  constructor() {
    const list = () => Promise.resolve({ paths: ["a.md"], isTruncated: false });
    this.client = new IndexClient({ list, onOpened: () => {}, onReport: () => {} });
    this.#port = this.connect();
  }

  /** Takes the place of the one that the client has talked to. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToIndexer>) => {
      this.heard.push(data);
      if (data.type === "close") this.say({ type: "closed", isSpent: false });
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    };
    this.client.connect(port2);
    return port1;
  }

  /** Resolves when the client has taken in all that was said. */
  async isHeard(): Promise<void> {
    const ticket = ++this.#questions;
    this.say({ type: "list", ticket });
    const isAnswer = (message: ToIndexer) => message.type === "listed" && message.ticket === ticket;
    while (!this.heard.some(isAnswer)) await this.#news.promise;
  }

  say(message: FromIndexer): void {
    this.#port.postMessage(message);
  }

  /** Waits until it has heard so many messages. */
  async hears(count: number): Promise<void> {
    while (this.heard.length < count) await this.#news.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    this.#port.close();
  }
}

Deno.test("a search waits for what was written before it, and for nothing that comes later", async () => {
  await using indexer = new Indexer();
  const { client } = indexer;
  client.written(["a.md"]);
  const settled = client.settle(signal);
  client.written(["b.md"]);
  await indexer.hears(2);
  indexer.say({ type: "refreshed", ticket: 1 });
  await settled;
  assert.deepEqual(client.waiting(), ["b.md"]);
  assert.equal(client.pending, 1);
});

Deno.test("an indexer that does not answer is waited for once, and what was written stays named", async () => {
  await using indexer = new Indexer();
  const { client } = indexer;
  client.written(["a.md"]);
  const started = performance.now();
  await client.settle(signal);
  const waited = performance.now() - started;
  assert.ok(waited >= INDEX_WAIT_MS - 5, `${waited} ms`);
  const later = new Promise((resolve) => setTimeout(() => resolve("later")));
  const again = client.settle(signal).then(() => "at once");
  assert.equal(await Promise.race([again, later]), "at once", "it is not waited for again");
  assert.deepEqual(client.waiting(), ["a.md"]);
});

Deno.test("a search whose client has gone waits no longer", async () => {
  await using indexer = new Indexer();
  indexer.client.written(["a.md"]);
  const leaving = new AbortController();
  const settled = indexer.client.settle(leaving.signal);
  leaving.abort();
  await settled;
});

Deno.test("an indexer that takes the place of another one hears again of what was written", async () => {
  await using indexer = new Indexer();
  indexer.client.written(["a.md"]);
  await indexer.hears(1);
  indexer.say({ type: "opened" });
  await indexer.hears(2);
  assert.deepEqual(indexer.heard[1], indexer.heard[0]);
});

Deno.test("files that the reader finds changed are told of together, and each once", async () => {
  await using indexer = new Indexer();
  for (const path of ["a.md", "b.md", "a.md"]) indexer.client.noticed(path);
  await indexer.hears(1);
  assert.deepEqual(indexer.heard, [{ type: "refresh", ticket: 1, paths: ["a.md", "b.md"] }]);
});

Deno.test("what is pending is not known until every file was looked at: at least one", async () => {
  await using indexer = new Indexer();
  const { client } = indexer;
  assert.equal(client.pending, 1);
  const report = { files: 3, pending: 0, waiting: [], changed: [], removed: [], wordsSequence: 0 };
  indexer.say({ type: "report", report: { ...report, isSwept: true } });
  indexer.say({ type: "list", ticket: 7 });
  await indexer.hears(1);
  assert.deepEqual([client.pending, client.files, client.namesAll], [0, 3, true]);
  assert.deepEqual(indexer.heard, [{
    type: "listed",
    ticket: 7,
    listed: { paths: ["a.md"], isTruncated: false },
  }]);
});

Deno.test("an indexer that hands a whole index over leaves nothing pending but what is written meanwhile", async () => {
  const report = { files: 3, pending: 0, waiting: [], changed: [], removed: [], wordsSequence: 0 };
  for (const isSpent of [true, false]) {
    await using indexer = new Indexer();
    const { client } = indexer;
    indexer.say({ type: "report", report: { ...report, isSwept: true } });
    await indexer.isHeard();
    indexer.say({ type: "closed", isSpent });
    await indexer.isHeard();
    client.written(["a.md"]);
    assert.deepEqual(client.waiting(), ["a.md"]);
    await indexer.isHeard();
    indexer.connect();
    indexer.say({ type: "opened" });
    indexer.say({ type: "report", report: { ...report, isSwept: false } });
    await indexer.isHeard();
    // Said again to the one that has opened it.
    assert.equal(indexer.heard.filter(({ type }) => type === "refresh").length, 2);
    assert.deepEqual([client.pending, client.files, client.namesAll], [1, 3, isSpent]);
    indexer.say({ type: "refreshed", ticket: 1 });
    await indexer.isHeard();
    // Of one that is gone without that, nobody knows what it had not looked at.
    assert.equal(client.pending, isSpent ? 0 : 1);
    indexer.say({ type: "report", report: { ...report, isSwept: true } });
    await indexer.isHeard();
    assert.deepEqual([client.pending, client.namesAll], [0, true]);
  }
});

Deno.test("after a sign of a change anywhere the index is not taken to be whole until every file was looked at", async () => {
  await using indexer = new Indexer();
  const { client } = indexer;
  const report = {
    files: 3,
    pending: 0,
    waiting: [],
    changed: [],
    removed: [],
    wordsSequence: 0,
    isSwept: true,
  };
  indexer.say({ type: "report", report });
  await indexer.isHeard();
  client.changedSomewhere();
  client.changedSomewhere();
  assert.deepEqual([client.pending, client.namesAll], [1, false]);
  // A sweep that began before the last sign is none of it, and neither is a report of one.
  indexer.say({ type: "swept", ticket: 1 });
  indexer.say({ type: "report", report });
  await indexer.isHeard();
  assert.deepEqual([client.pending, client.namesAll], [1, false]);
  // An indexer that has taken the place of the one that was asked is asked again.
  indexer.say({ type: "opened" });
  await indexer.isHeard();
  const asked = indexer.heard.flatMap((message) => message.type === "sweep" ? [message.ticket] : []);
  assert.deepEqual(asked, [1, 2, 2]);
  indexer.say({ type: "swept", ticket: 2 });
  await indexer.isHeard();
  assert.deepEqual([client.pending, client.namesAll], [0, true]);
});
