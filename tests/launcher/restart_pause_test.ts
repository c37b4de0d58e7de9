/** Pauses between restarts, on a clock of the test's. */
import assert from "node:assert/strict";
import { RestartPause } from "../../src/launcher/restart_pause.ts";

Deno.test("what fails at every start is started again later and later, at least once a minute", () => {
  const pause = new RestartPause(() => 0);
  const pauses = Array.from({ length: 8 }, () => {
    pause.started();
    return pause.failed();
  });
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

Deno.test("what has run well for a while before it failed is started again as soon as after its first failure", () => {
  let elapsed = 0;
  const pause = new RestartPause(() => elapsed);
  pause.started();
  pause.failed();
  pause.started();
  elapsed += 60_000;
  assert.equal(pause.failed(), 2_000, "a minute proves nothing");
  pause.started();
  elapsed += 5 * 60_000;
  assert.equal(pause.failed(), 1_000);
});
