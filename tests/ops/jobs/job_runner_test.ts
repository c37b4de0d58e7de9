/** Jobs at work: begun, followed, ended, left and taken up again. */
import assert from "node:assert/strict";
import { OrchestratorError } from "../../../src/adapters/eval/orchestrator.ts";
import { away, JobLab, ScriptedOrchestrator } from "../../support/job_lab.ts";

Deno.test("a job runs to its result, and tells of its progress at most once a second", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  let done = 0;
  lab.orchestrator.state = () => ({ state: "running", progress: { done: ++done } });
  await lab.clock.pass(3_050);
  lab.orchestrator.state = () => ({ state: "completed", result: { accuracy: 1 } });
  await lab.clock.pass(200);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome, job.result], ["COMPLETED", "succeeded", { accuracy: 1 }]);
  assert.deepEqual(await lab.events(jobId), ["queued", "running", "update", "update", "update", "completed"]);
  assert.deepEqual(await lab.audits(jobId), ["run_eval", "job.running", "job.completed"]);
  assert.deepEqual(lab.orchestrator.begun, [jobId]);
  assert.deepEqual(lab.bugs, []);
});

Deno.test("progress that does not change is not told", async () => {
  await using lab = new JobLab();
  lab.orchestrator.state = () => ({ state: "running", progress: 0.5 });
  const jobId = await lab.run();
  await lab.clock.pass(10_000);
  assert.deepEqual(await lab.events(jobId), ["queued", "running", "update"]);
});

Deno.test("no more jobs are at work than may be, and the next begins when one ends", async () => {
  await using lab = new JobLab();
  const ids = [await lab.run(), await lab.run(), await lab.run()];
  await lab.clock.pass(1_000);
  const statuses = async () => await Promise.all(ids.map(async (id) => (await lab.jobs.status(id)).status));
  assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "QUEUED"]);
  lab.orchestrator.state = (id) =>
    id.endsWith(` ${ids[0]}`) ? { state: "completed", result: {} } : { state: "running" };
  await lab.clock.pass(200);
  assert.deepEqual(await statuses(), ["COMPLETED", "RUNNING", "RUNNING"]);
});

Deno.test("a run that fails has failed, with its own words, and is not begun again", async () => {
  await using lab = new JobLab();
  const error = { code: "exit_code", message: "exit code 3", details: { exitCode: 3 } };
  lab.orchestrator.state = () => ({ state: "failed", error });
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome, job.error, job.attempt], ["FAILED", "failed", error, 1]);
});

Deno.test("an orchestrator that is away is tried three times, later each time", async () => {
  await using lab = new JobLab();
  const tries: number[] = [];
  lab.orchestrator.beforeRun = () => {
    tries.push(lab.clock.now());
    throw away();
  };
  const jobId = await lab.run();
  await lab.clock.pass(60_000);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome, job.attempt], ["FAILED", "failed", 3]);
  const [first = 0, second = 0, third = 0, ...rest] = tries;
  assert.deepEqual(rest, []);
  const pauses = [second - first, third - second];
  assert.ok(
    pauses[0]! >= 750 && pauses[0]! <= 1_250 && pauses[1]! >= 1_500 && pauses[1]! <= 2_500,
    `${pauses}`,
  );
  const attempts = await lab.store.jobs.attempts(jobId);
  assert.deepEqual(attempts.map(({ outcome }) => outcome), ["retried", "retried", "failed"]);
});

Deno.test("an orchestrator that refuses is not tried again", async () => {
  await using lab = new JobLab();
  lab.orchestrator.beforeRun = () => {
    throw new OrchestratorError("http_400", "no such task", { isRetryable: false });
  };
  const jobId = await lab.run();
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.error, job.attempt], [
    "FAILED",
    { code: "http_400", message: "no such task" },
    1,
  ]);
});

Deno.test("an orchestrator that is away while a job runs says nothing about the job", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  lab.orchestrator.state = () => {
    throw away();
  };
  const before = lab.orchestrator.polls;
  await lab.clock.pass(20 * 60_000);
  assert.equal((await lab.jobs.status(jobId)).status, "RUNNING");
  const polls = lab.orchestrator.polls - before;
  assert.ok(polls > 20 && polls < 70, `asked ${polls} times in 20 minutes`);
  lab.orchestrator.state = () => ({ state: "completed", result: {} });
  await lab.clock.pass(60_000);
  assert.equal((await lab.jobs.status(jobId)).status, "COMPLETED");
});

Deno.test("a run that its orchestrator does not know is lost after 30 s, and not before", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  lab.orchestrator.state = () => ({ state: "unknown" });
  await lab.clock.pass(25_000);
  lab.orchestrator.state = () => ({ state: "running" });
  await lab.clock.pass(1_000);
  lab.orchestrator.state = () => ({ state: "unknown" });
  await lab.clock.pass(29_000);
  assert.equal((await lab.jobs.status(jobId)).status, "RUNNING");
  await lab.clock.pass(2_000);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome], ["FAILED", "lost"]);
});

Deno.test("cancel is told to the orchestrator at once, and the job is CANCELED when the run has ended", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  await lab.clock.pass(500);
  const asked = await lab.jobs.cancel(jobId, "bob");
  assert.deepEqual([asked.status, asked.changed, asked.cancelRequested], ["RUNNING", true, true]);
  await lab.clock.pass(0);
  assert.deepEqual(lab.orchestrator.canceled, [`run of ${jobId}`]);
  await lab.clock.pass(5_000);
  assert.equal((await lab.jobs.status(jobId)).status, "RUNNING", "it has not ended");
  lab.orchestrator.state = () => ({ state: "canceled" });
  await lab.clock.pass(200);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome, job.error], ["CANCELED", "canceled", undefined]);
  assert.deepEqual(lab.orchestrator.canceled.length, 1);
  assert.equal((await lab.jobs.cancel(jobId, "bob")).changed, false);
  assert.deepEqual(await lab.events(jobId), ["queued", "running", "update", "completed"]);
  const [, , cancel] = await lab.store.audits.of(`job/${jobId}`, { limit: 10 });
  assert.deepEqual([cancel?.action, cancel?.actor], ["cancel_eval", "bob"]);
});

Deno.test("a run that does not end when it is told to is given up, and the job says that it may go on", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  await lab.jobs.cancel(jobId, "ada");
  await lab.clock.pass(16_000);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.error?.details], ["CANCELED", { orphan: true }]);
});

Deno.test("a result that comes while a run is to end counts", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  await lab.jobs.cancel(jobId, "ada");
  lab.orchestrator.state = () => ({ state: "completed", result: 1 });
  await lab.clock.pass(1_000);
  assert.equal((await lab.jobs.status(jobId)).status, "COMPLETED");
});

Deno.test("a queued job that is canceled is never begun", async () => {
  await using lab = new JobLab();
  await lab.run();
  await lab.run();
  const jobId = await lab.run();
  assert.equal((await lab.jobs.cancel(jobId, "ada")).status, "CANCELED");
  lab.orchestrator.state = () => ({ state: "completed", result: {} });
  await lab.clock.pass(60_000);
  assert.deepEqual(await lab.events(jobId), ["queued", "completed"]);
  assert.ok(!lab.orchestrator.begun.includes(jobId));
});

Deno.test("a run that takes longer than it may is ended, and the job has timed out", async () => {
  await using lab = new JobLab(new ScriptedOrchestrator(), { timeLimitMs: 30_000 });
  const jobId = await lab.run();
  lab.orchestrator.state = (id) => ({
    state: lab.orchestrator.canceled.includes(id) ? "canceled" : "running",
  });
  await lab.clock.pass(29_000);
  assert.equal((await lab.jobs.status(jobId)).status, "RUNNING");
  await lab.clock.pass(2_000);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome, job.error?.code], ["FAILED", "timed_out", "timed_out"]);
});

Deno.test("a result that is too large is none", async () => {
  await using lab = new JobLab();
  lab.orchestrator.state = () => ({ state: "completed", result: "x".repeat(300_000) });
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  assert.equal((await lab.jobs.status(jobId)).error?.code, "result_too_large");
});

Deno.test("a run that goes on without the server is watched on by the next one", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  await lab.restart();
  await lab.clock.pass(1_000);
  lab.orchestrator.state = () => ({ state: "completed", result: {} });
  await lab.clock.pass(1_000);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.attempt], ["COMPLETED", 1]);
  assert.deepEqual(lab.orchestrator.begun, [jobId]);
});

Deno.test("a run that ends with the server is begun anew by the next one, and that is no attempt more", async () => {
  const orchestrator = new ScriptedOrchestrator();
  orchestrator.outlivesServer = false;
  await using lab = new JobLab(orchestrator);
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  await lab.restart();
  await lab.clock.pass(0);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.attempt], ["RUNNING", 1]);
  assert.deepEqual(await lab.events(jobId), ["queued", "running", "queued", "running"]);
});

Deno.test("after a crash the run of a job goes on, in the same attempt", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  await lab.clock.pass(1_000);
  await lab.crash();
  lab.orchestrator.state = () => ({ state: "completed", result: {} });
  await lab.clock.pass(60_000);
  assert.deepEqual(await lab.events(jobId), ["queued", "running", "completed"]);
  assert.deepEqual(lab.orchestrator.begun, [jobId]);
  assert.deepEqual(lab.bugs, []);
});

/** Crashes a lab between the submission of a job and its being written down. */
async function crashWhileSubmitting(lab: JobLab): Promise<string> {
  const never = new Promise<void>(() => {});
  lab.orchestrator.beforeRun = () => never;
  const jobId = await lab.run();
  lab.orchestrator.beforeRun = () => {};
  await lab.crash();
  await lab.clock.pass(1_000);
  return jobId;
}

Deno.test("nobody knows whether a job was handed over: it is handed over again where that is harmless", async () => {
  await using lab = new JobLab();
  const jobId = await crashWhileSubmitting(lab);
  assert.equal((await lab.jobs.status(jobId)).status, "RUNNING");
  assert.deepEqual(lab.orchestrator.begun, [jobId], "under the same key");
});

Deno.test("nobody knows whether a job was handed over: an orchestrator that can tell is asked", async () => {
  const orchestrator = new ScriptedOrchestrator();
  orchestrator.isIdempotent = false;
  orchestrator.find = (key) => Promise.resolve(`found ${key}`);
  await using lab = new JobLab(orchestrator);
  const jobId = await crashWhileSubmitting(lab);
  assert.equal((await lab.store.jobs.get(jobId))?.externalId, `found ${jobId}`);
  assert.deepEqual(orchestrator.begun, []);
});

Deno.test("nobody knows whether a job was handed over: where it could run twice it is lost, and says so", async () => {
  const orchestrator = new ScriptedOrchestrator();
  orchestrator.isIdempotent = false;
  await using lab = new JobLab(orchestrator);
  const jobId = await crashWhileSubmitting(lab);
  const job = await lab.jobs.status(jobId);
  assert.deepEqual([job.status, job.outcome, job.error?.details], ["FAILED", "lost", { maybeRunning: true }]);
});

Deno.test("a job of another backend that was running is lost; one that was queued is run by this one", async () => {
  await using lab = new JobLab();
  const running = await lab.run();
  await lab.clock.pass(100);
  const other = new ScriptedOrchestrator();
  Object.assign(other, { name: "other" });
  Object.assign(lab, { orchestrator: other });
  await lab.crash();
  await lab.clock.pass(1_000);
  assert.equal((await lab.jobs.status(running)).outcome, "lost");
  const queued = await lab.run();
  assert.equal((await lab.jobs.status(queued)).backend, "other");
});

Deno.test("a bug in one job is told, and the job is taken up again", async () => {
  await using lab = new JobLab();
  const jobId = await lab.run();
  let bugs = 1;
  lab.orchestrator.state = () => {
    if (bugs-- > 0) throw new TypeError("a bug");
    return { state: "completed", result: {} };
  };
  await lab.clock.pass(90_000);
  assert.equal((await lab.jobs.status(jobId)).status, "COMPLETED");
  assert.equal(lab.bugs.length, 1);
});

Deno.test("a server that stops leaves no timer behind", async () => {
  const lab = new JobLab();
  await lab.run();
  await lab.clock.pass(1_000);
  await lab[Symbol.asyncDispose]();
  assert.equal(lab.clock.timers, 0);
});
