import { mergeMarkets, type SourceMarkets } from '../../src/aggregation/merge-markets.ts';
import { defaultPolicy } from '../../src/aggregation/policy.ts';
import { matchId, providerId } from '../../src/domain/ids.ts';
import type { MarketClaim } from '../../src/domain/market.ts';
import type { Match } from '../../src/domain/match.ts';
import { after, epochMs, hours } from '../../src/domain/time.ts';
import type { MarketView } from '../../src/domain/view.ts';
import type { Books } from './games.ts';

const NOW = epochMs(Date.UTC(2026, 0, 3, 12));
const provider = providerId('books');

const match: Match = {
  id: matchId('m-game'),
  sport: 'soccer',
  league: 'eval',
  leagueName: 'Evaluation',
  home: { name: 'Home' },
  away: { name: 'Away' },
  startsAt: after(NOW, hours(1)),
  startPrecision: 'minute',
  links: [],
  createdAt: NOW,
};

/** What a provider who passes on all these books would tell us. */
export function sourceOf(books: Books): SourceMarkets {
  const claims = Object.entries(books).map(([bookmaker, prices]): MarketClaim => {
    const names = prices.length === 3 ? ['home', 'draw', 'away'] : ['home', 'away'];
    return {
      bookmaker,
      market: 'h2h',
      period: 'match',
      suspended: false,
      quotes: prices.map((price, at) => ({ outcome: names[at] ?? '', price })),
    };
  });
  return { provider, claims, observedAt: NOW };
}

/** The market view the server would make of them; `undefined` when there is none. */
export function served(source: SourceMarkets, previous: readonly MarketView[] = []): MarketView | undefined {
  const merge = { match, inPlay: false, previous, sources: [source], now: NOW, policy: defaultPolicy };
  return mergeMarkets(merge).views[0];
}

export interface FairPrice {
  /** [home, draw, away] or [home, away]. */
  readonly p: readonly number[];
  readonly method: string;
  readonly confidence: number;
}

/** The fair probabilities the server shows for these books; `undefined` when no book is whole. */
export function fairPrice(books: Books): FairPrice | undefined {
  const view = served(sourceOf(books));
  if (view === undefined) return undefined;
  const p = view.outcomes.flatMap(({ fairProbability }) => fairProbability ?? []);
  if (p.length !== view.outcomes.length) return undefined;
  return { p, method: `${view.basis?.method}, log pool`, confidence: view.confidence };
}
