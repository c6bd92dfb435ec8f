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
