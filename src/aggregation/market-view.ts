import type { OutcomeName } from '../domain/market.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { FairPriceBasis, MarketStatus, MarketView, OutcomeView, PriceQuote } from '../domain/view.ts';
import { type BookOffer, freshnessIn, isFresh, offerTime, oneOfEachBook } from './book-offers.ts';
import { type Consensus, consensusOf, type WholeBook } from './consensus.ts';
import { confidenceOf } from './market-confidence.ts';
import type { MergePolicy } from './policy.ts';

/** A price above this is a misprint (the longest outsiders stand at some thousands). */
const HIGHEST_PRICE = 100_000;
const ORDER: readonly OutcomeName[] = ['home', 'draw', 'away', 'over', 'under'];

/** One market from all offers in it; `undefined` when none of them carries a usable price. */
export function marketView(
  key: string,
  offers: readonly BookOffer[],
  now: EpochMs,
  horizon: Millis,
  policy: MergePolicy,
): MarketView | undefined {
  const books = oneOfEachBook(offers).filter(hasPrice);
  const [first] = books;
  if (first === undefined) return undefined;
  const fresh = books.filter((offer) => isFresh(offer, now, horizon));
  // Nobody fresh: what was last said still shows, with no best price, as stale.
  const heard = fresh.length > 0 ? fresh : books;
  const active = heard.filter(({ claim }) => !claim.suspended);
  const status: MarketStatus = active.length === 0 ? 'suspended' : 'open';
  const names = outcomeNames(books);
  const consensus = consensusOf(
    wholeBooks(active.length > 0 ? active : heard, names, horizon),
    policy.outlierDeviations,
  );
  const backable = new Set(fresh.length > 0 ? active : []);
  const outcomes = names.map((name, at) =>
    outcomeView(name, books, backable, consensus?.probabilities[at] ?? null),
  );
  const { market, period, line } = first.claim;
  return {
    key,
    market,
    period,
    line: line ?? null,
    status,
    outcomes,
    overround: overroundOf(outcomes),
    confidence: confidenceOf(consensus, { suspended: status === 'suspended', silent: fresh.length === 0 }),
    lastChangedAt: now,
    stale: fresh.length > 0 ? null : 'sources_silent',
    ...(consensus === undefined ? undefined : { basis: basisOf(consensus) }),
  };
}

const basisOf = ({ method, books, leftOut, dispersion }: Consensus): FairPriceBasis => ({
  method,
  books,
  leftOut,
  dispersion: Math.round(dispersion * 10_000) / 10_000,
});

const isPrice = (price: number): boolean => price > 1 && price <= HIGHEST_PRICE;

const hasPrice = ({ claim }: BookOffer): boolean => claim.quotes.some(({ price }) => isPrice(price));

function outcomeNames(books: readonly BookOffer[]): OutcomeName[] {
  const names = new Set<OutcomeName>();
  for (const { claim } of books)
    for (const quote of claim.quotes) if (isPrice(quote.price)) names.add(quote.outcome);
  return [...names].sort((a, b) => {
    const placeA = ORDER.indexOf(a);
    const placeB = ORDER.indexOf(b);
    if (placeA !== placeB) return (placeA < 0 ? ORDER.length : placeA) - (placeB < 0 ? ORDER.length : placeB);
    return a < b ? -1 : 1;
  });
}

const priceOf = ({ claim }: BookOffer, name: OutcomeName): number | undefined => {
  for (const { outcome, price } of claim.quotes) if (outcome === name && isPrice(price)) return price;
  return undefined;
};

/** Books with a price for every outcome: a part of a book says nothing about its margin. */
function wholeBooks(
  books: readonly BookOffer[],
  names: readonly OutcomeName[],
  horizon: Millis,
): WholeBook[] {
  const freshness = freshnessIn(books, horizon);
  const whole: WholeBook[] = [];
  for (const book of books) {
    const prices: number[] = [];
    for (const name of names) {
      const price = priceOf(book, name);
      if (price === undefined) break;
      prices.push(price);
    }
    if (prices.length === names.length) whole.push({ prices, freshness: freshness(book) });
  }
  return whole;
}

function outcomeView(
  name: OutcomeName,
  books: readonly BookOffer[],
  backable: ReadonlySet<BookOffer>,
  fairProbability: number | null,
): OutcomeView {
  const quotes: PriceQuote[] = [];
  let best: PriceQuote | null = null;
  for (const book of books) {
    const price = priceOf(book, name);
    if (price === undefined) continue;
    const quote: PriceQuote = {
      price,
      bookmaker: book.claim.bookmaker,
      provider: book.provider,
      at: offerTime(book),
      ...(book.claim.suspended ? { suspended: true } : undefined),
    };
    quotes.push(quote);
    if (backable.has(book) && (best === null || price > best.price)) best = quote;
  }
  return { name, best, fairProbability, quotes };
}

function overroundOf(outcomes: readonly OutcomeView[]): number | null {
  if (outcomes.length < 2) return null;
  let sum = -1;
  for (const { best } of outcomes) {
    if (best === null) return null;
    sum += 1 / best.price;
  }
  return sum;
}
