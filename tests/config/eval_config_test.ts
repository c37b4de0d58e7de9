/** The variables of evaluations: what holds without them, and what is refused. */
import assert from "node:assert/strict";
import { type ConfigRecord, parseConfig } from "../../src/config.ts";

const COMMAND = { LUKHAS_EVAL_BACKEND: "command", LUKHAS_EVAL_COMMAND: '["eval","{taskId}"]' };

Deno.test("without any variable evaluations are simulated, two at a time, for six hours at most", () => {
  assert.deepEqual(parseConfig({}).evals, {
    backend: { kind: "simulated" },
    runsMax: 2,
    timeLimitMs: 21_600_000,
  });
});

Deno.test("runs that share a file for their results are one at a time", () => {
  const runsOf = (changes: ConfigRecord) => parseConfig({ ...COMMAND, ...changes }).evals.runsMax;
  assert.equal(runsOf({}), 2);
  assert.equal(runsOf({ LUKHAS_EVAL_RESULT: "results/{taskId}.json" }), 1);
  assert.equal(runsOf({ LUKHAS_EVAL_RESULT: "results/{jobId}.json" }), 2);
  assert.equal(runsOf({ LUKHAS_EVAL_RESULT: "{jobId}.json", LUKHAS_EVAL_CONCURRENCY: "8" }), 8);
});

Deno.test("what makes no sense stops the start, and names its variable", async (t) => {
  const wrong: readonly (readonly [ConfigRecord, RegExp])[] = [
    [{ LUKHAS_EVAL_BACKEND: "magic" }, /LUKHAS_EVAL_BACKEND="magic"/],
    [{ LUKHAS_EVAL_BACKEND: "command" }, /needs LUKHAS_EVAL_COMMAND/],
    [{ ...COMMAND, LUKHAS_EVAL_COMMAND: "inspect eval" }, /LUKHAS_EVAL_COMMAND=.*is not a JSON list/],
    [{ ...COMMAND, LUKHAS_EVAL_COMMAND: "[]" }, /is not a JSON list/],
    [{ ...COMMAND, LUKHAS_EVAL_COMMAND: '["a",1]' }, /is not a JSON list/],
    [{ LUKHAS_EVAL_BACKEND: "http" }, /needs LUKHAS_EVAL_URL/],
    [{ LUKHAS_EVAL_BACKEND: "http", LUKHAS_EVAL_URL: "http://me:secret@host" }, /LUKHAS_EVAL_URL/],
    [{ LUKHAS_EVAL_CONCURRENCY: "0" }, /LUKHAS_EVAL_CONCURRENCY="0"/],
    [{ LUKHAS_EVAL_TIMEOUT_MS: "1" }, /LUKHAS_EVAL_TIMEOUT_MS="1"/],
    [{ ...COMMAND, LUKHAS_EVAL_RESULT: "r.json", LUKHAS_EVAL_CONCURRENCY: "2" }, /needs \{jobId\}/],
  ];
  for (const [record, message] of wrong) {
    await t.step(JSON.stringify(record), () => {
      assert.throws(() => parseConfig(record), message);
    });
  }
});
