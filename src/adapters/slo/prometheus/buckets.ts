/** A histogram's buckets: which requests were slower than a target for certain, which may have been, and a percentile. */
import { readNumber, type Sample } from "./result.ts";

/** A bucket: requests that took at most `le`, in the histogram's own unit. */
interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** What a set of series says as a histogram. */
export type Histogram =
  | { readonly kind: "histogram"; readonly buckets: readonly Bucket[] }
  | { readonly kind: "broken"; readonly why: string };

/** Reads the series of `sum by (le) (…_bucket)`, in any order. */
export function readHistogram(samples: readonly Sample[]): Histogram {
  const buckets: Bucket[] = [];
  for (const { labels, value } of samples) {
    const le = readNumber(labels.le);
    if (le === undefined || Number.isNaN(le)) {
      return { kind: "broken", why: 'a series has no label "le": sum by (le)' };
    }
    if (Object.keys(labels).length > 1 || buckets.some((bucket) => bucket.le === le)) {
      return { kind: "broken", why: "there are several histograms: sum by (le) alone" };
    }
    buckets.push({ le, count: value });
  }
  buckets.sort((a, b) => a.le - b.le);
  if (buckets.length < 2 || buckets.at(-1)?.le !== Infinity) {
    return { kind: "broken", why: "a histogram needs a bucket with an end, and the bucket le=+Inf" };
  }
  // Counts of neighbours are extrapolated apart, and may cross by a fraction.
  let most = 0;
  const monotonic = buckets.map(({ le, count }) => {
    if (!Number.isFinite(count)) return { le, count };
    most = Math.max(most, count);
    return { le, count: most };
  });
  return { kind: "histogram", buckets: monotonic };
}

/** Requests slower than a target. */
export interface SlowCounts {
  readonly slowLow: number;
  readonly slowHigh: number;
  /** The bounds around the target; the same when a bucket ends exactly there. */
  readonly below: number;
  readonly above: number;
}

/** Where the target lies above every bucket with an end, nothing could ever be seen to breach it: undefined. */
export function slowerThan(buckets: readonly Bucket[], target: number): SlowCounts | undefined {
  const upper = buckets.find(({ le }) => le >= target);
  const total = buckets.at(-1)?.count ?? 0;
  if (upper === undefined || upper.le === Infinity) return undefined;
  const lower = buckets.findLast(({ le }) => le <= target);
  return {
    slowLow: total - upper.count,
    slowHigh: total - (lower?.count ?? 0),
    below: lower?.le ?? 0,
    above: upper.le,
  };
}

/**
 * The percentile as `histogram_quantile` estimates it: linear inside of a bucket, and the highest bound that is finite
 * for what lies above it. Undefined without requests.
 */
export function quantile(buckets: readonly Bucket[], q: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (!(total > 0)) return undefined;
  const rank = q * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  const before = buckets[index - 1];
  if (bucket === undefined) return undefined;
  if (bucket.le === Infinity) return before?.le;
  const start = before?.le ?? Math.min(bucket.le, 0);
  const inside = bucket.count - (before?.count ?? 0);
  return inside > 0 ? start + (bucket.le - start) * ((rank - (before?.count ?? 0)) / inside) : bucket.le;
}
