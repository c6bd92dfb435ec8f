import type { BookmakerId } from '../domain/ids.ts';
import type { OutcomeName } from '../domain/market.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { MarketView, PriceQuote } from '../domain/view.ts';

/** One bookmaker's prices in a market that can be had now. */
export interface LiveBook {
  readonly bookmaker: BookmakerId;
  readonly quotes: ReadonlyMap<OutcomeName, PriceQuote>;
  /** His prices in the order of the market's outcomes, when he has all of them. */
  readonly whole: readonly number[] | undefined;
}

/** Nothing nearer than this to the others is 15 % off the fair price. */
const ODD = 1.08;
/** Where others offer more than this the outcome is so unlikely that a low price says nothing. */
const LONG = 6;

/**
 * A quick first look, since there are many markets and few with something in them: false when the best prices that can
 * be had cost more than they pay and none of them stands out.
 */
export function isWorthALook(market: MarketView, now: EpochMs, horizon: Millis): boolean {
  let inverseSum = 0;
  for (const { quotes } of market.outcomes) {
    let [count, sum, most, least] = [0, 0, 0, Number.POSITIVE_INFINITY];
    for (const { price, at, suspended } of quotes) {
      if (suspended === true || now - at > horizon) continue;
      count++;
      sum += price;
      if (price > most) most = price;
      if (price < least) least = price;
    }
    if (count === 0) {
      inverseSum = 1;
      continue;
    }
    inverseSum += 1 / most;
    if (count < 3) continue;
    const others = (sum - least) / (count - 1);
    if (most * (count - 1) > ODD * (sum - most) || (others <= LONG && least * ODD < others)) return true;
  }
  return inverseSum < 1;
}

/** The books of a market whose prices are active and were seen within the last `horizon`. */
export function liveBooks(market: MarketView, now: EpochMs, horizon: Millis): LiveBook[] {
  const books = new Map<BookmakerId, Map<OutcomeName, PriceQuote>>();
  for (const { name, quotes } of market.outcomes) {
    for (const quote of quotes) {
      if (quote.suspended === true || now - quote.at > horizon) continue;
      const known = books.get(quote.bookmaker);
      if (known) known.set(name, quote);
      else books.set(quote.bookmaker, new Map([[name, quote]]));
    }
  }
  return [...books].map(([bookmaker, quotes]) => ({ bookmaker, quotes, whole: wholeOf(market, quotes) }));
}

function wholeOf(
  { outcomes }: MarketView,
  quotes: ReadonlyMap<OutcomeName, PriceQuote>,
): readonly number[] | undefined {
  const prices: number[] = [];
  for (const { name } of outcomes) {
    const quote = quotes.get(name);
    if (quote === undefined) return undefined;
    prices.push(quote.price);
  }
  return prices;
}
