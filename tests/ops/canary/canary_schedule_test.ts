/** When canaries take their steps. */
import assert from "node:assert/strict";
import { CanarySchedule } from "../../../src/ops/canary/canary_schedule.ts";
import { FakeClock } from "../../support/fake_clock.ts";

Deno.test("a step that is wanted while another is under way is taken right after it, and never beside it", async () => {
  const clock = new FakeClock();
  const steps = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
  let taken = 0;
  const schedule = new CanarySchedule({
    step: () => steps[taken++]?.promise ?? Promise.resolve(undefined),
    later: clock.later,
    onBug: (error) => assert.fail(String(error)),
  });
  schedule.plan("a", 1_000);
  await clock.pass(1_000);
  schedule.plan("a", 0);
  schedule.plan("a", 500);
  await clock.pass(10_000);
  assert.equal(taken, 1, "the first is under way");
  steps[0]?.resolve(60_000);
  await clock.pass(0);
  assert.equal(taken, 2, "without waiting for what the first had said");
  steps[1]?.resolve(60_000);
  await clock.pass(59_999);
  assert.equal(taken, 2);
  await clock.pass(1);
  assert.equal(taken, 3);
  await schedule.close();
  assert.equal(clock.timers, 0);
});
