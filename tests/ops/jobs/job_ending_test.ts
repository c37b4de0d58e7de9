/** Jobs that are to end at bad moments, and what orchestrators must not do to a server by what they answer. */
import assert from "node:assert/strict";
import { EVAL_PROGRESS_BYTES_MAX } from "../../../src/core/release_limits.ts";
import { away, JobLab, ScriptedOrchestrator } from "../../support/job_lab.ts";

/** Lists in lists. */
function nested(levels: number) {
  return JSON.parse("[".repeat(levels) + "]".repeat(levels));
}

Deno.test("a job that is handed over again, since no answer came, has the key of the first time", async () => {
  await using lab = new JobLab();
  const keys: string[] = [];
  lab.orchestrator.beforeRun = ({ idempotencyKey }) => {
    keys.push(idempotencyKey);
    if (keys.length < 3) throw away();
  };
  const jobId = await lab.run();
  await lab.clock.pass(10_000);
  assert.deepEqual(keys, [jobId, jobId, jobId]);
  assert.equal((await lab.jobs.status(jobId)).status, "RUNNING");
});

Deno.test("a job that is canceled while it is handed over to nobody is over, and not handed over again", async () => {
  await using lab = new JobLab();
  const { promise, reject } = Promise.withResolvers<void>();
  let tries = 0;
  lab.orchestrator.beforeRun = () => {
    tries++;
    return promise;
  };
  const jobId = await lab.run();
  assert.equal((await lab.jobs.cancel(jobId, "ada")).changed, true);
  reject(away());
  await lab.clock.pass(60_000);
  const { status, outcome, error } = await lab.jobs.status(jobId);
  assert.deepEqual([status, outcome, error?.details, tries], ["CANCELED", "canceled", { orphan: true }, 1]);
  assert.deepEqual(lab.bugs, []);
});

Deno.test("a job that was to end when the server stopped is not begun by the next one", async () => {
  const orchestrator = new ScriptedOrchestrator();
  orchestrator.outlivesServer = false;
  await using lab = new JobLab(orchestrator);
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  await lab.jobs.cancel(jobId, "ada");
  await lab.restart();
  orchestrator.beforeRun = () => assert.fail("it was begun again");
  await lab.clock.pass(1_000);
  const { status, outcome } = await lab.jobs.status(jobId);
  assert.deepEqual([status, outcome], ["CANCELED", "canceled"]);
  assert.deepEqual(lab.bugs, []);
});

Deno.test("a result that is too deep is none, and the job is over all the same", async () => {
  await using lab = new JobLab();
  lab.orchestrator.state = () => ({ state: "completed", result: nested(20_000) });
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  const { status, error } = await lab.jobs.status(jobId);
  assert.deepEqual([status, error?.code], ["FAILED", "result_too_deep"]);
  assert.deepEqual(lab.bugs, []);
});

Deno.test("progress that is too large or too deep to be kept with each event is not told", async () => {
  await using lab = new JobLab();
  let progress = nested(20_000);
  lab.orchestrator.state = () => ({ state: "running", progress });
  const jobId = await lab.run();
  await lab.clock.pass(5_000);
  progress = "x".repeat(EVAL_PROGRESS_BYTES_MAX);
  await lab.clock.pass(5_000);
  assert.deepEqual(await lab.events(jobId), ["queued", "running"]);
  progress = "x".repeat(EVAL_PROGRESS_BYTES_MAX - 2);
  await lab.clock.pass(1_000);
  assert.deepEqual(await lab.events(jobId), ["queued", "running", "update"]);
  assert.deepEqual(lab.bugs, []);
});
