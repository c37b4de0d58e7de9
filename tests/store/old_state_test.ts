/** The files of the server before this one are read, used and kept. */
import assert from "node:assert/strict";
import { ChainCheck } from "../../src/store/audit_chain.ts";
import { OLD_JSON, readOldRows, writeOldDatabase } from "../support/old_state.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

async function appAt(root: TempRoot, kind: "json" | "sqlite"): Promise<{ app: TestApp; clock: FakeClock }> {
  const clock = new FakeClock();
  const path = `${root.root}/${kind === "json" ? ".mcp-state.json" : ".mcp-state.db"}`;
  const app = await TestApp.create({ root, place: { kind, path }, time: { clock, later: clock.later } });
  return { app, clock };
}

/** What both have in common, as a client sees it. */
async function checkUsed(app: TestApp, clock: FakeClock): Promise<void> {
  const done = await app.call("status", { jobId: "old-done" });
  assert.deepEqual([done.status, done.result, done.startedAt, done.updatedAt], [
    "COMPLETED",
    { accuracy: 0.91 },
    "2025-05-01T10:00:00.000Z",
    "2025-05-01T10:00:02.000Z",
  ]);
  await clock.pass(5_000);
  const running = await app.call("status", { jobId: "old-running" });
  assert.deepEqual([running.status, running.outcome], ["FAILED", "lost"], "nobody runs it any more");
  const queued = await app.call("status", { jobId: "old-queued" });
  assert.deepEqual(
    [queued.status, queued.backend],
    ["COMPLETED", "simulated"],
    "it was asked for, so it is run",
  );
  const { models } = await app.call("list_models");
  assert.deepEqual(
    models.map((model: { modelId: string; currentGates: string[] }) => [model.modelId, model.currentGates]),
    [
      ["chat/1", ["production", "staging"]],
      ["plain", []],
    ],
  );
  const again = await app.call("promote_model", { modelId: "chat/1", gate: "production" });
  assert.equal(again.changed, false);
  const next = await app.call("promote_model", { modelId: "chat/2", gate: "production" });
  assert.equal(next.changed, true);
  const history = await app.store.models.history({ name: "chat", gate: "production" }, { limit: 10 });
  assert.deepEqual(history.rows.map(({ modelId, from }) => [modelId, from]), [
    ["chat/2", clock.now()],
    ["chat/1", Date.UTC(2025, 4, 2)],
  ]);
}

Deno.test("an old .mcp-state.json is read, used and kept, with whatever somebody has added to it", async () => {
  await using root = await TempRoot.create({ git: false });
  const path = `${root.root}/.mcp-state.json`;
  await Deno.writeTextFile(path, JSON.stringify(OLD_JSON));
  const { app, clock } = await appAt(root, "json");
  await checkUsed(app, clock);
  await app[Symbol.asyncDispose]();
  const written = JSON.parse(await Deno.readTextFile(path));
  assert.deepEqual(written.odd, { kept: true });
  assert.partialDeepStrictEqual(written.jobs[0], OLD_JSON.jobs[0]);
  assert.partialDeepStrictEqual(written.models[1], OLD_JSON.models[1]);
  assert.deepEqual(written.models.map(({ modelId }: { modelId: string }) => modelId), [
    "chat/1",
    "plain",
    "chat/2",
  ]);
  const { app: second } = await appAt(root, "json");
  await using _ = second;
  assert.equal((await second.call("status", { jobId: "old-done" })).result.accuracy, 0.91);
  assert.equal((await second.call("list_jobs")).jobs.length, 3);
});

for (const metricTime of ["created_at", "ts"] as const) {
  Deno.test(`an old .mcp-state.db is read, used and kept (times of metrics in "${metricTime}")`, async () => {
    await using root = await TempRoot.create({ git: false });
    const path = `${root.root}/.mcp-state.db`;
    writeOldDatabase(path, { metricTime });
    const before = readOldRows(path);
    const { app, clock } = await appAt(root, "sqlite");
    await checkUsed(app, clock);

    const { canaries } = await app.call("list_canaries");
    const statuses = canaries.map((
      canary: { canaryId: string; status: string },
    ) => [canary.canaryId, canary.status]);
    assert.deepEqual(statuses, [
      ["old-observing", "ROLLED_BACK"],
      ["old-failed", "ROLLED_BACK"],
      ["old-promoted", "PROMOTED"],
    ]);
    for (const canary of canaries) {
      assert.ok(canary.reason !== undefined || canary.canaryId === "old-promoted");
    }
    const ticks = await app.store.canaries.ticks("old-promoted", { limit: 10 });
    assert.deepEqual(
      ticks.map(({ tick, at, latencyP95Ms, errorRate }) => [tick, at, latencyP95Ms, errorRate]),
      [
        [1, Date.UTC(2025, 4, 2, 0, 1), 120.5, 0.001],
        [2, Date.UTC(2025, 4, 2, 0, 2), 130, 0],
      ],
    );

    const rows = await app.store.audits.read({ limit: 1_000 });
    assert.deepEqual(rows.slice(0, 3).map(({ at, actor, payload, hash }) => [at, actor, payload, hash]), [
      [Date.UTC(2025, 4, 1, 10), "local", { jobId: "old-done" }, null],
      [Date.UTC(2025, 4, 2), "unknown", { value: "not json" }, null],
      [0, "x", {}, null],
    ]);
    const check = new ChainCheck((await app.store.audits.anchor())?.previousHash);
    for (const row of rows) assert.equal(check.next(row), undefined);
    assert.ok(check.sealed === rows.length - 3 && check.sealed > 0, "every new row is sealed");
    const forged = new ChainCheck((await app.store.audits.anchor())?.previousHash);
    const changed = rows.map((row) => row.id === 2 ? { ...row, action: "forged" } : row);
    assert.equal(changed.map((row) => forged.next(row)).find((found) => found !== undefined)?.id, 4);

    await app[Symbol.asyncDispose]();
    const after = readOldRows(path);
    assert.deepEqual({ ...after, jobs: [], canaries: [], gates: [], models: [] }, {
      ...before,
      jobs: [],
      canaries: [],
      gates: [],
      models: [],
    });
    assert.deepEqual(after.jobs?.[0], before.jobs?.[0], "a job that was over is as it was");
    const { app: second } = await appAt(root, "sqlite");
    await using _ = second;
    assert.equal((await second.call("status", { jobId: "old-done" })).result.accuracy, 0.91);
  });
}
