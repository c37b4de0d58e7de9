/** How much of a query is found, when some of its terms say more than others. */

/** The sum of the values by their weights, over the sum of the weights; 0 without any. */
export function weightedShare(values: readonly number[], weights: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (const [index, weight] of weights.entries()) {
    sum += weight * (values[index] ?? 0);
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}
