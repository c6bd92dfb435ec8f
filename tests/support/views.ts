import { type MatchId, type MatchLink, matchId, providerId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { scoreMessage } from '../../src/domain/messages.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { MarketView, ScoreView, Stream } from '../../src/domain/view.ts';
import type { CommitResult, LiveStore, ViewChange } from '../../src/ports/live-store.ts';

const NOON = epochMs(Date.parse('2026-01-03T12:00:00Z'));

export function aMatch(id: string, changes: Partial<Match> = {}): Match {
  return {
    id: matchId(id),
    sport: 'soccer',
    league: 'epl',
    leagueName: 'Premier League',
    home: { name: 'Northgate Rovers' },
    away: { name: 'Harbour Athletic' },
    startsAt: NOON,
    startPrecision: 'minute',
    links: [aLink('espn', id)],
    createdAt: NOON,
    ...changes,
  };
}

export const aLink = (provider: string, externalId: string): MatchLink => ({
  provider: providerId(provider),
  externalId,
});

export const aScore = (home: number, away: number, changes: Partial<ScoreView> = {}): ScoreView => ({
  status: 'live',
  period: '2nd Half',
  clock: "58'",
  score: { home, away },
  shootout: null,
  confidence: 0.9,
  sources: [
    { provider: providerId('espn'), status: 'live', score: { home, away }, observedAt: NOON, agrees: true },
  ],
  stale: null,
  updatedAt: NOON,
  ...changes,
});

export const aMarket = (key: string): MarketView => ({
  key,
  market: 'h2h',
  period: 'match',
  line: null,
  status: 'open',
  outcomes: [],
  overround: null,
  confidence: 0.5,
  lastChangedAt: NOON,
  stale: null,
});

/** Where the next change of a stream has to start from. */
export const positionOf = (store: LiveStore, id: MatchId, stream: Stream = 'scores') =>
  store.view(id)?.position[stream] ?? { epoch: store.epoch(), seq: 0 };

/** A change of the score, computed from what `store` shows now. */
export function scoreChange(
  store: LiveStore,
  match: Match,
  home: number,
  changes: Partial<ViewChange> = {},
): ViewChange {
  const scores = aScore(home, 0);
  return {
    match,
    basedOn: positionOf(store, match.id),
    scores,
    stream: 'scores',
    message: scoreMessage(match, scores, undefined, NOON),
    fence: 1,
    ...changes,
  };
}

export const marketChange = (store: LiveStore, match: Match, keys: readonly string[]): ViewChange => ({
  match,
  basedOn: positionOf(store, match.id, 'markets'),
  markets: keys.map(aMarket),
  stream: 'markets',
  message: JSON.stringify({ type: 'market_update', matchId: match.id, data: { keys } }),
  fence: 1,
});

/** Commits scores 1-0, 2-0, … and answers the positions they got. */
export async function commitScores(store: LiveStore, match: Match, count: number): Promise<string[]> {
  const positions: string[] = [];
  for (let home = 1; home <= count; home++) positions.push(place(await commitScore(store, match, home)));
  return positions;
}

export const commitScore = (store: LiveStore, match: Match, home: number): Promise<CommitResult> =>
  store.commit(scoreChange(store, match, home));

/** `epoch:seq` of a commit; throws when it was none. */
export function place(result: CommitResult): string {
  if (result.outcome !== 'committed') throw new Error(`not committed: ${JSON.stringify(result)}`);
  return `${result.position.epoch}:${result.position.seq}`;
}
