import { fairProbabilities } from './devig.ts';

/** Books' probabilities joined into one. */
export interface Consensus {
  /** In the order of the outcomes, summing to 1. */
  readonly probabilities: readonly number[];
  /** Books that counted. */
  readonly books: number;
  /** Weighted standard deviation of the books' logits, averaged over the outcomes: 0 when they all agree. */
  readonly dispersion: number;
}

/** A margin under one per cent is no better informed than one per cent. */
const LEAST_MARGIN = 0.01;
/** A book that pays out more than it takes is more likely wrong than generous. */
const MOST_NEGATIVE_MARGIN = -0.02;
/** Fewer books than this have no median to be far from. */
const ENOUGH_FOR_OUTLIERS = 4;
/** Agreement can be so close that the deviation says nothing; logits this near are never far. */
const LEAST_DEVIATION = 0.02;

/**
 * The market's opinion from whole books (decimal prices in the same order of outcomes): each freed of its margin, then
 * pooled as logarithms with weights 1/margin². `undefined` when no book is whole.
 */
export function consensusOf(
  books: readonly (readonly number[])[],
  deviations: number,
): Consensus | undefined {
  const usable = books.filter((prices) => marginOf(prices) >= MOST_NEGATIVE_MARGIN);
  const size = usable[0]?.length ?? 0;
  if (size < 2) return undefined;
  // Two outcomes: additive (which is Shin's there) did best; more: goto.
  const method = size === 2 ? 'additive' : 'goto';
  const fair = usable.map((prices) => fairProbabilities(prices, method));
  const kept = withoutOutliers(fair, deviations);
  const weights = kept.map((at) => Math.max(marginOf(usable[at] ?? []), LEAST_MARGIN) ** -2);
  const rows = kept.map((at) => fair[at] ?? []);
  return pool(rows, weights, size);
}

function marginOf(prices: readonly number[]): number {
  let sum = -1;
  for (const price of prices) sum += 1 / price;
  return sum;
}

function pool(rows: readonly (readonly number[])[], weights: readonly number[], size: number): Consensus {
  let total = 0;
  for (const weight of weights) total += weight;
  const probabilities: number[] = [];
  let spread = 0;
  let sum = 0;
  for (let outcome = 0; outcome < size; outcome++) {
    let log = 0;
    let mean = 0;
    let square = 0;
    for (let at = 0; at < rows.length; at++) {
      const p = rows[at]?.[outcome] ?? 0;
      const share = (weights[at] ?? 0) / total;
      const logit = Math.log(p / (1 - p));
      log += share * Math.log(p);
      mean += share * logit;
      square += share * logit * logit;
    }
    const p = Math.exp(log);
    probabilities.push(p);
    sum += p;
    spread += Math.sqrt(Math.max(0, square - mean * mean));
  }
  return {
    probabilities: probabilities.map((p) => p / sum),
    books: rows.length,
    dispersion: spread / size,
  };
}

/** Places of the books that are not too far from the median in any outcome. */
function withoutOutliers(fair: readonly (readonly number[])[], deviations: number): number[] {
  const all = fair.map((_, at) => at);
  if (fair.length < ENOUGH_FOR_OUTLIERS) return all;
  const out = new Set<number>();
  const size = fair[0]?.length ?? 0;
  for (let outcome = 0; outcome < size; outcome++) {
    const logits = fair.map((row) => logit(row[outcome] ?? 0));
    const middle = median(logits);
    const distances = logits.map((one) => Math.abs(one - middle));
    const far = deviations * Math.max(LEAST_DEVIATION, median(distances));
    for (const at of all) if ((distances[at] ?? 0) > far) out.add(at);
  }
  const kept = all.filter((at) => !out.has(at));
  return kept.length > 0 ? kept : all;
}

const logit = (p: number): number => Math.log(p / (1 - p));

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}
