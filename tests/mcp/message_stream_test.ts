/** A stream of messages between one who sends and one who reads. */
import assert from "node:assert/strict";
import { type Frame, type FrameReader, MessageStream } from "../../src/mcp/message_stream.ts";

/** A reader that remembers what it got. */
function reader(): FrameReader & { readonly frames: Frame[] } {
  const frames: Frame[] = [];
  return { frames, frame: (frame) => frames.push(frame), end: () => {} };
}

Deno.test("a stream without a name keeps nothing for a reader who has left: nobody can come back to it", () => {
  const [first, second] = [reader(), reader()];
  const stream = new MessageStream();
  stream.read(first);
  stream.leave(first);
  stream.send("1");
  stream.read(second);
  assert.deepEqual(second.frames, []);
  assert.equal(stream.isOver, true);
});

Deno.test("a stream with a name keeps what its reader has missed", () => {
  const [first, second] = [reader(), reader()];
  const stream = new MessageStream({ name: "s" });
  stream.read(first);
  stream.leave(first);
  stream.send("1");
  stream.read(second);
  assert.deepEqual(second.frames, [{ kind: "message", json: "1", id: "s-1" }]);
});

Deno.test("a reader who leaves in the middle of what waited for it is gone", () => {
  let left = 0;
  const stream = new MessageStream({ onLeave: () => left++ });
  stream.send("1");
  stream.send("2");
  const leaving: FrameReader = { frame: () => stream.leave(leaving), end: () => {} };
  stream.read(leaving);
  assert.deepEqual([stream.isRead, left], [false, 1]);
});
