import { type MarketClaim, marketKey } from '../../domain/market.ts';
import { type EpochMs, parseInstant } from '../../domain/time.ts';
import { wireName } from '../wire-text.ts';
import { type EventContext, readMarket } from './markets.ts';
import { type Bookmaker, isBookmaker, isMarket } from './wire.ts';

/** Called for each element that is left out. */
export type Drop = (where: string, why: string) => void;

/**
 * All that the bookmakers offer on one event. `undefined` when they offer something and none of it could be read: an
 * empty list would say that it was withdrawn. A lay side alone is no offer.
 */
export function readBookmakers(
  bookmakers: readonly unknown[],
  context: EventContext,
  where: string,
  drop: Drop,
): readonly MarketClaim[] | undefined {
  const claims: MarketClaim[] = [];
  const seen = new Set<string>();
  let leftOut = false;
  const leaveOut: Drop = (at, why) => {
    if (why !== 'lay_price') leftOut = true;
    drop(`${where}.${at}`, why);
  };
  for (const [index, bookmaker] of bookmakers.entries()) {
    if (!isBookmaker(bookmaker)) leaveOut(`bookmakers[${index}]`, 'wrong_type');
    else if (seen.has(bookmaker.key)) leaveOut(`bookmakers[${index}]`, 'repeated_bookmaker');
    else {
      seen.add(bookmaker.key);
      readOffer(bookmaker, index, context, claims, leaveOut);
    }
  }
  return claims.length === 0 && leftOut ? undefined : claims;
}

function readOffer(
  bookmaker: Bookmaker,
  index: number,
  context: EventContext,
  claims: MarketClaim[],
  drop: Drop,
): void {
  const id = bookmaker.key.toLowerCase();
  const name = wireName(bookmaker.title) ?? bookmaker.key;
  const updatedAt = readTime(bookmaker.last_update);
  const keys = new Set<string>();
  for (const [place, market] of bookmaker.markets.entries()) {
    const read = isMarket(market)
      ? readMarket(
          market,
          { id, name },
          timeOf(market.last_update, bookmaker.last_update, updatedAt),
          context,
        )
      : 'wrong_type';
    if (typeof read === 'string') {
      drop(`bookmakers[${index}].markets[${place}]`, read);
      continue;
    }
    for (const claim of read) {
      const key = marketKey(claim);
      if (keys.has(key)) drop(`bookmakers[${index}].markets[${place}]`, 'repeated_market');
      else {
        keys.add(key);
        claims.push(claim);
      }
    }
  }
}

type Written = string | null | undefined;

// Mostly all markets of a bookmaker carry its own time, which then need not be read again.
const timeOf = (own: Written, shared: Written, read: EpochMs | undefined): EpochMs | undefined =>
  own === undefined || own === null || own === shared ? read : readTime(own);

const readTime = (written: Written): EpochMs | undefined =>
  written === undefined || written === null ? undefined : parseInstant(written);
