/** Who waits for a permit has it in turn. */
import assert from "node:assert/strict";
import { Semaphore } from "../../src/core/semaphore.ts";

Deno.test("A semaphore serves in order, and who gives up leaves the queue", async () => {
  const semaphore = new Semaphore(1);
  const order: string[] = [];
  const first = await semaphore.acquire();
  const abort = new AbortController();
  const left = semaphore.acquire(abort.signal);
  const waiting = ["a", "b"].map(async (name) => {
    using _permit = await semaphore.acquire();
    order.push(name);
  });
  abort.abort(new Error("left"));
  await assert.rejects(left, /left/);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await Promise.all(waiting);
  assert.deepEqual(order, ["a", "b"]);
  using _again = await semaphore.acquire();
});
