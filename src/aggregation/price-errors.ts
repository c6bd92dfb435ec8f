import type { OutcomeName } from '../domain/market.ts';
import type { PriceQuote } from '../domain/view.ts';
import { consensusOf, methodFor } from './consensus.ts';
import { fairProbabilities } from './devig.ts';
import type { LiveBook } from './live-quotes.ts';

/** A price far from what the other books make of the outcome. */
export interface OffPrice {
  readonly outcome: OutcomeName;
  readonly quote: PriceQuote;
  /** The price at which the other books' consensus would neither win nor lose. */
  readonly fairPrice: number;
}

/**
 * A book may ask more for a likely outcome than the others; for an unlikely one they all do, each as he likes, and a
 * low price is no sign of an error.
 */
const LIKELY = 0.2;
/** Probabilities this near are never far apart, whatever their ratio. */
const NEAR = 0.02;
/** Two that differ cannot say which of them is wrong. */
const LEAST_OTHERS = 2;

/**
 * The prices that one book has wrong by `limit` (0.15: 15 %) or more against the consensus of the others: above the fair
 * price by so much, or below it by so much when the margin is allowed for. Only where most of the others agree.
 */
export function offPrices(
  books: readonly LiveBook[],
  names: readonly OutcomeName[],
  limit: number,
  deviations: number,
): ReadonlyMap<LiveBook, readonly OffPrice[]> {
  const off = new Map<LiveBook, readonly OffPrice[]>();
  const middle = names.map((name) => medianPrice(books, name));
  const suspects = books.filter(({ quotes }) =>
    names.some((name, at) => isOdd(quotes.get(name), middle[at])),
  );
  if (suspects.length === 0 || books.length <= LEAST_OTHERS) return off;
  const method = methodFor(names.length);
  const fair = new Map<LiveBook, readonly number[]>();
  for (const book of books) if (book.whole) fair.set(book, fairProbabilities(book.whole, method));
  for (const book of suspects) {
    const others = agreeing(
      [...fair.keys()].filter((one) => one !== book),
      fair,
      limit,
    );
    const whole = others.flatMap(({ whole: prices }) => (prices ? [{ prices, freshness: 1 }] : []));
    const consensus = consensusOf(whole, deviations);
    if (consensus === undefined) continue;
    const own = fair.get(book);
    const found: OffPrice[] = [];
    for (const [at, outcome] of names.entries()) {
      const quote = book.quotes.get(outcome);
      const p = consensus.probabilities[at] ?? 0;
      if (quote === undefined || p === 0) continue;
      const high = quote.price * p >= 1 + limit;
      const usual = medianPrice(others, outcome);
      const low = p >= LIKELY && quote.price * (1 + limit) <= usual && (own?.[at] ?? 0) >= p * (1 + limit);
      if (high || low) found.push({ outcome, quote, fairPrice: 1 / p });
    }
    if (found.length > 0) off.set(book, found);
  }
  return off;
}

/** No price so near to the middle one is 15 % off the fair one. */
const isOdd = (quote: PriceQuote | undefined, middle = 0): boolean =>
  quote !== undefined && (quote.price > 1.08 * middle || quote.price * 1.08 < middle);

/** Those of the books that are close to the middle one in every outcome, when they are most of them; else none. */
function agreeing(
  books: readonly LiveBook[],
  fair: ReadonlyMap<LiveBook, readonly number[]>,
  limit: number,
): readonly LiveBook[] {
  const size = books[0] ? (fair.get(books[0])?.length ?? 0) : 0;
  const middle = Array.from({ length: size }, (_, at) =>
    median(books.map((book) => fair.get(book)?.[at] ?? 0)),
  );
  const close = books.filter((book) =>
    middle.every((m, at) => Math.abs((fair.get(book)?.[at] ?? 0) - m) <= Math.max(NEAR, limit * m)),
  );
  return close.length >= LEAST_OTHERS && 2 * close.length > books.length ? close : [];
}

function medianPrice(books: readonly LiveBook[], outcome: OutcomeName): number {
  const prices: number[] = [];
  for (const { quotes } of books) {
    const quote = quotes.get(outcome);
    if (quote !== undefined) prices.push(quote.price);
  }
  return median(prices);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}
