/** What is handed on and not done with is bounded, if whoever hands on waits for room. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Backlog } from "../../src/core/backlog.ts";

Deno.test("whoever waits for room goes on when there is some, and never before", async () => {
  const backlog = new Backlog(2);
  await backlog.room();
  backlog.add();
  backlog.add();
  let passed = 0;
  const waiting = Promise.all([1, 2].map(() => backlog.room().then(() => passed++)));
  await Promise.resolve();
  assert.equal(passed, 0);
  backlog.done();
  await waiting;
  assert.equal(passed, 2);
  backlog.add();
  const later = backlog.room().then(() => passed++);
  backlog.done();
  await later;
});

Deno.test("a producer that waits for room has never more under way than there is room for", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(3), { maxLength: 60 }),
      async (max, ticks) => {
        const backlog = new Backlog(max);
        let underWay = 0;
        let most = 0;
        const all: Promise<void>[] = [];
        for (const count of ticks) {
          await backlog.room();
          backlog.add();
          most = Math.max(most, ++underWay);
          all.push((async () => {
            for (let tick = 0; tick < count; tick++) await Promise.resolve();
            underWay--;
            backlog.done();
          })());
        }
        await Promise.all(all);
        assert.ok(most <= max, `${most} of ${max}`);
        assert.equal(underWay, 0);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("who says more often that something is done makes no more room by it", async () => {
  const backlog = new Backlog(1);
  backlog.done();
  backlog.done();
  backlog.add();
  let hasPassed = false;
  const waiting = backlog.room().then(() => hasPassed = true);
  await Promise.resolve();
  assert.equal(hasPassed, false);
  backlog.done();
  await waiting;
});
