import type { Leg } from '../../../aggregation/opportunities.ts';
import { type EpochMs, iso } from '../../../domain/time.ts';
import type { Found } from './found.ts';

type PriceWriter = (decimal: number) => number | string;

/** An opportunity as the API shows it. Times are RFC 3339, ages in milliseconds at `now`. */
export function opportunityDocument({ view, market, opportunity }: Found, write: PriceWriter, now: EpochMs) {
  const { kind, reason, legs, inverseSum } = opportunity;
  return {
    kind,
    reason,
    marketId: `${view.id}:${market.key}`,
    matchId: view.id,
    homeTeam: view.match.home.name,
    awayTeam: view.match.away.name,
    startsAt: iso(view.match.startsAt),
    market: market.market,
    period: market.period,
    line: market.line,
    inverseSum,
    return: inverseSum === null ? null : 1 / inverseSum - 1,
    legs: legs.map((leg) => legDocument(leg, write, now)),
  };
}

const legDocument = ({ outcome, quote, stake, fairPrice }: Leg, write: PriceWriter, now: EpochMs) => ({
  outcome,
  price: write(quote.price),
  fairPrice: fairPrice === null ? null : write(fairPrice),
  bookmaker: quote.bookmaker,
  provider: quote.provider,
  at: iso(quote.at),
  ageMs: Math.max(0, now - quote.at),
  stake,
});
