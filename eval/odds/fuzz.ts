import { consensusOf } from '../../src/aggregation/consensus.ts';
import { DEVIG_METHODS, type DevigMethod, fairProbabilities } from '../../src/aggregation/devig.ts';

/** What was broken, how often, with the first prices that showed it. */
export interface Broken {
  readonly rule: string;
  readonly times: number;
  readonly first: readonly number[];
}

const SUM_WITHIN = 1e-12;
const ORDER_WITHIN = 1e-15;
const PLACE_WITHIN = 1e-12;

/**
 * Tries `count` markets of 2 to 11 outcomes, usual ones, wild ones and ones at the edge of what is a price: every method
 * must answer inside (0, 1), sum to 1 within 1e-12, keep the order of the prices and not care where an outcome stands,
 * and a consensus of three books likewise. The same markets for the same seed.
 */
export function fuzz(
  count: number,
  seed: number,
): { readonly markets: number; readonly broken: readonly Broken[] } {
  const chance = dice(seed);
  const broken = new Map<string, { rule: string; times: number; first: readonly number[] }>();
  const note = (rule: string, prices: readonly number[]) => {
    const known = broken.get(rule);
    if (known) known.times++;
    else broken.set(rule, { rule, times: 1, first: prices });
  };
  for (let market = 0; market < count; market++) {
    const prices = somePrices(chance);
    for (const method of DEVIG_METHODS) checkMethod(prices, method, chance, note);
    if (market % 8 === 0) checkConsensus(prices, chance, note);
  }
  return { markets: count, broken: [...broken.values()] };
}

type Chance = () => number;
type Note = (rule: string, prices: readonly number[]) => void;

function checkMethod(prices: readonly number[], method: DevigMethod, chance: Chance, note: Note): void {
  const p = fairProbabilities(prices, method);
  if (!p.every((one) => one > 0 && one < 1)) note(`${method}: outside (0, 1)`, prices);
  if (!(Math.abs(sumOf(p) - 1) <= SUM_WITHIN)) note(`${method}: does not sum to 1`, prices);
  const order = prices.map((_, at) => at).sort((a, b) => (prices[a] ?? 0) - (prices[b] ?? 0));
  for (const [place, at] of order.entries()) {
    const shorter = order[place - 1];
    if (shorter !== undefined && !((p[shorter] ?? 0) >= (p[at] ?? 0) - ORDER_WITHIN))
      note(`${method}: not in the order of the prices`, prices);
  }
  const turn = Math.floor(chance() * prices.length);
  const moved = (at: number) => (prices.length - 1 - at + turn) % prices.length;
  const shuffled = prices.map((_, at) => prices[moved(at)] ?? 0);
  const again = fairProbabilities(shuffled, method);
  if (!again.every((one, at) => Math.abs(one - (p[moved(at)] ?? 0)) <= PLACE_WITHIN))
    note(`${method}: depends on the place`, prices);
}

function checkConsensus(prices: readonly number[], chance: Chance, note: Note): void {
  const near = () => prices.map((price) => 1 + (price - 1) * (0.9 + 0.2 * chance()));
  const books = [prices, near(), near()].map((whole, at) => ({ prices: whole, freshness: 0.5 ** at }));
  const found = consensusOf(books, 4);
  if (found === undefined) return;
  const { probabilities, dispersion, jointMargin } = found;
  if (!probabilities.every((p) => p > 0 && p < 1)) note('consensus: outside (0, 1)', prices);
  if (!(Math.abs(sumOf(probabilities) - 1) <= SUM_WITHIN)) note('consensus: does not sum to 1', prices);
  if (!(dispersion >= 0 && Number.isFinite(jointMargin + dispersion)))
    note('consensus: no dispersion', prices);
}

const LONGEST = 100_000;
const EDGES = [1.000_000_1, 1.01, 2, 1_000, LONGEST];

function somePrices(chance: Chance): number[] {
  const kind = chance();
  const size = kind < 0.5 ? 3 : kind < 0.75 ? 2 : 2 + Math.floor(chance() * 10);
  const style = chance();
  const each = <T>(make: () => T): T[] => Array.from({ length: size }, make);
  if (style < 0.1) return each(() => EDGES[Math.floor(chance() * EDGES.length)] ?? 2);
  if (style < 0.4) return each(() => 1 + Math.exp(chance() * 12 - 6) * (1 + chance()));
  const weights = each(() => 0.001 - Math.log(1 - chance()));
  const book = 0.97 + 0.4 * chance();
  const total = sumOf(weights);
  return weights.map((weight) => Math.min(LONGEST, Math.max(1.001, total / (book * weight))));
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Marsaglia's xorshift: quick, and good enough to stray. */
function dice(seed: number): Chance {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
