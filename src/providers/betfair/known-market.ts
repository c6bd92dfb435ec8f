import type { MarketType, OutcomeName } from '../../domain/market.ts';
import type { MatchReference } from '../../domain/match.ts';

/** A market that we can read prices of, with what only the catalogue tells: who its runners are. */
export interface KnownMarket {
  readonly marketId: string;
  readonly market: Extract<MarketType, 'h2h' | 'totals'>;
  readonly line?: number;
  /** The event: all its markets share `externalId`. */
  readonly match: MatchReference;
  /** By selection, in the order they are shown in. */
  readonly outcomes: ReadonlyMap<number, OutcomeName>;
}

/** The same number in every match. */
export const DRAW = 58_805;

const MATCH_ODDS = 'MATCH_ODDS';
/** `OVER_UNDER_25` is about 2.5 goals. */
const OVER_UNDER = /^OVER_UNDER_(\d{1,2})5$/;

/** What a market of that type is to us; `undefined` for one that we do not read. */
export function kindOf(marketType: string): Pick<KnownMarket, 'market' | 'line'> | undefined {
  if (marketType === MATCH_ODDS) return { market: 'h2h' };
  const [, whole] = OVER_UNDER.exec(marketType) ?? [];
  return whole === undefined ? undefined : { market: 'totals', line: Number(whole) + 0.5 };
}

/** The market types to ask for. */
export const marketTypes = (totals: boolean): string[] =>
  totals ? [MATCH_ODDS, 'OVER_UNDER_15', 'OVER_UNDER_25', 'OVER_UNDER_35'] : [MATCH_ODDS];
