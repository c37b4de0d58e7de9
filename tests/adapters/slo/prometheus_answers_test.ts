/** Whatever Prometheus answers: it is read as what it is, or refused, and never believed beyond that. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { quantile, readHistogram, slowerThan } from "../../../src/adapters/slo/prometheus/buckets.ts";
import { readAnswer, readNumber } from "../../../src/adapters/slo/prometheus/result.ts";

Deno.test("any text with any status is samples of numbers and texts, or an error with a code", () => {
  const json = fc.jsonValue({ maxDepth: 5 });
  const sample = fc.record({ metric: json, value: fc.oneof(json, fc.tuple(json, json)) });
  const answer = fc.record({
    status: fc.oneof(fc.constant("success"), json),
    data: fc.oneof(
      json,
      fc.record({
        resultType: fc.oneof(fc.constantFrom("vector", "scalar"), json),
        result: fc.oneof(json, fc.array(sample)),
      }),
    ),
    warnings: json,
    infos: json,
  }, { requiredKeys: [] });
  const text = fc.oneof(
    fc.string(),
    json.map((value) => JSON.stringify(value)),
    answer.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.oneof(fc.constant(200), fc.integer({ min: 100, max: 599 })), text, (status, text) => {
      const read = readAnswer({ status, text }, { allowsWarnings: false });
      if (read.kind === "error") {
        assert.doesNotMatch(read.found, /\n/);
        return;
      }
      assert.equal(status, 200);
      for (const { labels, value } of read.samples) {
        assert.equal(typeof value, "number");
        assert.ok(Object.values(labels).every((label) => typeof label === "string"));
      }
    }),
    { seed: 21, numRuns: 1000 },
  );
});

Deno.test("every number that Go writes is read back", () => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
      for (const text of [String(value), value.toExponential(), value.toFixed(3)]) {
        assert.equal(readNumber(text), Number(text));
      }
    }),
    { seed: 22, numRuns: 300 },
  );
  for (const text of ["", " 1", "1 ", "0x1", "1_000", "Infinity", "nan", "1e", "--1", null, 1]) {
    assert.equal(readNumber(text), undefined);
  }
});

Deno.test("the bracket of a histogram always holds the true count of slow requests", () => {
  const ends = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
  const latencies = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 });
  fc.assert(
    fc.property(ends, latencies, fc.integer({ min: 1, max: 45 }), (ends, latencies, target) => {
      const series = [...ends, Infinity].map((le) => ({
        labels: { le: le === Infinity ? "+Inf" : String(le) },
        value: latencies.filter((latency) => latency <= le).length,
      }));
      const histogram = readHistogram(series.toReversed());
      assert.ok(histogram.kind === "histogram");
      const slow = slowerThan(histogram.buckets, target);
      if (slow === undefined) return assert.ok(target > Math.max(...ends));
      const truth = latencies.filter((latency) => latency > target).length;
      assert.ok(slow.slowLow <= truth && truth <= slow.slowHigh);
      assert.ok(slow.below <= target && target <= slow.above);
      if (ends.includes(target)) assert.equal(slow.slowLow, slow.slowHigh);
      const p95 = quantile(histogram.buckets, 0.95);
      if (latencies.length === 0) assert.equal(p95, undefined);
      else assert.ok(p95 !== undefined && p95 >= 0 && p95 <= Math.max(...ends));
    }),
    { seed: 23, numRuns: 500 },
  );
});

Deno.test("buckets whose counts cross by a fraction are mended, and one that is no number is not", () => {
  const of = (counts: readonly number[]) =>
    readHistogram(counts.map((value, index) => ({
      labels: { le: index === counts.length - 1 ? "+Inf" : String(index + 1) },
      value,
    })));
  const crossed = of([10.2, 10.1, 10.3]);
  assert.deepEqual(crossed.kind === "histogram" && crossed.buckets.map(({ count }) => count), [
    10.2,
    10.2,
    10.3,
  ]);
  const broken = of([10, NaN, 12]);
  assert.ok(broken.kind === "histogram");
  assert.ok(Number.isNaN(slowerThan(broken.buckets, 2)?.slowLow));
});
