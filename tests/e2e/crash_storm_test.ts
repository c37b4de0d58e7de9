/** `kill -9` at random points of a storm; `deno task bench crash` does it 50 times. */
import assert from "node:assert/strict";
import { crashStorm } from "../support/crash_storm.ts";
import { seededRandom } from "../support/seeded_random.ts";

Deno.test("kill -9 in a storm of evaluations, promotions and canaries loses nothing that was acknowledged", async () => {
  const report = await crashStorm({ rounds: 4, random: seededRandom(1) });
  // On a machine with much else to do, few calls fit between a start and its end.
  assert.ok(report.jobs > 3 && report.promotions > 1 && report.canaries > 0, JSON.stringify(report));
});
