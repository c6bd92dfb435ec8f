import type { MarketPeriod, MarketType } from '../../../domain/market.ts';
import { wordOf } from './status-words.ts';

const MARKETS: Readonly<Record<MarketType, readonly string[]>> = {
  h2h: ['moneyline', 'money_line', 'match_winner', 'match_odds', '1x2', 'win', 'winner'],
  spreads: ['spread', 'handicap', 'asian_handicap', 'point_spread', 'run_line', 'puck_line'],
  totals: ['total', 'over_under', 'overunder', 'total_goals', 'total_points'],
  outrights: ['outright', 'tournament_winner', 'race_winner'],
};

const BY_WORD: ReadonlyMap<string, MarketType> = new Map(
  (Object.entries(MARKETS) as [MarketType, readonly string[]][]).flatMap(([market, words]) =>
    [market, ...words].map((word) => [word, market] as const),
  ),
);

export const marketOf = (text: string): MarketType | undefined => BY_WORD.get(wordOf(text));

const PERIODS: ReadonlyMap<string, MarketPeriod> = new Map([
  ['match', 'match'],
  ['full_time', 'match'],
  ['first_half', 'first_half'],
  ['1st_half', 'first_half'],
  ['second_half', 'second_half'],
  ['2nd_half', 'second_half'],
]);

export const marketPeriodOf = (text: string): MarketPeriod | undefined => PERIODS.get(wordOf(text));

/** A bookmaker's key: `Bet 365` and `bet365` are one. */
export const bookmakerKey = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '')
    .slice(0, 64);
