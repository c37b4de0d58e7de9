/** "Did you mean …": the nearest of a set of names. */

/**
 * The candidate with the smallest edit distance to `name`, ignoring case, `_` and `-`; undefined when none is
 * near enough (more than a third of the longer name would have to change).
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = fold(name);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    const distance = editDistance(wanted, folded);
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, folded.length) / 3));
    if (distance <= allowed && distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Longest name that is compared: a key of a megabyte is not a typing error. */
const COMPARED_CHARS_MAX = 64;

function fold(name: string): string {
  return name.slice(0, COMPARED_CHARS_MAX).toLowerCase().replace(/[_-]/g, "");
}

/** Edit distance, a row at a time; two neighbours that changed places are one edit (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min((last[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution, swap));
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
