/**
 * A test of a share against a limit that may be looked at after every request: the confidence sequence of Robbins
 * ("Statistical methods related to the law of the iterated logarithm", 1970) as Ding, Gandy and Hahn use it
 * (arXiv 1611.01675). Only two counts are needed, so it survives a restart, and one line explains it.
 */

/** Requests so far, and those among them that were bad. */
export interface Tally {
  readonly requests: number;
  readonly bad: number;
}

/** What the counts prove of the share of bad requests. */
export type Proof = "above" | "below" | "none";

/**
 * `ln[(n + 1) · C(n, s) · pˢ · (1 − p)ⁿ⁻ˢ]`, for n requests of which s were bad, and 0 < p < 1.
 *
 * While the true share is p, the chance that this ever falls below `ln eps`, at any of any number of looks, is less than
 * `eps`.
 */
export function statistic({ requests: n, bad: s }: Tally, p: number): number {
  return logBinomial(n, s) + s * Math.log(p) + (n - s) * Math.log1p(-p) + Math.log(n + 1);
}

/** What the counts prove, with a chance below `eps` of ever being wrong. */
export function proofOf(tally: Tally, { limit, eps }: { limit: number; eps: number }): Proof {
  // At zero the statistic has no value: one bad request is proof, and no number of good ones is.
  if (limit <= 0) return tally.bad > 0 ? "above" : "none";
  if (limit >= 1) return "none";
  if (statistic(tally, limit) >= Math.log(eps)) return "none";
  return tally.bad / tally.requests > limit ? "above" : "below";
}

/** More requests than this are not worth to be waited for. */
const REQUESTS_MAX = 2 ** 40;

/**
 * How many requests more would prove that the share is below the limit, if bad ones stayed as rare as they are.
 * Null where the counts so far point the other way, or no number is enough.
 */
export function requestsNeeded(tally: Tally, { limit, eps }: { limit: number; eps: number }): number | null {
  const share = tally.requests === 0 ? 0 : tally.bad / tally.requests;
  if (share >= limit || limit >= 1) return null;
  const isEnough = (more: number) =>
    proofOf({ requests: tally.requests + more, bad: tally.bad + Math.ceil(more * share) }, { limit, eps }) ===
      "below";
  if (isEnough(0)) return 0;
  let enough = 1;
  while (!isEnough(enough)) {
    enough *= 2;
    if (enough > REQUESTS_MAX) return null;
  }
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function logBinomial(n: number, s: number): number {
  return logFactorial(n) - logFactorial(s) - logFactorial(n - s);
}

/** Below this, Stirling's series is not exact to the last digits. */
const STIRLING_FROM = 16;

/** `ln n!` by Stirling's series (Abramowitz and Stegun, 6.1.41), to 13 digits. */
function logFactorial(n: number): number {
  let x = n + 1;
  let product = 1;
  for (; x < STIRLING_FROM; x++) product *= x;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * x * x)) / (x * x)) / (x * x)) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
