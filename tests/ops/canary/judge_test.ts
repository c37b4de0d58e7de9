import assert from "node:assert/strict";
import { judge } from "../../../src/ops/canary/judge.ts";
import { counts, failure, INTERVAL_MS, JudgeRun, points, policyWith } from "../../support/judge_run.ts";

Deno.test("a healthy model is promoted at the first tick after its window", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => counts(100 * tick, { errors: tick > 10 ? 2 : 0 })), 20);
  assert.equal(run.last?.decision, "promote");
  assert.equal(run.last?.reason, "demonstrated_within_slo");
});

Deno.test("a window that looks good without proving it promotes as observed", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => counts(10 * tick, { errors: tick >= 10 ? 1 : 0 })), 20);
  assert.equal(run.last?.reason, "observed_within_slo");
});

Deno.test("a model with 3 % errors is rolled back after seven ticks of a hundred requests", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => counts(100 * tick, { errors: 3 * tick })), 7);
  assert.deepEqual([run.last?.decision, run.last?.reason], ["rollback", "slo_breach_error_rate"]);
});

Deno.test("a model with 12 % slow answers is rolled back after three ticks", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => counts(100 * tick, { slowLow: 12 * tick })), 3);
  assert.deepEqual([run.last?.decision, run.last?.reason], ["rollback", "slo_breach_latency_p95"]);
});

Deno.test("without traffic nobody is promoted, and the deadline says so", () => {
  for (const nothing of [counts(0), counts(0.4), counts(NaN), counts(-1)]) {
    const run = new JudgeRun();
    assert.equal(run.untilDecided(() => nothing), 60);
    assert.deepEqual([run.last?.decision, run.last?.reason], ["rollback", "inconclusive_no_data"]);
  }
});

Deno.test("a trickle of requests is too little to promote or to convict", () => {
  for (const errors of [0, 1]) {
    const run = new JudgeRun();
    const most = 49;
    assert.equal(run.untilDecided((tick) => counts(Math.min(tick, most), { errors: errors * tick })), 60);
    assert.equal(run.last?.reason, "inconclusive_insufficient_traffic");
  }
});

Deno.test("figures that are no numbers are bad data, which decides nothing until the deadline", () => {
  const broken = [
    counts(Infinity),
    counts(100, { errors: NaN }),
    counts(100, { errors: -1 }),
    counts(100, { slowLow: Infinity }),
    { kind: "counts", evalTime: 0, counts: { total: 100 } } as const,
  ];
  for (const observation of broken) {
    const run = new JudgeRun();
    assert.equal(run.tick(observation).kind, "bad_data");
    assert.equal(run.untilDecided(() => observation), 59);
    assert.equal(run.last?.reason, "inconclusive_bad_data");
  }
});

Deno.test("a monitor that is down all along decides nothing before the deadline", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided(() => failure()), 60);
  assert.deepEqual([run.last?.decision, run.last?.reason], ["rollback", "inconclusive_provider_down"]);
});

Deno.test("a monitor that comes back after five minutes goes on where it was", () => {
  const run = new JudgeRun(policyWith({ windowSeconds: 600, intervalMs: 30_000 }));
  const down = (tick: number) => tick > 10 && tick <= 20;
  const notes: [number, string][] = [];
  const decidedAt = run.untilDecided((tick) => {
    for (const note of run.last?.notes ?? []) notes.push([tick - 1, note]);
    return down(tick) ? failure() : counts(100 * tick);
  });
  assert.equal(decidedAt, 30);
  assert.equal(run.last?.decision, "promote");
  // Told once: nine intervals of 30 s after the first failure are less than five minutes, ten would be.
  assert.deepEqual(notes, []);
  const longer = new JudgeRun(policyWith({ windowSeconds: 600, intervalMs: 30_000 }));
  const told = Array.from({ length: 14 }, () => {
    const { reason, notes } = longer.tick(failure());
    return [reason, ...notes];
  });
  assert.deepEqual(told.slice(9), [
    ["waiting"],
    ["provider_outage_waiting", "provider_outage"],
    ["provider_outage_waiting"],
    ["provider_outage_waiting"],
    ["provider_outage_waiting"],
  ]);
});

Deno.test("a question that will never be answered holds the canary after three ticks", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => failure(tick < 3)), 5);
  assert.deepEqual([run.last?.decision, run.last?.reason], ["hold", "config_error"]);
});

Deno.test("a single failed first request convicts nobody", () => {
  const run = new JudgeRun();
  assert.equal(run.tick(counts(1, { errors: 1 })).decision, "none");
  assert.equal(run.state.breaches.max_error_rate, 1);
  assert.equal(run.untilDecided((tick) => counts(50 * tick + 1, { errors: 1 })), 19);
  assert.equal(run.last?.decision, "promote");
});

Deno.test("two breaches convict only without a good tick between them; silence is no good tick", () => {
  const bad = counts(200, { errors: 20 });
  const run = new JudgeRun();
  assert.equal(run.tick(bad).decision, "none");
  for (const nothing of [counts(0), failure(), null]) assert.equal(run.tick(nothing).decision, "none");
  assert.equal(run.tick(bad).decision, "rollback");
  const mended = new JudgeRun();
  mended.tick(bad);
  mended.tick(counts(10_000, { errors: 20 }));
  assert.equal(mended.tick(counts(10_001, { errors: 200 })).decision, "none");
});

Deno.test("counts that go down keep what was seen, and say so", () => {
  const run = new JudgeRun();
  run.tick(counts(1000, { errors: 9, slowLow: 4 }));
  const { notes } = run.tick(counts(10, { errors: 1, slowLow: 5 }));
  assert.deepEqual(notes, ["counts_went_down"]);
  assert.deepEqual(run.state.counts, { requests: 1000, errors: 9, slowLow: 5, slowHigh: 5 });
  assert.deepEqual(run.tick(counts(2000.4, { errors: 2100 })).notes, ["counts_exceed_total"]);
  assert.equal(run.state.counts.errors, 2000);
});

Deno.test("an abort beats a last good tick, also of a canary that is held", () => {
  for (const phase of ["observing", "held"] as const) {
    const run = new JudgeRun();
    for (let tick = 1; tick < 20; tick++) run.tick(counts(100 * tick));
    run.state = { ...run.state, phase, abort: true };
    const { decision, reason } = run.tick(counts(2000));
    assert.deepEqual([decision, reason], ["rollback", "aborted_by_user"]);
  }
});

Deno.test("a clock that goes back earns nothing, and a far jump back begins a new count", () => {
  const run = new JudgeRun();
  run.tick(counts(100));
  const before = run.state;
  assert.equal(run.tick(counts(200), -500).reason, "clock_regressed");
  assert.deepEqual(run.state, before);
  assert.equal(run.tick(counts(200), -3_600_000).reason, "clock_regressed");
  assert.deepEqual(run.state, { ...before, lastTickAt: run.now });
  assert.equal(run.tick(counts(200)).kind, "ok");
  assert.equal(run.state.observedMs, 2 * INTERVAL_MS);
});

Deno.test("an hour without ticks counts as two intervals", () => {
  const run = new JudgeRun();
  run.tick(counts(100));
  assert.equal(run.tick(counts(100_000), 3_600_000).decision, "none");
  assert.equal(run.state.supervisedMs, 3 * INTERVAL_MS);
  const first = new JudgeRun();
  assert.equal(first.tick(counts(100_000), 3_600_000).decision, "none");
});

Deno.test("what is over stays over", () => {
  for (const phase of ["promoted", "rolled_back", "promoting", "rolling_back", "action_failed"] as const) {
    const run = new JudgeRun();
    run.state = { ...run.state, phase };
    const judgement = run.tick(counts(1000, { errors: 1000 }));
    assert.deepEqual([judgement.decision, judgement.reason], ["none", "not_observing"]);
    assert.equal(judgement.next, run.state);
  }
});

Deno.test("after the one look at the window's end only proof promotes", () => {
  const run = new JudgeRun();
  for (let tick = 1; tick <= 20; tick++) run.tick(counts(10 * tick, { errors: 3 }));
  assert.equal(run.state.lookedAtEnd, true);
  // 3 of 400 look good, and prove nothing.
  assert.equal(run.tick(counts(400, { errors: 3 })).decision, "none");
  assert.equal(run.tick(counts(4000, { errors: 3 })).reason, "demonstrated_within_slo");
});

Deno.test("where proof is asked for, a window that only looks good does not promote", () => {
  const run = new JudgeRun(policyWith({ assurance: "demonstrated" }));
  assert.equal(run.untilDecided(() => counts(200)), 60);
  assert.equal(run.last?.reason, "inconclusive_not_proven");
});

Deno.test("a latency between two buckets convicts by what was slow for certain, promotes by what may have been", () => {
  const run = new JudgeRun(policyWith({ targets: { latency_p95_ms: 800 } }));
  assert.equal(run.untilDecided((tick) => counts(100 * tick, { slowLow: tick, slowHigh: 20 * tick })), 60);
  assert.equal(run.last?.reason, "inconclusive_not_proven");
});

Deno.test("no error at all is allowed where the target is zero", () => {
  const strict = policyWith({ targets: { max_error_rate: 0 } });
  const bad = new JudgeRun(strict);
  assert.equal(bad.untilDecided((tick) => counts(10 * tick, { errors: 1 })), 5);
  assert.equal(bad.last?.reason, "slo_breach_error_rate");
  const good = new JudgeRun(strict);
  assert.equal(good.untilDecided((tick) => counts(10 * tick)), 20);
  assert.equal(good.last?.reason, "observed_within_slo");
});

Deno.test("a value exactly at its limit passes", () => {
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => counts(100 * tick, { errors: tick, slowLow: 5 * tick })), 20);
  assert.equal(run.last?.reason, "observed_within_slo");
});

Deno.test("a policy that holds keeps an inconclusive canary, which a breach still ends", () => {
  const run = new JudgeRun(policyWith({ onInconclusive: "hold" }));
  assert.equal(run.untilDecided(() => counts(0)), 60);
  assert.deepEqual([run.last?.decision, run.last?.reason], ["hold", "inconclusive_no_data"]);
  run.state = { ...run.state, phase: "held" };
  assert.equal(run.tick(counts(5000)).decision, "none");
  run.tick(counts(6000, { errors: 600 }));
  assert.equal(run.tick(counts(6100, { errors: 610 })).decision, "rollback");
});

Deno.test("two numbers without counts convict after two ticks in a row, and promote only at the window's end", () => {
  const good = points(0.001, 300);
  const slow = points(0.001, 801);
  const run = new JudgeRun();
  assert.equal(run.untilDecided((tick) => tick % 2 === 1 || tick > 20 ? good : slow), 22);
  assert.equal(run.last?.reason, "within_slo_by_point_estimates");
  const bad = new JudgeRun();
  assert.equal(bad.untilDecided((tick) => tick < 5 ? good : points(0.011, 300)), 6);
  assert.equal(bad.last?.reason, "slo_breach_error_rate");
  const exact = new JudgeRun();
  assert.equal(exact.untilDecided(() => points(0.01, 800)), 20);
});

Deno.test("two numbers that are missing or broken decide nothing", () => {
  for (const [observation, kind] of [[points(), "no_data"], [points(NaN, 3), "bad_data"]] as const) {
    const run = new JudgeRun();
    assert.equal(run.tick(observation).kind, kind);
    assert.equal(run.untilDecided(() => observation), 59);
    assert.equal(run.last?.reason, `inconclusive_${kind}`);
  }
  const one = new JudgeRun(policyWith({ targets: { latency_p95_ms: 800 } }));
  assert.equal(one.tick(points(undefined, 300)).kind, "ok");
});

Deno.test("the same tick judged twice gives the same answer, and changes nothing that it was given", () => {
  const run = new JudgeRun();
  for (let tick = 1; tick < 9; tick++) run.tick(counts(100 * tick, { errors: tick }));
  const before = structuredClone(run.state);
  const tick = { observation: counts(900, { errors: 30 }), now: run.now + 1 };
  assert.deepEqual(judge(run.state, tick, run.policy), judge(run.state, tick, run.policy));
  assert.deepEqual(run.state, before);
});

Deno.test("a tick at which nothing was asked neither adds to an outage nor ends it", () => {
  const run = new JudgeRun();
  for (let tick = 0; tick < 4; tick++) run.tick(failure());
  const { failures } = run.state;
  assert.equal(run.tick(null).kind, "not_asked");
  assert.deepEqual(run.state.failures, failures);
  run.tick(failure());
  assert.deepEqual(run.state.failures, { ...failures, count: 5 });
  run.tick(counts(100));
  assert.equal(run.state.failures.count, 0);
});
