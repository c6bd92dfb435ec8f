import type { BookmakerId, ProviderId } from '../domain/ids.ts';
import type { MarketClaim, Quote } from '../domain/market.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { MarketView } from '../domain/view.ts';

/** A bookmaker's offer in one market with how we came by it. */
export interface BookOffer {
  readonly claim: MarketClaim;
  readonly provider: ProviderId;
  readonly observedAt: EpochMs;
}

/** When the price was seen: the bookmaker's own time if we have it. */
export const offerTime = ({ claim, observedAt }: BookOffer): EpochMs => claim.statedAt ?? observedAt;

export const isFresh = (offer: BookOffer, now: EpochMs, horizon: Millis): boolean =>
  now - offer.observedAt <= horizon;

/**
 * How much each of the offers counts by its age: 1 within a quarter of the horizon behind the newest, then half as much
 * for each further quarter. Steps, and against the newest instead of the clock, so that nothing moves by waiting.
 */
export function freshnessIn(offers: readonly BookOffer[], horizon: Millis): (offer: BookOffer) => number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { observedAt } of offers) newest = Math.max(newest, observedAt);
  return ({ observedAt }) => 0.5 ** Math.min(20, Math.floor((4 * (newest - observedAt)) / horizon));
}

/** One offer a bookmaker, the fresher where two providers pass him on, ordered by bookmaker. */
export function oneOfEachBook(offers: readonly BookOffer[]): BookOffer[] {
  const newest = new Map<BookmakerId, BookOffer>();
  for (const offer of offers) {
    const known = newest.get(offer.claim.bookmaker);
    if (known === undefined || isFresher(offer, known)) newest.set(offer.claim.bookmaker, offer);
  }
  return [...newest.values()].sort((a, b) => (a.claim.bookmaker < b.claim.bookmaker ? -1 : 1));
}

function isFresher(a: BookOffer, b: BookOffer): boolean {
  const statedA = a.claim.statedAt;
  const statedB = b.claim.statedAt;
  if (statedA !== undefined && statedB !== undefined && statedA !== statedB) return statedA > statedB;
  if (a.observedAt !== b.observedAt) return a.observedAt > b.observedAt;
  return a.provider < b.provider;
}

interface Remembered {
  readonly provider: ProviderId;
  readonly observedAt: EpochMs;
  readonly suspended: boolean;
  readonly quotes: Quote[];
}

/** The offers that a view was made of, as far as it still tells. */
export function offersOf(view: MarketView): BookOffer[] {
  const offers = new Map<BookmakerId, Remembered>();
  const allSuspended = view.status === 'suspended';
  for (const { name, quotes } of view.outcomes) {
    for (const { bookmaker, provider, price, at, suspended = allSuspended } of quotes) {
      const quote = { outcome: name, price };
      const known = offers.get(bookmaker);
      if (known) known.quotes.push(quote);
      else offers.set(bookmaker, { provider, observedAt: at, suspended, quotes: [quote] });
    }
  }
  const { market, period, line } = view;
  const shared = { market, period, ...(line === null ? undefined : { line }) };
  return [...offers].map(([bookmaker, { provider, observedAt, suspended, quotes }]) => ({
    claim: { ...shared, bookmaker, suspended, quotes },
    provider,
    observedAt,
  }));
}
