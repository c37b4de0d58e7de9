/** When a file's times prove that it has not changed, and when sweeps are due. Time is made up here. */
import assert from "node:assert/strict";
import { isSameStamp, settlingMs } from "../../../src/search/index/stamp.ts";
import { SweepSchedule } from "../../../src/search/index/sweep_schedule.ts";

const NOW = 1_800_000_000_500;

Deno.test("a file that changed a moment ago proves nothing until the moment is over", () => {
  const stamp = (ageMs: number) => ({
    size: 1,
    modifiedAt: NOW - ageMs,
    changedAt: Math.floor((NOW - ageMs) / 1000) * 1000,
  });
  assert.equal(settlingMs(stamp(0), NOW), 100);
  assert.equal(settlingMs(stamp(60), NOW), 40);
  assert.equal(settlingMs(stamp(100), NOW), 0);
  assert.equal(settlingMs(stamp(3_600_000), NOW), 0);
  assert.ok(settlingMs(stamp(-5_000), NOW) > 5_000, "a time in the future");
});

Deno.test("a time that was set back counts as changed until the second is over in which it was", () => {
  const restored = { size: 1, modifiedAt: NOW - 86_400_000, changedAt: NOW - 500 };
  assert.equal(settlingMs(restored, NOW), 600);
  assert.equal(settlingMs(restored, NOW + 600), 0);
});

Deno.test("a stamp differs when the size, the time of the text or the time of the entry does", () => {
  const stamp = { size: 1, modifiedAt: 2, changedAt: 3 };
  assert.ok(isSameStamp(stamp, { ...stamp }));
  for (const key of ["size", "modifiedAt", "changedAt"] as const) {
    assert.ok(!isSameStamp(stamp, { ...stamp, [key]: 9 }), key);
  }
});

Deno.test("a sweep is due at the start, soon after a change, not too often, and every now and then", () => {
  let now = 0;
  const schedule = new SweepSchedule(() => now);
  assert.ok(schedule.isDue());
  schedule.began();
  assert.equal(schedule.dueInMs(), Infinity);
  now = 100;
  schedule.ended();
  assert.equal(schedule.dueInMs(), 30_000);
  schedule.hurry();
  assert.equal(schedule.dueInMs(), 400, "not at once after the last one");
  now = 500;
  schedule.began();
  schedule.hurry();
  now = 1_500;
  schedule.ended();
  assert.equal(schedule.dueInMs(), 1_000, "what changed while it ran is looked at after as long as it took");
  schedule.isWatched = false;
  schedule.began();
  now = 1_600;
  schedule.ended();
  assert.equal(schedule.dueInMs(), 5_000, "nobody tells of changes");
  schedule.began();
  schedule.failed();
  assert.equal(schedule.dueInMs(), 2_000, "a list that failed is asked for again");
});
