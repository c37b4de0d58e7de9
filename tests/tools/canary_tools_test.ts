/** start_canary, canary_status, abort_canary and list_canaries, as a client sees them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../support/fake_clock.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { type Structured, TestApp, type TestAppOptions } from "../support/test_app.ts";

const CANARY = {
  modelId: "chat/7",
  fromGate: "staging",
  toGate: "production",
  windowSeconds: 20,
  targets: { latency_p95_ms: 800, max_error_rate: 0.01 },
};

async function appWithClock(options: TestAppOptions = {}): Promise<{ app: TestApp; clock: FakeClock }> {
  const clock = new FakeClock();
  const time = { clock, later: clock.later };
  return { app: await TestApp.create({ git: false, time, ...options }), clock };
}

Deno.test("a canary is started, watched and promoted, with the published names", async () => {
  const { app, clock } = await appWithClock();
  await using _ = app;
  await app.call("promote_model", { modelId: "chat/7", gate: "staging" });
  const started = await app.call("start_canary", CANARY);
  const { canaryId, policy, ...facts } = started;
  const at = new Date(clock.now()).toISOString();
  const endsAt = new Date(clock.now() + 20_000).toISOString();
  assert.deepEqual(facts, {
    modelId: "chat/7",
    fromGate: "staging",
    toGate: "production",
    status: "RUNNING",
    phase: "observing",
    monitor: "simulated",
    simulated: true,
    startedAt: at,
    updatedAt: at,
    samples: 0,
    assurance: "observed",
    endsAt,
  });
  assert.deepEqual([policy.windowSeconds, policy.targets, policy.intervalMs, policy.minRequests], [
    20,
    CANARY.targets,
    1000,
    50,
  ]);
  await clock.pass(10_000);
  const half = await app.call("canary_status", { canaryId });
  assert.deepEqual([half.status, half.samples, half.endsAt], ["RUNNING", 10, endsAt]);
  assert.deepEqual(Object.keys(half.lastSample), ["at", "requests", "error_rate", "latency_p95_ms"]);
  assert.equal(half.lastSample.requests, 500);
  await clock.pass(10_000);
  const end = await app.call("canary_status", { canaryId });
  assert.deepEqual([end.status, end.phase], ["PROMOTED", "promoted"]);
  assert.match(end.reason, /^(observed|demonstrated)_within_slo$/);
  const { models: [model] } = await app.call("list_models");
  assert.deepEqual([model.modelId, model.currentGates, model.promoted], [
    "chat/7",
    ["production", "staging"],
    true,
  ]);
});

Deno.test("a model that cannot keep its target is rolled back, and never reaches its gate", async () => {
  const { app, clock } = await appWithClock();
  await using _ = app;
  const { canaryId } = await app.call("start_canary", { ...CANARY, targets: { latency_p95_ms: 1 } });
  await clock.pass(20_000);
  const end = await app.call("canary_status", { canaryId });
  assert.deepEqual([end.status, end.reason], ["ROLLED_BACK", "slo_breach_latency_p95"]);
  assert.equal(end.warning, '"chat/7" is not in gate "staging"');
  assert.deepEqual((await app.call("list_models")).models, []);
});

Deno.test("abort_canary ends a canary, and repeated it changes nothing", async () => {
  const { app, clock } = await appWithClock();
  await using _ = app;
  const { canaryId } = await app.call("start_canary", CANARY);
  await clock.pass(3_000);
  const aborted = await app.call("abort_canary", { canaryId });
  assert.deepEqual([aborted.canaryId, aborted.status, aborted.reason, aborted.changed], [
    canaryId,
    "ROLLED_BACK",
    "aborted_by_user",
    true,
  ]);
  assert.equal((await app.call("abort_canary", { canaryId })).changed, false);
});

Deno.test("a promoted canary cannot be aborted, and the error says what undoes it", async () => {
  const { app, clock } = await appWithClock();
  await using _ = app;
  await app.call("promote_model", { modelId: "chat/6", gate: "production" });
  const { canaryId } = await app.call("start_canary", CANARY);
  await clock.pass(20_000);
  const { code, message, details } = await app.callFailing("abort_canary", { canaryId });
  assert.deepEqual([code, details.reason], ["conflict", "already_promoted"]);
  assert.match(message, /call promote_model with modelId "chat\/6" and gate "production"/);
});

Deno.test("a second canary of the model into the gate is refused with the id of the first", async () => {
  const { app } = await appWithClock();
  await using _ = app;
  const { canaryId } = await app.call("start_canary", CANARY);
  const { code, details } = await app.callFailing("start_canary", CANARY);
  assert.deepEqual([code, details], ["conflict", { reason: "canary_already_running", canaryId }]);
});

Deno.test("an idempotency key gives the same canary again, to its own caller alone", async () => {
  const { app } = await appWithClock();
  await using _ = app;
  const first = await app.call("start_canary", { ...CANARY, idempotencyKey: "k" });
  const second = await app.call("start_canary", { ...CANARY, idempotencyKey: "k" });
  assert.deepEqual([second.canaryId, second.deduplicated], [first.canaryId, true]);
  const other = await app.callFailing("start_canary", { ...CANARY, windowSeconds: 21, idempotencyKey: "k" });
  assert.equal(other.details.reason, "idempotency_key_reused");
});

Deno.test("a dry run says what the canary would be, with sample values, and leaves nothing behind", async () => {
  const { app, clock } = await appWithClock();
  await using _ = app;
  // What the release loop does by the clock has begun once a call is answered.
  await app.call("list_canaries");
  const { timers } = clock;
  const preview = await app.call("start_canary", { ...CANARY, dryRun: true });
  assert.deepEqual([preview.dryRun, preview.canaryId, preview.status, preview.simulated], [
    true,
    undefined,
    "PENDING",
    true,
  ]);
  assert.equal(preview.sample.total, 1000);
  assert.deepEqual(await app.call("list_canaries"), { canaries: [] });
  assert.equal(clock.timers, timers);
});

Deno.test("list_canaries pages through all of them, newest first, as canary_status shows them", async () => {
  const { app, clock } = await appWithClock();
  await using _ = app;
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    ids.unshift((await app.call("start_canary", { ...CANARY, modelId: `m${n}` })).canaryId);
    await clock.pass(10);
  }
  await app.call("abort_canary", { canaryId: ids[0] });
  const seen: Structured[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.call("list_canaries", { limit: 2, ...(cursor !== undefined && { cursor }) });
    seen.push(...page.canaries);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  assert.deepEqual(seen.map(({ canaryId }) => canaryId), ids);
  assert.deepEqual(seen[1], await app.call("canary_status", { canaryId: ids[1] }));
  const running = await app.call("list_canaries", { status: "RUNNING" });
  assert.deepEqual(running.canaries.map(({ canaryId }: Structured) => canaryId), ids.slice(1));
});

Deno.test("arguments that make no sense are refused by name", async (t) => {
  const { app } = await appWithClock();
  await using _ = app;
  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ["no targets", { targets: {} }, /"targets" must have latency_p95_ms or max_error_rate/],
    [
      "an unknown target",
      { targets: { latency_p95: 1 } },
      /"targets.latency_p95" is not known; did you mean "latency_p95_ms"/,
    ],
    ["a negative latency", { targets: { latency_p95_ms: 0 } }, /"targets.latency_p95_ms"/],
    ["a rate above one", { targets: { max_error_rate: 1.1 } }, /"targets.max_error_rate" must be 0 to 1/],
    [
      "a rate that is no number",
      { targets: { max_error_rate: "0.01" } },
      /"targets.max_error_rate" must be number/,
    ],
    ["no window", { windowSeconds: 0 }, /"windowSeconds" must be 1 to 604800/],
    ["half a second", { windowSeconds: 1.5 }, /"windowSeconds" must be int/],
    ["the same gate twice", { toGate: "staging" }, /"toGate" must be another gate than fromGate/],
    ["a gate with a slash", { toGate: "a/b" }, /"toGate" must be letters/],
    ["a gate with a quote", { toGate: 'a"} or vector(1)' }, /"toGate" must be letters/],
    ["a model that climbs", { modelId: "a/../b" }, /"modelId" must be letters/],
    ["a model with a newline", { modelId: "a\nb" }, /"modelId" must be letters/],
    ["an option", { modelId: "--help" }, /"modelId" must be letters/],
    ["an unknown argument", { windowSecond: 3 }, /"windowSecond" is not known; did you mean "windowSeconds"/],
    ["an address", { prometheus: "http://10.0.0.1" }, /"prometheus" is not known/],
  ];
  for (const [name, changes, expected] of wrong) {
    await t.step(name, async () => {
      const { code, message } = await app.callFailing("start_canary", { ...CANARY, ...changes });
      assert.equal(code, "invalid_arguments");
      assert.match(message, expected);
    });
  }
  for (const tool of ["canary_status", "abort_canary"]) {
    assert.equal((await app.callFailing(tool, { canaryId: "nope" })).code, "not_found");
    assert.equal((await app.callFailing(tool, {})).code, "invalid_arguments");
  }
  assert.equal((await app.callFailing("list_canaries", { cursor: "nonsense" })).code, "invalid_arguments");
});

Deno.test("whatever start_canary is called with, the answer is a canary or an error that says why", async () => {
  const { app } = await appWithClock();
  await using _ = app;
  const anything = fc.oneof(fc.constantFrom(...Object.values(CANARY)), fc.jsonValue({ maxDepth: 2 }));
  const args = fc.record({
    modelId: fc.oneof(fc.constant("m"), fc.string(), anything),
    fromGate: fc.oneof(fc.constant("staging"), anything),
    toGate: fc.oneof(fc.constant("production"), anything),
    windowSeconds: fc.oneof(fc.integer(), anything),
    targets: fc.oneof(fc.record({ max_error_rate: fc.double() }), anything),
  }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(args, async (input) => {
      const message = {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "start_canary", arguments: input },
      };
      const { result, error } = await (await app.post(message)).json();
      if (error !== undefined) return;
      const value = JSON.parse(result.content[0].text);
      if (!result.isError) return assert.equal(value.status, "RUNNING");
      assert.ok(["invalid_arguments", "conflict", "busy"].includes(value.error.code), result.content[0].text);
    }),
    { seed: 11, numRuns: 150 },
  );
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("a server that may change nothing leaves a canary as it is, and shows it", async () => {
  await using root = await TempRoot.create({ git: false });
  const place = { kind: "sqlite", path: `${root.outside}/state.db` } as const;
  let canaryId: string;
  {
    const { app, clock } = await appWithClock({ root, place });
    await using _ = app;
    canaryId = (await app.call("start_canary", CANARY)).canaryId;
    await clock.pass(3_000);
  }
  const { app, clock } = await appWithClock({ root, place, env: { MCP_READ_ONLY: "1" } });
  await using _ = app;
  await clock.pass(60_000);
  const { status, samples } = await app.call("canary_status", { canaryId });
  assert.deepEqual([status, samples], ["RUNNING", 3]);
  assert.deepEqual(await app.call("list_models"), { models: [] });
});

Deno.test("no more canaries run at once than the operator allows", async () => {
  const { app } = await appWithClock({ env: { MCP_CANARIES_MAX: "2" } });
  await using _ = app;
  for (const modelId of ["a", "b"]) await app.call("start_canary", { ...CANARY, modelId });
  const { code, details } = await app.callFailing("start_canary", { ...CANARY, modelId: "c" });
  assert.deepEqual([code, details], ["busy", { running: 2, limit: 2 }]);
});

Deno.test("a Prometheus that cannot be reached refuses the start, and names no address", async () => {
  const { app } = await appWithClock({ env: { PROM_URL: "http://127.0.0.1:9" } });
  await using _ = app;
  const { code, message, details } = await app.callFailing("start_canary", { ...CANARY, windowSeconds: 300 });
  assert.deepEqual([code, details], ["unavailable", { reason: "network", retryable: true }]);
  assert.doesNotMatch(message, /127\.0\.0\.1/);
});
