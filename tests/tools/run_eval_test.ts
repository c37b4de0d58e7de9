/** Evaluations as a client sees them: asked for, followed, ended, listed. */
import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";
import { FakeClock } from "../support/fake_clock.ts";

async function withJobs(): Promise<{ app: TestApp; clock: FakeClock }> {
  const clock = new FakeClock();
  const app = await TestApp.create({ git: false, time: { clock, later: clock.later } });
  return { app, clock };
}

Deno.test("run_eval answers at once with a queued job, which runs and completes in about 1.5 s", async () => {
  const { app, clock } = await withJobs();
  await using _ = app;
  const job = await app.call("run_eval", { taskId: "mmlu", configId: "chat/2" });
  assert.deepEqual(Object.keys(job).sort(), [
    "attempt",
    "backend",
    "configId",
    "jobId",
    "startedAt",
    "status",
    "taskId",
    "updatedAt",
  ]);
  assert.deepEqual([job.status, job.taskId, job.configId], ["QUEUED", "mmlu", "chat/2"]);
  await clock.pass(800);
  const running = await app.call("status", { jobId: job.jobId });
  assert.equal(running.status, "RUNNING");
  assert.equal(running.progress.total, 10);
  await clock.pass(800);
  const done = await app.call("status", { jobId: job.jobId });
  assert.deepEqual([done.status, done.outcome, done.result.simulated], ["COMPLETED", "succeeded", true]);
  const events = await app.store.events.read({ afterId: 0, topics: [`job/${job.jobId}`], limit: 20 });
  assert.deepEqual(events.map(({ name }) => name), ["queued", "running", "update", "update", "completed"]);
});
