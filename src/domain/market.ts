import type { BookmakerId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** Kinds of market; the words are those bookmakers' APIs share. */
export const MARKET_TYPES = ['h2h', 'spreads', 'totals', 'outrights'] as const;
export type MarketType = (typeof MARKET_TYPES)[number];

/**
 * Which part of the match settles the market: the whole of it as the sport's `h2h` rules say, or one of its parts.
 */
export type MarketPeriod = 'match' | 'first_half' | 'second_half';

/**
 * `home`, `draw`, `away`, `over`, `under`; for outrights the participant's name. Which side a spread belongs to is in
 * the name, its points are the market's line seen from the home side.
 */
export type OutcomeName = string;

/** One price for one outcome. Decimal odds: stake included, above 1. */
export interface Quote {
  readonly outcome: OutcomeName;
  readonly price: number;
}

/** One bookmaker's offer in one market, as one provider passes it on. */
export interface MarketClaim {
  readonly bookmaker: BookmakerId;
  readonly bookmakerName?: string;
  readonly market: MarketType;
  readonly period: MarketPeriod;
  /** Handicap of the home side (`spreads`) or total points (`totals`); absent elsewhere. */
  readonly line?: number;
  readonly suspended: boolean;
  /** When the bookmaker last changed or confirmed it, if the source says so. */
  readonly statedAt?: EpochMs;
  readonly quotes: readonly Quote[];
}

/**
 * Identity of a market inside its match: `h2h`, `spreads:-2.5`, `totals:219.5`, `first_half:totals:1.5`. A two-way and
 * a three-way `h2h` settle differently and never share a key.
 */
export function marketKey(claim: Pick<MarketClaim, 'market' | 'period' | 'line' | 'quotes'>): string {
  const period = claim.period === 'match' ? '' : `${claim.period}:`;
  const ways = claim.market === 'h2h' && claim.quotes.some((q) => q.outcome === 'draw') ? '_3_way' : '';
  const line = claim.line === undefined ? '' : `:${claim.line}`;
  return `${period}${claim.market}${ways}${line}`;
}
