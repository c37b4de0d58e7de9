/** Canaries from their start to their end, over a real store and a clock that stands still. */
import assert from "node:assert/strict";
import { ToolError } from "../../../src/core/errors.ts";
import { CanaryLab, serving } from "../../support/canary_lab.ts";

const SECOND = 1_000;

function unreachable(): never {
  throw new ToolError("unavailable", "MLflow cannot be reached", { retryable: true });
}

Deno.test("a healthy model is in its gate after the window, and whoever watches was told each second", async () => {
  await using lab = new CanaryLab();
  await lab.promote("chat/6");
  const canaryId = await lab.start();
  await lab.clock.pass(19 * SECOND);
  assert.equal((await lab.canaries.status(canaryId)).status, "RUNNING");
  assert.equal(await lab.holder(), "chat/6");
  await lab.clock.pass(SECOND);
  const { status, phase, reason, samples, endsAt, lastSample } = await lab.canaries.status(canaryId);
  assert.deepEqual({ status, phase, reason, samples }, {
    status: "PROMOTED",
    phase: "promoted",
    reason: "demonstrated_within_slo",
    samples: 20,
  });
  assert.equal(endsAt, new Date(lab.clock.now()).toISOString());
  assert.deepEqual((lastSample as { requests: number }).requests, 2000);
  assert.equal(await lab.holder(), "chat/7");
  const names = (await lab.events(canaryId)).map(({ name }) => name);
  assert.deepEqual(names, ["started", ...Array(20).fill("metric"), "promoted"]);
  assert.deepEqual(await lab.audited(canaryId), ["start_canary", "canary.promoting", "canary.promoted"]);
  const history = await lab.store.models.history({ name: "chat", gate: "production" }, { limit: 9 });
  assert.deepEqual(history.rows.map(({ modelId, by }) => [modelId, by]), [["chat/7", "canary"], [
    "chat/6",
    "local",
  ]]);
  assert.equal(lab.clock.timers, 0);
});

Deno.test("a failing model is rolled back, and its gate was never touched", async () => {
  await using lab = new CanaryLab();
  await lab.promote("chat/6");
  lab.script = serving(3);
  const canaryId = await lab.start();
  await lab.clock.pass(7 * SECOND);
  const { status, reason } = await lab.canaries.status(canaryId);
  assert.deepEqual([status, reason], ["ROLLED_BACK", "slo_breach_error_rate"]);
  assert.equal((await lab.events(canaryId)).at(-1)?.name, "rolled_back");
  assert.equal((await lab.store.models.history({ name: "chat" }, { limit: 9 })).rows.length, 1);
  const ticks = await lab.store.canaries.ticks(canaryId, { limit: 99 });
  assert.deepEqual(ticks.map(({ tick, kind }) => [tick, kind]).at(-1), [7, "ok"]);
  const { math } = ticks.at(-1)?.verdict as unknown as { math: { target: string; test: { bad: number } }[] };
  assert.deepEqual(math.map(({ target, test }) => [target, test.bad]), [
    ["max_error_rate", 21],
    ["latency_p95_ms", 0],
  ]);
});

Deno.test("one model has one canary into a gate at a time", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  await assert.rejects(lab.start(), (error: ToolError) => {
    assert.deepEqual([error.code, error.details.reason, error.details.canaryId], [
      "conflict",
      "canary_already_running",
      canaryId,
    ]);
    return true;
  });
  await lab.start({ modelId: "chat/8" });
  await lab.start({ toGate: "elsewhere" });
  await lab.canaries.abort(canaryId, undefined);
  await lab.start();
});

Deno.test("a repeated start with the same key is the same canary, and with other arguments a conflict", async () => {
  await using lab = new CanaryLab();
  const first = await lab.start({ idempotencyKey: "k" });
  assert.equal(await lab.start({ idempotencyKey: "k" }), first);
  await assert.rejects(
    lab.start({ idempotencyKey: "k", windowSeconds: 30 }),
    /was sent before with other arguments/,
  );
});

Deno.test("an abort ends a canary at once, and a second one changes nothing", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  await lab.clock.pass(3 * SECOND);
  const { status, reason, changed } = await lab.canaries.abort(canaryId, "key-1");
  assert.deepEqual([status, reason, changed], ["ROLLED_BACK", "aborted_by_user", true]);
  assert.equal((await lab.canaries.abort(canaryId, undefined)).changed, false);
  await lab.clock.pass(60 * SECOND);
  assert.equal(lab.looks, 3);
  assert.deepEqual(await lab.audited(canaryId), ["start_canary", "abort_canary", "canary.rolled_back"]);
  assert.equal((await lab.events(canaryId)).filter(({ name }) => name === "rolled_back").length, 1);
});

Deno.test("an abort during the promotion is accepted, and undoes it", async () => {
  await using lab = new CanaryLab();
  await lab.promote("chat/6");
  const canaryId = await lab.start();
  let answer: unknown;
  lab.beforeGate = async () => {
    lab.beforeGate = () => {};
    answer = await lab.canaries.abort(canaryId, undefined);
  };
  await lab.clock.pass(20 * SECOND);
  const { status, will, changed } = answer as Record<string, unknown>;
  assert.deepEqual({ status, will, changed }, {
    status: "RUNNING",
    will: "roll_back_after_promote",
    changed: true,
  });
  const end = await lab.canaries.status(canaryId);
  assert.deepEqual([end.status, end.reason], ["ROLLED_BACK", "aborted_by_user"]);
  assert.equal(await lab.holder(), "chat/6");
});

Deno.test("an abort that comes too late says how to undo the promotion", async () => {
  await using lab = new CanaryLab();
  await lab.promote("chat/6");
  const canaryId = await lab.start();
  await lab.clock.pass(20 * SECOND);
  await assert.rejects(lab.canaries.abort(canaryId, undefined), (error: ToolError) => {
    assert.deepEqual([error.code, error.details.reason], ["conflict", "already_promoted"]);
    assert.deepEqual(error.details.undo, {
      tool: "promote_model",
      arguments: { modelId: "chat/6", gate: "production" },
    });
    return true;
  });
});

Deno.test("a canary gives way to whoever took its gate meanwhile", async () => {
  await using lab = new CanaryLab();
  await lab.promote("chat/6");
  const canaryId = await lab.start();
  await lab.promote("chat/8");
  await lab.clock.pass(20 * SECOND);
  const { status, reason } = await lab.canaries.status(canaryId);
  assert.deepEqual([status, reason], ["ROLLED_BACK", "superseded"]);
  assert.equal(await lab.holder(), "chat/8");
});

Deno.test("a registry that is away is asked again with growing pauses, until a person is needed", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  const calls: number[] = [];
  lab.beforeGate = () => {
    calls.push(lab.clock.now());
    unreachable();
  };
  const start = lab.clock.now();
  await lab.clock.pass(200 * SECOND);
  assert.deepEqual(calls.map((at) => (at - start) / SECOND), [20, 21, 23, 27, 35, 51, 83, 143]);
  const { status, phase, intent } = await lab.canaries.status(canaryId);
  assert.deepEqual({ status, phase, intent }, {
    status: "RUNNING",
    phase: "action_failed",
    intent: { action: "promote", attempts: 8, failure: "MLflow cannot be reached" },
  });
  assert.equal((await lab.audited(canaryId)).at(-1), "canary.action_failed");
  lab.beforeGate = () => {};
  await lab.restart();
  await lab.clock.pass(SECOND);
  assert.equal((await lab.canaries.status(canaryId)).status, "PROMOTED");
});

Deno.test("a promotion that came to nothing is completed by promote_model, or undone by abort_canary", async () => {
  for (const way of ["promote", "abort"] as const) {
    await using lab = new CanaryLab();
    await lab.promote("chat/6");
    const canaryId = await lab.start();
    lab.beforeGate = () => {
      throw new ToolError("unavailable", "MLflow refused the call", { retryable: false });
    };
    await lab.clock.pass(20 * SECOND);
    assert.equal((await lab.canaries.status(canaryId)).phase, "action_failed");
    lab.beforeGate = () => {};
    if (way === "promote") await lab.promote("chat/7");
    else await lab.canaries.abort(canaryId, undefined);
    await lab.clock.pass(SECOND);
    const { status } = await lab.canaries.status(canaryId);
    assert.deepEqual(
      [status, await lab.holder()],
      way === "promote" ? ["PROMOTED", "chat/7"] : ["ROLLED_BACK", "chat/6"],
    );
  }
});

Deno.test("a canary whose monitor can never answer is held for a person, who may promote it", async () => {
  await using lab = new CanaryLab();
  await lab.promote("chat/6");
  lab.script = () => ({ kind: "error", code: "bad_query", retryable: false, message: "no" });
  const canaryId = await lab.start();
  await lab.clock.pass(3 * SECOND);
  const { status, phase, reason } = await lab.canaries.status(canaryId);
  assert.deepEqual([status, phase, reason], ["RUNNING", "held", "config_error"]);
  assert.equal((await lab.events(canaryId)).at(-1)?.data.note, "bad_query");
  assert.equal((await lab.promote("chat/7")).previous, "chat/6");
  assert.equal((await lab.canaries.status(canaryId)).reason, "promoted_by_user");
  assert.equal(await lab.holder(), "chat/7");
});

Deno.test("figures of another monitor than it began with are not believed", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  await lab.clock.pass(10 * SECOND);
  lab.monitorName = "prometheus";
  await lab.restart();
  await lab.clock.pass(60 * SECOND);
  const { status, phase, reason } = await lab.canaries.status(canaryId);
  assert.deepEqual([status, phase, reason], ["RUNNING", "held", "config_error"]);
  assert.equal(lab.looks, 10);
});

Deno.test("a canary that observes decides about its gate: promote_model is refused, for this model alone", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  await assert.rejects(lab.promote("chat/7"), (error: ToolError) => {
    assert.deepEqual([error.code, error.details], ["conflict", { reason: "canary_running", canaryId }]);
    return true;
  });
  await lab.promote("other/1");
});

Deno.test("a restart goes on where the canary was: no look is lost, doubled or judged again", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  for (let second = 0; second < 19; second++) {
    await lab.clock.pass(SECOND);
    await lab.restart();
  }
  await lab.clock.pass(2 * SECOND);
  assert.equal((await lab.canaries.status(canaryId)).status, "PROMOTED");
  const ticks = await lab.store.canaries.ticks(canaryId, { limit: 99 });
  assert.deepEqual(ticks.map(({ tick }) => tick), ticks.map((_, index) => index + 1));
  const names = (await lab.events(canaryId)).map(({ name }) => name);
  assert.deepEqual([names[0], names.at(-1), names.filter((name) => name === "promoted").length], [
    "started",
    "promoted",
    1,
  ]);
});

Deno.test("a server that was away for a day does not count that day", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  await lab.clock.pass(5 * SECOND);
  lab.clock.jump(24 * 3600 * SECOND);
  await lab.restart();
  await lab.clock.pass(0);
  assert.equal((await lab.canaries.status(canaryId)).status, "RUNNING");
});

Deno.test("a canary of another server ends, and says why", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  const record = await lab.store.canaries.get(canaryId);
  assert.ok(record);
  await lab.store.canaries.change(record, { state: {} }, () => ({ audits: [], events: [] }));
  await lab.restart();
  await lab.clock.pass(0);
  const { status, reason } = await lab.canaries.status(canaryId);
  assert.deepEqual([status, reason], ["ROLLED_BACK", "left_by_another_server"]);
});

Deno.test("a dry run measures, and leaves nothing behind", async () => {
  await using lab = new CanaryLab();
  const outcome = await lab.canaries.start({
    modelId: "chat/7",
    fromGate: "staging",
    toGate: "production",
    windowSeconds: 300,
    targets: { max_error_rate: 0.01 },
    dryRun: true,
    caller: undefined,
    signal: new AbortController().signal,
  });
  assert.deepEqual([outcome.dryRun, outcome.canaryId, outcome.status], [true, undefined, "PENDING"]);
  assert.equal(outcome.warning, '"chat/7" is not in gate "staging"');
  assert.deepEqual((await lab.canaries.list({}, { limit: 9 })).canaries, []);
  assert.equal(lab.clock.timers, 0);
});

Deno.test("a stop ends the look that is under way, and leaves the canary to whoever comes next", async () => {
  await using lab = new CanaryLab();
  const canaryId = await lab.start();
  await lab.clock.pass(2 * SECOND);
  await lab.canaries.close();
  assert.equal(lab.clock.timers, 0);
  assert.equal((await lab.canaries.status(canaryId)).status, "RUNNING");
});
