/** Asks again and again for what tells of itself by no event. */
import assert from "node:assert/strict";

/** Longer than the slowest machine takes: what never comes fails, and does not hang the tests. */
const WAIT_MS_MAX = 180_000;

/** Long enough to leave the machine to what is waited for. */
const PAUSE_MS = 20;

/**
 * The first answer that fits.
 *
 * @throws {assert.AssertionError} With the last answer, when none has come in time.
 */
export async function until<Answer>(
  ask: () => Answer | Promise<Answer>,
  fits: (answer: Answer) => boolean,
): Promise<Answer> {
  const started = performance.now();
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    const isLate = performance.now() - started > WAIT_MS_MAX;
    assert.ok(!isLate, `it never was so; the last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
