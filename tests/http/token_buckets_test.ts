/** Token buckets: what a caller may send, refilled continuously, in a table that does not grow. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { BUCKETS_MAX } from "../../src/core/limits.ts";
import { TokenBuckets } from "../../src/http/token_buckets.ts";

Deno.test("a full bucket lets its capacity pass at once, then one for each part of the window", () => {
  let now = 0;
  const buckets = new TokenBuckets({ capacity: 4, windowMs: 1_000, elapsed: () => now });
  const pass = () => buckets.take("a").allowed;
  assert.deepEqual([pass(), pass(), pass(), pass(), pass()], [true, true, true, true, false]);
  now = 249;
  assert.equal(pass(), false);
  now = 250;
  assert.deepEqual([pass(), pass()], [true, false]);
  assert.equal(buckets.take("b").allowed, true, "another caller has another bucket");
  now = 100_000;
  assert.deepEqual([pass(), pass(), pass(), pass(), pass()], [true, true, true, true, false]);
});

Deno.test("what is left, when there is more, and when all of it is back are said", () => {
  let now = 0;
  const buckets = new TokenBuckets({ capacity: 2, windowMs: 1_000, elapsed: () => now });
  assert.deepEqual(buckets.take("a"), { allowed: true, capacity: 2, remaining: 1, retryMs: 0, resetMs: 500 });
  assert.deepEqual(buckets.take("a"), {
    allowed: true,
    capacity: 2,
    remaining: 0,
    retryMs: 500,
    resetMs: 1_000,
  });
  now = 100;
  assert.deepEqual(buckets.take("a"), {
    allowed: false,
    capacity: 2,
    remaining: 0,
    retryMs: 400,
    resetMs: 900,
  });
});

Deno.test("a hundred thousand made-up callers take the memory of ten thousand", () => {
  const buckets = new TokenBuckets({ capacity: 1, windowMs: 1_000, elapsed: () => 0 });
  for (let index = 0; index < 100_000; index++) {
    buckets.take("busy");
    buckets.take(`caller ${index}`);
  }
  assert.equal(buckets.size, BUCKETS_MAX);
  assert.equal(buckets.take("busy").allowed, false, "who is busy is not forgotten");
});

Deno.test("over any stretch of time no caller passes more than a bucket and its refill", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(400), asks: fc.nat(8) }), { maxLength: 60 });
  const property = fc.property(fc.integer({ min: 1, max: 20 }), steps, (capacity, taken) => {
    let now = 0;
    let passed = 0;
    const buckets = new TokenBuckets({ capacity, windowMs: 1_000, elapsed: () => now });
    for (const { wait, asks } of taken) {
      now += wait;
      for (let ask = 0; ask < asks; ask++) if (buckets.take("a").allowed) passed++;
      assert.ok(passed <= capacity + now * capacity / 1_000 + 1e-6);
    }
  });
  fc.assert(property, { seed: 20260801, numRuns: 300 });
});
