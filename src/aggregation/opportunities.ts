import type { OutcomeName } from '../domain/market.ts';
import { type EpochMs, type Millis, seconds } from '../domain/time.ts';
import type { MarketView, PriceQuote } from '../domain/view.ts';
import { marginOf } from './consensus.ts';
import { isWorthALook, type LiveBook, liveBooks } from './live-quotes.ts';
import { offPrices } from './price-errors.ts';

export const OPPORTUNITY_KINDS = ['arbitrage', 'probable_price_error'] as const;
export type OpportunityKind = (typeof OPPORTUNITY_KINDS)[number];

/**
 * Why: the best prices of several books pay more than they cost (`best_prices`), by more than books ever differ
 * (`too_good`); one book alone pays more than it costs (`one_book`); one book stands alone (`off_consensus`).
 */
export type OpportunityReason = 'best_prices' | 'too_good' | 'one_book' | 'off_consensus';

export interface Leg {
  readonly outcome: OutcomeName;
  readonly quote: PriceQuote;
  /** Share of the stakes that makes every outcome pay the same; `null` where one price is meant, not a set. */
  readonly stake: number | null;
  /** What the other books' consensus makes of the outcome; `null` where it was not asked. */
  readonly fairPrice: number | null;
}

export interface Opportunity {
  readonly kind: OpportunityKind;
  readonly reason: OpportunityReason;
  readonly legs: readonly Leg[];
  /** Σ1/price of the legs when they cover the market, else `null`. */
  readonly inverseSum: number | null;
}

export interface OpportunityRules {
  /** How old a price may be, before the start and in play. */
  readonly horizon: { readonly before: Millis; readonly inPlay: Millis };
  /** Σ1/best below this is more likely an error than a gift. */
  readonly leastSum: number;
  /** A price so much off the consensus (0.15: 15 %) likewise. */
  readonly offConsensus: number;
  /** As `MergePolicy.outlierDeviations`. */
  readonly outlierDeviations: number;
}

export const defaultOpportunityRules: OpportunityRules = {
  horizon: { before: seconds(60), inPlay: seconds(5) },
  leastSum: 0.97,
  offConsensus: 0.15,
  outlierDeviations: 4,
};

/** Three thirds may come out as less than 1. */
const ROUNDING = 1e-9;
/** A book that pays out more than this beyond what it takes covers only a part of the outcomes, or is wrong. */
const MOST_GENEROUS = -0.02;

/**
 * What the prices of one market (one kind, period and line) offer beyond their worth at `now`, from active and fresh
 * quotes only: each book that is off the consensus, then the set of best prices of the others when it costs less than
 * it pays. Empty when the market is suspended or stale.
 */
export function opportunitiesIn(
  market: MarketView,
  inPlay: boolean,
  now: EpochMs,
  rules: OpportunityRules = defaultOpportunityRules,
): Opportunity[] {
  if (market.status !== 'open' || market.stale !== null || market.outcomes.length < 2) return [];
  const horizon = inPlay ? rules.horizon.inPlay : rules.horizon.before;
  if (!isWorthALook(market, now, horizon)) return [];
  const books = comparable(market, liveBooks(market, now, horizon));
  if (books.length === 0) return [];
  const names = market.outcomes.map(({ name }) => name);
  const off = offPrices(books, names, rules.offConsensus, rules.outlierDeviations);
  const found: Opportunity[] = [...off.values()].map((prices) => ({
    kind: 'probable_price_error',
    reason: 'off_consensus',
    inverseSum: null,
    legs: prices.map(({ outcome, quote, fairPrice }) => ({ outcome, quote, fairPrice, stake: null })),
  }));
  const wrong = new Set([...off.values()].flat().map(({ quote }) => quote));
  const best = isCovered(market, books) ? bestSet(books, names, wrong) : undefined;
  return best === undefined ? found : [...found, judged(best, rules.leastSum)];
}

/** Books that settle alike: a handicap with a draw and one without share a line and nothing else. */
function comparable(market: MarketView, books: LiveBook[]): LiveBook[] {
  const isMixed = market.market === 'spreads' && market.outcomes.length > 2;
  return isMixed ? books.filter(({ whole }) => whole !== undefined) : books;
}

/**
 * True when the outcomes are all there can be: by the kind of market, or because a book takes a margin on them. Prices
 * of home and away alone may be what is left of a three-way market, and a list of runners may be a part.
 */
function isCovered({ key, market, outcomes }: MarketView, books: readonly LiveBook[]): boolean {
  const names = new Set(outcomes.map(({ name }) => name));
  if (market === 'totals') return names.size === 2 && names.has('over') && names.has('under');
  if (market === 'spreads') return names.has('home') && names.has('away');
  if (key.includes('_3_way')) return names.size === 3;
  return books.some(({ whole }) => whole !== undefined && marginOf(whole) >= MOST_GENEROUS);
}

/** The best price of each outcome, with their Σ1/price, when that is below 1. */
function bestSet(books: readonly LiveBook[], names: readonly OutcomeName[], wrong: ReadonlySet<PriceQuote>) {
  const quotes: PriceQuote[] = [];
  let inverseSum = 0;
  for (const name of names) {
    let best: PriceQuote | undefined;
    for (const { quotes: offered } of books) {
      const quote = offered.get(name);
      if (quote === undefined || wrong.has(quote)) continue;
      if (best === undefined || quote.price > best.price) best = quote;
    }
    if (best === undefined) return undefined;
    quotes.push(best);
    inverseSum += 1 / best.price;
  }
  if (inverseSum > 1 - ROUNDING) return undefined;
  const sum = inverseSum;
  const legs = quotes.map((quote, at): Leg => {
    return { outcome: names[at] ?? '', quote, stake: 1 / quote.price / sum, fairPrice: null };
  });
  return { legs, inverseSum };
}

function judged(
  best: { readonly legs: readonly Leg[]; readonly inverseSum: number },
  leastSum: number,
): Opportunity {
  if (best.inverseSum < leastSum) return { kind: 'probable_price_error', reason: 'too_good', ...best };
  const bookmakers = new Set(best.legs.map(({ quote }) => quote.bookmaker));
  // Nobody sells his whole book at a loss.
  if (bookmakers.size === 1) return { kind: 'probable_price_error', reason: 'one_book', ...best };
  return { kind: 'arbitrage', reason: 'best_prices', ...best };
}
