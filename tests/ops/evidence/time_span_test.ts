/** Spans of time, as people write them and as attackers do. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSpan } from "../../../src/ops/evidence/time_span.ts";

const NOW = Date.UTC(2026, 2, 31, 12, 0, 0);
const DAY_MS = 86_400_000;

const SPANS: readonly [from: string, to: string, wanted: { from: number; to: number }][] = [
  ["30d", "now", { from: NOW - 30 * DAY_MS, to: NOW }],
  ["4w", "1d", { from: NOW - 28 * DAY_MS, to: NOW - DAY_MS }],
  ["90s", "now", { from: NOW - 90_000, to: NOW }],
  ["15m", "1s", { from: NOW - 900_000, to: NOW - 1000 }],
  ["12h", "now", { from: NOW - 43_200_000, to: NOW }],
  ["2026-03-01", "2026-03-02", { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2) }],
  ["2026-03-01T10:00Z", "now", { from: Date.UTC(2026, 2, 1, 10), to: NOW }],
  ["2026-03-01T10:00:30.250+02:00", "now", { from: Date.UTC(2026, 2, 1, 8, 0, 30, 250), to: NOW }],
  ["2024-02-29", "now", { from: Date.UTC(2024, 1, 29), to: NOW }],
  // Nothing is from the future, and nothing is older than time itself.
  ["30d", "2999-01-01", { from: NOW - 30 * DAY_MS, to: NOW }],
  ["999999999w", "now", { from: 0, to: NOW }],
];

for (const [from, to, wanted] of SPANS) {
  Deno.test(`from ${from} to ${to} is a span`, () => {
    assert.deepEqual(parseSpan({ from, to }, NOW), wanted);
  });
}

const UNREADABLE = [
  "",
  " ",
  "yesterday",
  "30",
  "d",
  "-30d",
  "+30d",
  "1.5d",
  "30 d",
  "30D",
  "30d ",
  "1e3d",
  "30d30d",
  "9999999999d",
  "NaN",
  "Infinity",
  "1700000000000",
  "2026-02-30",
  "2026-13-01",
  "2025-02-29",
  "2026-3-1",
  "26-03-01",
  "03/01/2026",
  "2026-03-01T10:00",
  "2026-03-01 10:00Z",
  "2026-03-01T25:00Z",
  "2026-03-01T10:61Z",
  "2026-03-01T10:00:00.1234567890Z",
  "+275760-09-13T00:00:00.001Z",
  "2026-03-01\u0000",
  "2026-03-01\nnow",
  "now'; DROP TABLE audits; --",
  "٣٠d",
  "x".repeat(100_000),
];

for (const text of UNREADABLE) {
  Deno.test(`${JSON.stringify(text.slice(0, 40))} is no moment`, () => {
    for (
      const [name, span] of [["from", { from: text, to: "now" }], ["to", { from: "30d", to: text }]] as const
    ) {
      const read = parseSpan(span, NOW);
      assert.ok("problem" in read, JSON.stringify(read));
      assert.ok(read.problem.startsWith(`Cannot read "${name}"`), read.problem);
      assert.ok(read.problem.length < 400);
    }
  });
}

Deno.test("a span that is empty or backwards is refused", () => {
  for (
    const [from, to] of [["now", "now"], ["1d", "2d"], ["2026-03-02", "2026-03-01"], ["2999-01-01", "now"]]
  ) {
    const read = parseSpan({ from: from ?? "", to: to ?? "" }, NOW);
    assert.ok("problem" in read && read.problem.startsWith("Cannot export from"), JSON.stringify(read));
  }
});

Deno.test("whatever is read is a span of whole milliseconds up to now", () => {
  const moment = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.tuple(fc.nat(), fc.constantFrom("s", "m", "h", "d", "w")).map(([n, unit]) => `${n}${unit}`),
  );
  fc.assert(
    fc.property(moment, moment, (from, to) => {
      const span = parseSpan({ from, to }, NOW);
      if ("problem" in span) return;
      assert.ok(Number.isInteger(span.from) && Number.isInteger(span.to));
      assert.ok(span.from >= 0 && span.from < span.to && span.to <= NOW);
    }),
    { numRuns: 2_000, seed: 20_261_125 },
  );
});
