import assert from "node:assert/strict";
import { counts, JudgeRun, policyWith } from "../../support/judge_run.ts";

const CANARIES = 400;
const REQUESTS_PER_TICK = 100;
const ALLOWED = 0.01;

/** Deterministic numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How the canaries of models with this error rate end, by reason. */
function endings(errorRate: number, seed: number): Record<string, number> {
  const random = seeded(seed);
  const ends: Record<string, number> = {};
  for (let canary = 0; canary < CANARIES; canary++) {
    const run = new JudgeRun(policyWith({ targets: { max_error_rate: ALLOWED } }));
    let errors = 0;
    run.untilDecided((tick) => {
      for (let request = 0; request < REQUESTS_PER_TICK; request++) errors += random() < errorRate ? 1 : 0;
      return counts(REQUESTS_PER_TICK * tick, { errors });
    });
    const end = run.last?.reason ?? "none";
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

Deno.test("at half the allowed error rate fewer than 1 % of 400 canaries are rolled back for a breach", () => {
  const ends = endings(ALLOWED / 2, 1);
  assert.ok((ends.slo_breach_error_rate ?? 0) < 0.01 * CANARIES, JSON.stringify(ends));
});

Deno.test("at twice the allowed error rate more than 95 % of 400 canaries are rolled back for a breach", () => {
  const ends = endings(ALLOWED * 2, 2);
  assert.ok((ends.slo_breach_error_rate ?? 0) > 0.95 * CANARIES, JSON.stringify(ends));
});

Deno.test("exactly at the allowed error rate a conviction stays as rare as promised", () => {
  const ends = endings(ALLOWED, 3);
  assert.ok((ends.slo_breach_error_rate ?? 0) < 0.05 * CANARIES, JSON.stringify(ends));
});
