/** Tells a leak, which grows with every round, from the slack of a heap, which comes to an end. */
import assert from "node:assert/strict";

/** What a round of the same work may grow. */
export interface SettlingOptions<Name extends string> {
  /** The same amount of work each time. */
  readonly round: () => Promise<void>;
  /** What there is after a round, each in a unit of its own. */
  readonly measure: () => Promise<Record<Name, number>>;
  /** The smallest growth of each within one round that is a leak. */
  readonly leaks: Readonly<Record<Name, number>>;
  /** After so many rounds, what still grows is a leak. @default 30 */
  readonly rounds?: number;
}

/**
 * Runs rounds until the growth of each figure has ended: two rounds in a row that together grow less than half of one
 * round's leak. A leak of that size adds four times as much in them, and does so in every round.
 *
 * @throws {assert.AssertionError} With all that was measured, where one of them goes on growing.
 */
export async function assertSettles<Name extends string>(
  { round, measure, leaks, rounds = 30 }: SettlingOptions<Name>,
): Promise<void> {
  const growing = new Set(Object.keys(leaks) as Name[]);
  const seen = [await measure()];
  while (growing.size > 0) {
    const said = () => [...growing].map((name) => `${name}: ${seen.map((one) => one[name]).join(" ")}`);
    assert.ok(seen.length <= rounds, `it goes on growing in every round: ${said().join("; ")}`);
    await round();
    seen.push(await measure());
    const [before, , after] = seen.slice(-3);
    if (before === undefined || after === undefined) continue;
    for (const name of growing) if (after[name] - before[name] < leaks[name] / 2) growing.delete(name);
  }
}
