/** Events, byte for byte, and what happens to a stream that nobody reads. */
import assert from "node:assert/strict";
import { STREAM_BACKLOG_BYTES_MAX, STREAM_KEEPALIVE_MS } from "../../src/core/limits.ts";
import { encodeFrame, KEEPALIVE, streamResponse } from "../../src/http/sse.ts";
import { MessageStream } from "../../src/mcp/message_stream.ts";
import { FakeTime } from "../support/fake_time.ts";

Deno.test("an event is its id, where it has one, and one line of data", () => {
  const json = `{"a":"ü\\n"}`;
  assert.equal(encodeFrame({ kind: "message", json, id: undefined }), `data: {"a":"ü\\n"}\n\n`);
  assert.equal(encodeFrame({ kind: "message", json, id: "3-14" }), `id: 3-14\ndata: {"a":"ü\\n"}\n\n`);
  assert.equal(
    encodeFrame({ kind: "priming", id: "3-0", retryMs: 1000 }),
    "id: 3-0\nretry: 1000\ndata: \n\n",
  );
  assert.equal(KEEPALIVE, ": keepalive\n\n");
});

Deno.test("a stream's response is not cached, transformed, buffered or sniffed", async () => {
  const stream = new MessageStream();
  stream.send("{}");
  stream.end();
  const response = streamResponse(stream, { after: undefined, onEnd: () => {} });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(await response.text(), "data: {}\n\n");
});

Deno.test("a long silent stream says that it lives, and its timer ends with it", async () => {
  using time = new FakeTime();
  for (const longLived of [true, false]) {
    const stream = new MessageStream({ longLived });
    const reader = streamResponse(stream, { after: undefined, onEnd: () => {} }).body?.getReader();
    time.pass(STREAM_KEEPALIVE_MS);
    stream.send("{}");
    const first = new TextDecoder().decode((await reader?.read())?.value);
    assert.equal(first, longLived ? KEEPALIVE : "data: {}\n\n");
    await reader?.cancel();
    assert.equal(time.timers, 0);
  }
});

Deno.test("a reader who does not read loses the stream, and its owner is told", () => {
  let left = 0;
  const stream = new MessageStream({ onLeave: () => left++ });
  const response = streamResponse(stream, { after: undefined, onEnd: () => {} });
  const chunk = JSON.stringify("x".repeat(1_000_000));
  for (let sent = 0; sent <= STREAM_BACKLOG_BYTES_MAX; sent += chunk.length) stream.send(chunk);
  assert.equal(left, 1);
  assert.equal(stream.isRead, false);
  stream.send(chunk);
  assert.ok(response.body);
});

Deno.test("a message that is larger than what may wait reaches whoever has read all before it", async () => {
  const stream = new MessageStream();
  stream.send(JSON.stringify("x".repeat(STREAM_BACKLOG_BYTES_MAX)));
  const reader = streamResponse(stream, { after: undefined, onEnd: () => {} }).body?.getReader();
  assert.ok(((await reader?.read())?.value?.length ?? 0) > STREAM_BACKLOG_BYTES_MAX);
  stream.send("{}");
  stream.end();
  assert.equal(new TextDecoder().decode((await reader?.read())?.value), "data: {}\n\n");
  assert.equal((await reader?.read())?.done, true);
});

Deno.test("a stream that holds more than may wait ends where its reader begins, and is left", async () => {
  let left = 0;
  const stream = new MessageStream({ onLeave: () => left++ });
  const chunk = JSON.stringify("x".repeat(1_000_000));
  for (let sent = 0; sent <= 2 * STREAM_BACKLOG_BYTES_MAX; sent += chunk.length) stream.send(chunk);
  const response = streamResponse(stream, { after: undefined, onEnd: () => {} });
  assert.equal(left, 1);
  assert.equal(stream.isRead, false);
  stream.send(chunk);
  stream.end();
  await response.body?.cancel();
});
