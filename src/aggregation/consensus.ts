import { type DevigMethod, fairProbabilities } from './devig.ts';

/** One bookmaker's whole book: a decimal price for every outcome, in the order that all books share. */
export interface WholeBook {
  readonly prices: readonly number[];
  /** How much his word counts by its age: 1 for the newest, above 0. */
  readonly freshness: number;
}

/** Books' probabilities joined into one. */
export interface Consensus {
  /** In the order of the outcomes, summing to 1. */
  readonly probabilities: readonly number[];
  /** How the margins were taken out. */
  readonly method: DevigMethod;
  /** Books that counted, and those left out for being too far from the others. */
  readonly books: number;
  readonly leftOut: number;
  /** Weighted standard deviation of the books' logits, averaged over the outcomes: 0 when they all agree. */
  readonly dispersion: number;
  /** (Σ freshness/margin²)^-½: what the books together would be if they were one, as his margin. */
  readonly jointMargin: number;
}

/** A margin under one per cent is no better informed than one per cent. */
const LEAST_MARGIN = 0.01;
/** A book that pays out more than it takes is more likely wrong than generous. */
const MOST_NEGATIVE_MARGIN = -0.02;
/** Fewer books than this have no median to be far from. */
const ENOUGH_FOR_OUTLIERS = 4;
/**
 * Agreement can be so close that the deviation says nothing. Four of these in the logit are 17 % of the odds; honest
 * books differ by less (docs/truth.md, Markets).
 */
const LEAST_DEVIATION = 0.04;

/** Two outcomes: additive (which is Shin's there) did best; more: goto (docs/truth.md, Markets). */
export const methodFor = (outcomes: number): DevigMethod => (outcomes === 2 ? 'additive' : 'goto');

/** Σ1/price − 1: what a book keeps of the stakes when all outcomes are backed evenly. */
export function marginOf(prices: readonly number[]): number {
  let sum = -1;
  for (const price of prices) sum += 1 / price;
  return sum;
}

/**
 * The market's opinion from whole books: each freed of its margin, then pooled as logarithms with weights
 * freshness/margin², without those more than `deviations` median absolute deviations of the logit away from the median.
 * `undefined` when no book is usable.
 */
export function consensusOf(books: readonly WholeBook[], deviations: number): Consensus | undefined {
  const usable = books.filter(({ prices }) => marginOf(prices) >= MOST_NEGATIVE_MARGIN);
  const size = usable[0]?.prices.length ?? 0;
  if (size < 2) return undefined;
  const method = methodFor(size);
  const opinions = usable.map(({ prices, freshness }): Opinion => {
    const probabilities = fairProbabilities(prices, method);
    return {
      probabilities,
      logits: probabilities.map(logit),
      weight: freshness / Math.max(marginOf(prices), LEAST_MARGIN) ** 2,
    };
  });
  const kept = withoutOutliers(opinions, size, deviations);
  return { ...pool(kept, size), method, books: kept.length, leftOut: opinions.length - kept.length };
}

/** A book freed of its margin. */
interface Opinion {
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
  readonly weight: number;
}

function pool(opinions: readonly Opinion[], size: number) {
  let total = 0;
  for (const { weight } of opinions) total += weight;
  const probabilities: number[] = [];
  let spread = 0;
  let sum = 0;
  for (let outcome = 0; outcome < size; outcome++) {
    let log = 0;
    let mean = 0;
    let square = 0;
    for (const opinion of opinions) {
      const share = opinion.weight / total;
      const place = opinion.logits[outcome] ?? 0;
      log += share * Math.log(opinion.probabilities[outcome] ?? 0);
      mean += share * place;
      square += share * place * place;
    }
    const p = Math.exp(log);
    probabilities.push(p);
    sum += p;
    spread += Math.sqrt(Math.max(0, square - mean * mean));
  }
  for (let outcome = 0; outcome < size; outcome++)
    probabilities[outcome] = (probabilities[outcome] ?? 0) / sum;
  return { probabilities, dispersion: spread / size, jointMargin: 1 / Math.sqrt(total) };
}

/** The opinions that are not too far from the median in any outcome; all of them when that would leave none. */
function withoutOutliers(opinions: readonly Opinion[], size: number, deviations: number): readonly Opinion[] {
  if (opinions.length < ENOUGH_FOR_OUTLIERS) return opinions;
  const far = new Set<Opinion>();
  for (let outcome = 0; outcome < size; outcome++) {
    const middle = median(opinions.map(({ logits }) => logits[outcome] ?? 0));
    const distances = opinions.map(({ logits }) => Math.abs((logits[outcome] ?? 0) - middle));
    const furthest = deviations * Math.max(LEAST_DEVIATION, median(distances));
    for (const [at, opinion] of opinions.entries()) if ((distances[at] ?? 0) > furthest) far.add(opinion);
  }
  if (far.size === 0 || far.size === opinions.length) return opinions;
  return opinions.filter((opinion) => !far.has(opinion));
}

const logit = (p: number): number => Math.log(p / (1 - p));

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}
