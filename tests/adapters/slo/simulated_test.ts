import assert from "node:assert/strict";
import { SimulatedMonitor } from "../../../src/adapters/slo/simulated_monitor.ts";
import type { CountsObservation, Observation } from "../../../src/adapters/slo/slo_monitor.ts";

const START = 1_800_000_000_000;
const monitor = new SimulatedMonitor();

function observe(modelId: string, seconds: number, latency_p95_ms = 800): Promise<Observation> {
  const measurand = { modelId, gate: "production", windowSeconds: 300, targets: { latency_p95_ms } };
  const { signal } = new AbortController();
  return monitor.observe(measurand, {
    startedAt: START,
    now: START + seconds * 1000,
    budgetMs: 1000,
    signal,
  });
}

Deno.test("made-up figures say so, follow from the model alone, and grow with time", async () => {
  const seen = await observe("chat/7", 60) as CountsObservation;
  assert.equal(seen.raw?.simulated, true);
  assert.equal(seen.counts.total, 3000);
  assert.deepEqual(await observe("chat/7", 60), seen);
  assert.notDeepEqual(await observe("chat/8", 60), seen);
  const later = await observe("chat/7", 120) as CountsObservation;
  assert.ok((later.counts.errors ?? 0) >= (seen.counts.errors ?? 0));
  assert.equal(later.latencyP95Ms, seen.latencyP95Ms);
});

Deno.test("a made-up model keeps a target above its percentile, and breaches one below it", async () => {
  for (let version = 0; version < 50; version++) {
    const seen = await observe(`chat/${version}`, 600) as CountsObservation;
    const { latencyP95Ms = NaN, counts: { total = NaN, errors = NaN } } = seen;
    assert.ok(latencyP95Ms >= 120 && latencyP95Ms <= 480);
    assert.ok(errors / total <= 0.004);
    const share = async (target: number) => {
      const { counts } = await observe(`chat/${version}`, 600, target) as CountsObservation;
      return (counts.slowLow ?? NaN) / total;
    };
    assert.ok(await share(latencyP95Ms * 1.01) <= 0.05);
    assert.ok(await share(latencyP95Ms * 0.9) > 0.05);
  }
});
