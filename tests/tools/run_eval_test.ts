/** Evaluations as a client sees them: asked for, followed, ended, listed. */
import assert from "node:assert/strict";
import { AppClient } from "../support/app_client.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type Json, TAKES_TASKS } from "../support/mcp_client.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

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

Deno.test("the same ids give the same figures, other ids other ones", async () => {
  const { app, clock } = await withJobs();
  await using _ = app;
  const result = async (configId: string) => {
    const { jobId } = await app.call("run_eval", { taskId: "mmlu", configId });
    await clock.pass(2_000);
    return (await app.call("status", { jobId })).result;
  };
  const [first, again, other] = [await result("a"), await result("a"), await result("b")];
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
});

Deno.test("a dry run is noted and never run", async () => {
  const { app, clock } = await withJobs();
  await using _ = app;
  const job = await app.call("run_eval", { taskId: "mmlu", configId: "c", dryRun: true });
  await clock.pass(10_000);
  const later = await app.call("status", { jobId: job.jobId });
  assert.deepEqual([job.status, later.status, later.attempt], ["DRY_RUN", "DRY_RUN", 0]);
});

Deno.test("a repeated call with its key gets the first one's job; other arguments with it are a conflict", async () => {
  await using app = await TestApp.create({ git: false });
  const args = { taskId: "mmlu", configId: "c", idempotencyKey: "k-1" };
  const first = await app.call("run_eval", args);
  const again = await app.call("run_eval", args);
  assert.deepEqual([again.jobId, again.deduplicated, first.deduplicated], [first.jobId, true, undefined]);
  for (const other of [{ configId: "d" }, { taskId: "x" }, { dryRun: true }]) {
    const failure = await app.callFailing("run_eval", { ...args, ...other });
    assert.deepEqual([failure.code, failure.details], [
      "conflict",
      { reason: "idempotency_key_reused", jobId: first.jobId },
    ]);
  }
  assert.notEqual((await app.call("run_eval", { taskId: "mmlu", configId: "c" })).jobId, first.jobId);
  assert.equal((await app.call("list_jobs")).jobs.length, 2);
});

Deno.test("two callers may have the same idempotency key", async () => {
  await using app = await TestApp.create({ git: false, env: { LUKHAS_MCP_API_KEYS: "ada-key,bob-key" } });
  const ids: string[] = [];
  for (const key of ["ada-key", "bob-key", "ada-key"]) {
    const params = { name: "run_eval", arguments: { taskId: "t", configId: "c", idempotencyKey: "k" } };
    const response = await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, {
      "x-api-key": key,
    });
    ids.push((await response.json()).result.structuredContent.jobId);
  }
  assert.equal(new Set(ids).size, 2);
  assert.equal(ids[0], ids[2]);
  const [audit] = await app.store.audits.of(`job/${ids[0]}`, { limit: 1 });
  assert.match(audit?.actor ?? "", /^[0-9a-f]{8}$/, "the fingerprint of the key, never the key");
});

Deno.test("ids that could be an option, a way out or a script are refused, and queue nothing", async (t) => {
  await using app = await TestApp.create({ git: false });
  const bad = [
    "",
    "-rf",
    "--config=x",
    ".",
    "..",
    "../x",
    "a/../b",
    "a/./b",
    "a/..",
    "/etc",
    "a b",
    "a\nb",
    "$(id)",
    "a;b",
    "`id`",
    "a\0",
    "é",
    "a".repeat(129),
    5,
    null,
    ["a"],
    {},
  ];
  for (const id of bad) {
    await t.step(JSON.stringify(id), async () => {
      for (const args of [{ taskId: id, configId: "c" }, { taskId: "t", configId: id }]) {
        assert.equal((await app.callFailing("run_eval", args)).code, "invalid_arguments");
      }
    });
  }
  for (const good of ["a", "A-1", "org/name/v1.2_3", "a..b", "a.b/c", "a/.b", "0", "a".repeat(128)]) {
    await t.step(
      good.slice(0, 20),
      () => app.call("run_eval", { taskId: good, configId: good, dryRun: true }),
    );
  }
  assert.equal((await app.call("list_jobs", { limit: 200 })).jobs.length, 8);
});

Deno.test("a job that is not there is not_found, by its own name", async () => {
  await using app = await TestApp.create({ git: false });
  for (const tool of ["status", "cancel_eval"]) {
    const failure = await app.callFailing(tool, { jobId: "' OR 1=1 --" });
    assert.deepEqual([failure.code, failure.details], ["not_found", { jobId: "' OR 1=1 --" }]);
  }
});

Deno.test("a job that runs is CANCELED soon after cancel_eval, and a second time nothing changes", async () => {
  const { app, clock } = await withJobs();
  await using _ = app;
  const { jobId } = await app.call("run_eval", { taskId: "mmlu", configId: "c" });
  await clock.pass(300);
  const asked = await app.call("cancel_eval", { jobId });
  assert.deepEqual([asked.status, asked.changed, asked.cancelRequested], ["RUNNING", true, true]);
  await clock.pass(500);
  assert.equal((await app.call("status", { jobId })).status, "CANCELED");
  const again = await app.call("cancel_eval", { jobId });
  assert.deepEqual([again.status, again.changed], ["CANCELED", false]);
});

Deno.test("list_jobs shows the newest first, page by page, and by status", async () => {
  const { app, clock } = await withJobs();
  await using _ = app;
  for (let i = 0; i < 5; i++) {
    await app.call("run_eval", { taskId: `t${i}`, configId: "c", dryRun: i === 2 });
    await clock.pass(10);
  }
  const first = await app.call("list_jobs", { limit: 3 });
  const rest = await app.call("list_jobs", { limit: 3, cursor: first.nextCursor });
  const tasks = [...first.jobs, ...rest.jobs].map(({ taskId }: { taskId: string }) => taskId);
  assert.deepEqual(tasks, ["t4", "t3", "t2", "t1", "t0"]);
  assert.equal(rest.nextCursor, undefined);
  const dry = await app.call("list_jobs", { status: "DRY_RUN" });
  assert.deepEqual(dry.jobs.map(({ taskId }: { taskId: string }) => taskId), ["t2"]);
  const wrong = [{ limit: 0 }, { limit: 201 }, { status: "queued" }, { cursor: "nope" }, { cursor: "" }, {
    from: 1,
  }];
  for (const args of wrong) {
    assert.equal((await app.callFailing("list_jobs", args)).code, "invalid_arguments", JSON.stringify(args));
  }
});

const TAKES = { capabilities: TAKES_TASKS };

function taskOf(client: AppClient, taskId: string): Promise<Json> {
  return client.modern("tasks/get", { taskId }, TAKES).then(({ last }) => last.result);
}

Deno.test("a client that takes tasks gets the job as one, with its end as the result, over a restart too", async () => {
  await using root = await TempRoot.create({ git: false });
  const clock = new FakeClock();
  const options = {
    root,
    place: { kind: "sqlite", path: `${root.outside}/state.db` },
    time: { clock, later: clock.later },
  } as const;
  const before = await AppClient.create(options);
  const params = { name: "run_eval", arguments: { taskId: "mmlu", configId: "c" } };
  const task = (await before.modern("tools/call", params, TAKES)).last.result;
  assert.deepEqual([task.resultType, task.status], ["task", "working"]);
  await clock.pass(500);
  await before[Symbol.asyncDispose]();
  await using client = await AppClient.create(options);
  assert.equal((await taskOf(client, task.taskId)).status, "working");
  await clock.pass(2_000);
  const { status, result } = await taskOf(client, task.taskId);
  assert.equal(status, "completed");
  assert.deepEqual(result.structuredContent, await client.app.call("status", { jobId: task.taskId }));
  assert.equal(result.structuredContent.status, "COMPLETED");
});

Deno.test("to cancel the task is to cancel the job; a dry run is no task", async () => {
  await using client = await AppClient.create({ git: false });
  const call = (args: Json) =>
    client.modern(
      "tools/call",
      { name: "run_eval", arguments: { taskId: "t", configId: "c", ...args } },
      TAKES,
    );
  const { taskId } = (await call({})).last.result;
  await client.modern("tasks/cancel", { taskId }, TAKES);
  const job = await client.app.call("status", { jobId: taskId });
  assert.ok(job.status === "CANCELED" || job.cancelRequested, JSON.stringify(job));
  assert.equal((await call({ dryRun: true })).last.result.structuredContent.status, "DRY_RUN");
});
