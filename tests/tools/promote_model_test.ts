/** promote_model and list_models, as a client sees them. */
import assert from "node:assert/strict";
import { AppClient } from "../support/app_client.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type Structured, TestApp } from "../support/test_app.ts";

/** An eval "safety" of `chat/7` that is over. */
async function completedEval(app: TestApp, { backend, result }: { backend: string; result: Structured }) {
  const job = { jobId: crypto.randomUUID(), taskId: "safety", configId: "chat/7", backend } as const;
  const untold = () => ({ audits: [], events: [] });
  await app.store.jobs.create({ ...job, status: "QUEUED", caller: undefined }, { tell: untold });
  const claimed = await app.store.jobs.claim({ leaseMs: 1000, backend, tell: untold });
  assert.ok(claimed);
  await app.store.jobs.finish(claimed.lease, { status: "COMPLETED", outcome: "succeeded", result }, untold);
}

Deno.test("promote_model puts a model into a gate once, and says so each time", async () => {
  await using app = await TestApp.create({ git: false });
  const first = await app.call("promote_model", { modelId: "chat/7", gate: "staging" });
  const { promotedAt, ...facts } = first;
  assert.ok(Math.abs(Date.now() - Date.parse(promotedAt)) < 60_000);
  assert.deepEqual(facts, {
    modelId: "chat/7",
    gate: "staging",
    changed: true,
    previous: null,
    currentGates: ["staging"],
    promoted: true,
  });
  const again = await app.call("promote_model", { modelId: "chat/7", gate: "staging" });
  assert.deepEqual([again.changed, again.promotedAt], [false, promotedAt]);
});

Deno.test("one version of a name is in a gate, and a promotion leaves the other gates alone", async () => {
  await using app = await TestApp.create({ git: false });
  await app.call("promote_model", { modelId: "chat/6", gate: "production" });
  await app.call("promote_model", { modelId: "chat/6", gate: "staging" });
  const next = await app.call("promote_model", { modelId: "chat/7", gate: "production" });
  assert.deepEqual([next.previous, next.currentGates], ["chat/6", ["production"]]);
  await app.call("promote_model", { modelId: "other", gate: "production" });
  const { models } = await app.call("list_models");
  assert.deepEqual(
    Object.fromEntries(models.map(({ modelId, currentGates }: Structured) => [modelId, currentGates])),
    { "chat/6": ["staging"], "chat/7": ["production"], other: ["production"] },
  );
  const { models: inStaging } = await app.call("list_models", { gate: "staging" });
  assert.deepEqual(inStaging.map(({ modelId }: Structured) => modelId), ["chat/6"]);
});

Deno.test("a dry run says what would change, and changes nothing", async () => {
  await using app = await TestApp.create({ git: false });
  await app.call("promote_model", { modelId: "chat/6", gate: "production" });
  const { changed, previous, currentGates, promoted, dryRun } = await app.call("promote_model", {
    modelId: "chat/7",
    gate: "production",
    dryRun: true,
  });
  assert.deepEqual({ changed, previous, currentGates, promoted, dryRun }, {
    changed: true,
    previous: "chat/6",
    currentGates: [],
    promoted: false,
    dryRun: true,
  });
  assert.equal((await app.call("list_models")).models.length, 1);
});

Deno.test("of 10 parallel promotions of one model, one changes something", async () => {
  await using app = await TestApp.create({ git: false });
  const calls = Array.from(
    { length: 10 },
    () => app.call("promote_model", { modelId: "m", gate: "production" }),
  );
  const outcomes = await Promise.all(calls);
  assert.equal(outcomes.filter(({ changed }) => changed).length, 1);
});

Deno.test("arguments that make no sense are refused by name", async () => {
  await using app = await TestApp.create({ git: false });
  for (const modelId of ["", "a b", "../x", "a/./b", "-x", "a\u0000", "x".repeat(129)]) {
    const { code, message } = await app.callFailing("promote_model", { modelId, gate: "g" });
    assert.equal(code, "invalid_arguments");
    assert.match(message, /"modelId"/);
  }
  for (const gate of ["", "a/b", "a b", ".x", "x".repeat(65)]) {
    assert.match((await app.callFailing("promote_model", { modelId: "m", gate })).message, /"gate"/);
  }
});

Deno.test("a person is asked before a model enters production, and a refusal changes nothing", async () => {
  for (const [answer, expected] of [[true, "done"], [false, "declined"], [undefined, "cancelled"]] as const) {
    await using client = await AppClient.create({ git: false });
    const params = { name: "promote_model", arguments: { modelId: "chat/7", gate: "production" } };
    const capabilities = { elicitation: {} };
    const asked = (await client.modern("tools/call", params, { capabilities })).last.result;
    assert.equal(asked.resultType, "input_required");
    const [key = ""] = Object.keys(asked.inputRequests);
    assert.match(JSON.stringify(asked.inputRequests), /Put \\"chat\/7\\" into the gate \\"production\\"/);
    const inputResponses = {
      [key]: answer === undefined ? { action: "cancel" } : { action: "accept", content: { confirm: answer } },
    };
    const { requestState } = asked;
    const second = { ...params, inputResponses, requestState };
    const { result } = (await client.modern("tools/call", second, { capabilities })).last;
    const { models } = await client.app.call("list_models");
    assert.equal(models.length, expected === "done" ? 1 : 0);
    if (expected !== "done") assert.match(result.content[0].text, /did not agree/);
  }
});

Deno.test("nobody is asked about other gates, about what changes nothing, or by a client that cannot ask", async () => {
  await using client = await AppClient.create({ git: false });
  const promote = async (gate: string, capabilities = {}) => {
    const params = { name: "promote_model", arguments: { modelId: "chat/7", gate } };
    return (await client.modern("tools/call", params, { capabilities })).last.result;
  };
  assert.equal((await promote("staging", { elicitation: {} })).structuredContent.changed, true);
  assert.equal((await promote("production")).structuredContent.changed, true);
  assert.equal((await promote("production", { elicitation: {} })).structuredContent.changed, false);
});

Deno.test("a gate's rules are the repository's: an eval with its metrics, and a promoted canary", async () => {
  const clock = new FakeClock();
  await using app = await TestApp.create({ git: false, time: { clock, later: clock.later } });
  const gates = {
    production: {
      evals: [{ taskId: "safety", metrics: { accuracy: { min: 0.9 } }, maxAgeHours: 24 }],
      canary: { toGate: "staging" },
    },
  };
  await app.root.write({ ".lukhas/policy.json": JSON.stringify({ gates }) });
  const refused = async () => {
    const { code, message, details } = await app.callFailing("promote_model", {
      modelId: "chat/7",
      gate: "production",
    });
    assert.deepEqual([code, details.reason], ["conflict", "gate_rule"]);
    return message;
  };
  assert.match(
    await refused(),
    /needs a COMPLETED eval of "safety".*call run_eval with taskId "safety" and configId "chat\/7"/,
  );
  const eval_ = async (result: Structured) => {
    await completedEval(app, { backend: "test", result });
    clock.jump(1);
  };
  await eval_({ score: 1 });
  assert.match(await refused(), /has no metric "accuracy"/);
  await eval_({ metrics: { accuracy: 0.8 } });
  assert.match(await refused(), /has "accuracy" 0.8, below 0.9/);
  await eval_({ metrics: { accuracy: 0.9 } });
  assert.match(await refused(), /needs a promoted canary into "staging"/);
  const targets = { max_error_rate: 0.01 };
  await app.call("start_canary", {
    modelId: "chat/7",
    fromGate: "dev",
    toGate: "staging",
    windowSeconds: 10,
    targets,
  });
  await clock.pass(11_000);
  clock.jump(25 * 3_600_000);
  assert.match(await refused(), /is older than 24 h/);
  clock.jump(-25 * 3_600_000);
  assert.equal((await app.call("promote_model", { modelId: "chat/7", gate: "production" })).changed, true);
  const canary = { modelId: "chat/8", fromGate: "staging", toGate: "production", targets };
  assert.equal((await app.callFailing("start_canary", canary)).details.reason, "gate_rule");
});

Deno.test("rules that cannot be read let no model through any gate", async (t) => {
  const broken = {
    "not JSON": "{",
    "a misspelt rule": JSON.stringify({ gates: { production: { eval: [] } } }),
    "no bound": JSON.stringify({ gates: { production: { evals: [{ taskId: "x", metrics: { a: {} } }] } } }),
    "a list": JSON.stringify({ gates: [] }),
    "another gate's mistake": JSON.stringify({ gates: { staging: { canary: { toGat: "x" } } } }),
  };
  for (const [name, text] of Object.entries(broken)) {
    await t.step(name, async () => {
      await using app = await TestApp.create({ git: false });
      await app.root.write({ ".lukhas/policy.json": text });
      const { code, details } = await app.callFailing("promote_model", { modelId: "m", gate: "production" });
      assert.deepEqual([code, details.reason, details.path], [
        "conflict",
        "policy_unusable",
        ".lukhas/policy.json",
      ]);
    });
  }
});

Deno.test("a canary is how a gate's own demand for a canary is met", async () => {
  const clock = new FakeClock();
  await using app = await TestApp.create({ git: false, time: { clock, later: clock.later } });
  await app.root.write({ ".lukhas/policy.json": JSON.stringify({ gates: { production: { canary: {} } } }) });
  const { message } = await app.callFailing("promote_model", { modelId: "m", gate: "production" });
  assert.match(message, /call start_canary with toGate "production"/);
  const targets = { max_error_rate: 0.01 };
  await app.call("start_canary", {
    modelId: "m",
    fromGate: "dev",
    toGate: "production",
    windowSeconds: 10,
    targets,
  });
  await clock.pass(11_000);
  assert.deepEqual((await app.call("list_models")).models[0].currentGates, ["production"]);
});

Deno.test("a gate that demands what is real is passed by nothing that is simulated", async () => {
  const clock = new FakeClock();
  await using app = await TestApp.create({ git: false, time: { clock, later: clock.later } });
  const gates = {
    staging: { evals: [{ taskId: "safety" }], real: true },
    production: { canary: { toGate: "dev" }, real: true },
    dev: { evals: [{ taskId: "safety" }] },
  };
  await app.root.write({ ".lukhas/policy.json": JSON.stringify({ gates }) });
  const pass = { modelId: "chat/7", gate: "staging" };
  const refused = async (args: typeof pass) => {
    const { details, message } = await app.callFailing("promote_model", args);
    assert.equal(details.reason, "gate_rule");
    return message;
  };
  const cases: [string, Structured, string][] = [
    ["simulated", { simulated: true }, 'the backend is "simulated"'],
    ["unknown", {}, 'the backend is "unknown"'],
    ["command", { simulated: true }, 'the result says "simulated"'],
  ];
  for (const [backend, result, why] of cases) {
    await completedEval(app, { backend, result });
    clock.jump(1);
    const message = await refused(pass);
    assert.match(message, /only an eval that was run counts here/);
    assert.ok(message.includes(why), message);
  }
  const targets = { max_error_rate: 0.01 };
  const canary = { modelId: "chat/7", fromGate: "none", windowSeconds: 10, targets };
  // Where nobody demands it, simulated figures do.
  await app.call("start_canary", { ...canary, toGate: "dev" });
  await clock.pass(11_000);
  assert.match(
    await refused({ ...pass, gate: "production" }),
    /only a canary that was measured counts here.* monitor was "simulated".*PROM_URL/,
  );
  await completedEval(app, { backend: "command", result: { accuracy: 1 } });
  const { message } = await app.callFailing("start_canary", { ...canary, toGate: "staging" });
  assert.match(message, /only a canary that is measured counts here.* monitor is "simulated".*PROM_URL/);
  assert.equal((await app.call("promote_model", pass)).changed, true);
});
