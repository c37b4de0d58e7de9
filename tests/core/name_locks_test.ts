import assert from "node:assert/strict";
import { NameLocks } from "../../src/core/name_locks.ts";

Deno.test("one path is changed by one call at a time, in the order of the calls", async () => {
  const locks = new NameLocks();
  const seen: string[] = [];
  const step = (name: string) => async () => {
    seen.push(`${name} begins`);
    await Promise.resolve();
    seen.push(`${name} ends`);
  };
  await Promise.all(["1", "2", "3"].map((name) => locks.hold(["a"], step(name))));
  assert.deepEqual(seen, ["1", "2", "3"].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

Deno.test("other paths are not waited for", async () => {
  const locks = new NameLocks();
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = locks.hold(["a"], () => promise);
  assert.equal(await locks.hold(["b", "c"], () => Promise.resolve("free")), "free");
  resolve();
  await held;
});

Deno.test("calls that name the same paths in any order, or one twice, never wait for each other in a circle", async () => {
  const locks = new NameLocks();
  let running = 0;
  const orders = [["a", "b", "c"], ["c", "b", "a"], ["b", "b", "a"], ["c", "a"]];
  const calls = Array.from({ length: 40 }, (_, n) =>
    locks.hold(orders[n % orders.length] ?? [], async () => {
      assert.equal(++running, 1);
      await Promise.resolve();
      running--;
    }));
  await Promise.all(calls);
});

Deno.test("a call that fails lets the next one through", async () => {
  const locks = new NameLocks();
  const failing = locks.hold(["a", "b"], () => Promise.reject(new Error("disk full")));
  const next = locks.hold(["b"], () => Promise.resolve(1));
  await assert.rejects(failing, /disk full/);
  assert.equal(await next, 1);
});
