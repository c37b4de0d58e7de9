/** `kill -9` at random points of a storm; `deno task bench crash` does it 50 times. */
import assert from "node:assert/strict";
import { crashStorm } from "../support/crash_storm.ts";
import { seededRandom } from "../support/seeded_random.ts";

Deno.test("kill -9 in a storm of evaluations, promotions and canaries loses nothing that was acknowledged", async () => {
  const report = await crashStorm({ rounds: 4, random: seededRandom(1) });
  assert.ok(report.jobs > 20 && report.promotions > 20 && report.canaries > 5, JSON.stringify(report));
});
