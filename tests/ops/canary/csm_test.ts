import assert from "node:assert/strict";
import fc from "fast-check";
import { proofOf, requestsNeeded, statistic } from "../../../src/ops/canary/csm.ts";

Deno.test("the statistic is what two independent implementations say", () => {
  const vectors: [number, number, number, number][] = [
    [1000, 25, 0.01, -3.6318],
    [1000, 20, 0.01, 0.5843],
    [984, 0, 0.01, -2.9969],
    [158, 0, 0.05, -3.0354],
    [2000, 140, 0.05, -3.2828],
    [1, 1, 0.01, -3.912],
  ];
  for (const [requests, bad, p, expected] of vectors) {
    assert.equal(Math.round(statistic({ requests, bad }, p) * 1e4) / 1e4, expected);
  }
});

Deno.test("counts prove a share above, below, or nothing", () => {
  const cases: [number, number, number, string][] = [
    [1000, 25, 0.01, "above"],
    [1000, 20, 0.01, "none"],
    [983, 0, 0.01, "none"],
    [984, 0, 0.01, "below"],
    [157, 0, 0.05, "none"],
    [158, 0, 0.05, "below"],
    [2000, 140, 0.05, "above"],
    [1, 1, 0.01, "above"],
    [1, 0, 0, "none"],
    [1_000_000, 0, 0, "none"],
    [1_000_000, 1, 0, "above"],
    [10, 10, 1, "none"],
  ];
  for (const [requests, bad, limit, expected] of cases) {
    assert.equal(proofOf({ requests, bad }, { limit, eps: 0.05 }), expected, `${bad} of ${requests}`);
  }
});

Deno.test("a clean record needs 984 requests for 1 %, 158 for a 95th percentile, 12,417 for 0.1 %", () => {
  const clean = { requests: 0, bad: 0 };
  for (const [limit, expected] of [[0.01, 984], [0.05, 158], [0.001, 12_417]] as const) {
    assert.equal(requestsNeeded(clean, { limit, eps: 0.05 }), expected);
    const almost = { requests: expected - 1, bad: 0 };
    assert.equal(requestsNeeded(almost, { limit, eps: 0.05 }), 1);
    assert.equal(requestsNeeded({ requests: expected, bad: 0 }, { limit, eps: 0.05 }), 0);
  }
  assert.equal(requestsNeeded({ requests: 100, bad: 1 }, { limit: 0.01, eps: 0.05 }), null);
  assert.equal(requestsNeeded(clean, { limit: 0, eps: 0.05 }), null);
});

Deno.test("for any counts the statistic is the logarithm of what exact arithmetic gives", () => {
  const exact = (n: number, s: number, p: number) => {
    let sum = Math.log(n + 1) + (n - s) * Math.log1p(-p) + s * Math.log(p);
    for (let i = 1; i <= s; i++) sum += Math.log((n - s + i) / i);
    return sum;
  };
  const counts = fc.integer({ min: 1, max: 5000 }).chain((n) =>
    fc.record({
      n: fc.constant(n),
      s: fc.integer({ min: 0, max: n }),
      p: fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
    })
  );
  fc.assert(
    fc.property(counts, ({ n, s, p }) => {
      const expected = exact(n, s, p);
      const actual = statistic({ requests: n, bad: s }, p);
      assert.ok(
        Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
        `${actual} ${expected}`,
      );
    }),
    { seed: 5, numRuns: 300 },
  );
});
