/** The evidence for one target, as a sentence that holds without knowing the test. */
import type { TargetEvidence } from "../canary/evidence.ts";
import { percent } from "./words.ts";

/** What is proven of a target. */
export type TargetVerdict = "proven_missed" | "proven_kept" | "within" | "outside" | "unknown";

/** See {@linkcode TargetVerdict}: `within` and `outside` are what is seen, without proof. */
export function verdictOn(
  { observed, test, isBreach, isProvenWithin, isWithin }: TargetEvidence,
): TargetVerdict {
  if (test === undefined) return observed === null ? "unknown" : isWithin ? "within" : "outside";
  if (isBreach) return "proven_missed";
  if (isProvenWithin) return "proven_kept";
  if (test.requests === 0) return "unknown";
  return isWithin ? "within" : "outside";
}

/** One target in words: what was seen, what may be, and what follows. */
export function targetSentence(evidence: TargetEvidence): string {
  const { target, limit, observed, test } = evidence;
  const what = target === "max_error_rate" ? "error rate" : "95th percentile of latency";
  const shown = (value: number) =>
    target === "max_error_rate" ? percent(value) : `${Number(value.toPrecision(4))} ms`;
  const seen = observed === null ? `The ${what} was not measured` : `The ${what} was ${shown(observed)}`;
  const against = `${seen}, where at most ${shown(limit)} is allowed`;
  if (test === undefined) return `${against}. The monitor counts no requests, so there is no test.`;
  const { requests, bad, badAtMost, allowedShare, statistic, threshold } = test;
  const count = bad === badAtMost ? `${bad}` : `${bad} to ${badAtMost}`;
  const kind = target === "max_error_rate" ? "failed" : `were slower than ${shown(limit)}`;
  const counted = `${against}: ${count} of ${requests} requests ${kind}, where ${percent(allowedShare)} may`;
  return `${counted}${consequence(evidence, { statistic, threshold })}.`;
}

function consequence(
  evidence: TargetEvidence,
  { statistic, threshold }: { statistic: number | null; threshold: number },
): string {
  const compared = statistic === null
    ? ""
    : ` (the statistic ${round(statistic)} against ${round(threshold)})`;
  switch (verdictOn(evidence)) {
    case "proven_missed":
      return `, which proves the target missed${compared}`;
    case "proven_kept":
      return ", which proves the target kept";
    case "within":
    case "outside": {
      const needed = evidence.test?.requestsNeeded ?? null;
      const more = needed === null ? "" : `; about ${needed} more requests at this rate would prove it kept`;
      return `, which proves nothing either way${compared}${more}`;
    }
    case "unknown":
      return ", which says nothing";
  }
}

function round(value: number): string {
  return value.toFixed(2);
}
