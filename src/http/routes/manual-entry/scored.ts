import type { Match } from '../../../domain/match.ts';
import type { Score } from '../../../domain/score.ts';

type Data = Readonly<Record<string, unknown>>;

const GOALS: ReadonlySet<string> = new Set(['goal', 'own_goal', 'penalty_goal']);
const SCORE_FIELDS = ['score', 'homeScore', 'home_score', 'awayScore', 'away_score'];

const wordOf = (text: unknown): string =>
  typeof text === 'string'
    ? text
        .trim()
        .toLowerCase()
        .replace(/[\s_-]+/g, '_')
    : '';

/** What an occurrence adds to the score; `undefined` when that is nothing, or cannot be told. */
export function scored(data: Data, match: Match): Score | undefined {
  if (data.inShootout === true || data.in_shootout === true) return undefined;
  const kind = wordOf(data.type);
  const points = GOALS.has(kind) ? 1 : kind === 'points' ? data.points : undefined;
  const side = sideOf(data.team, match);
  if (typeof points !== 'number' || side === undefined) return undefined;
  const isHome = (side === 'home') !== (kind === 'own_goal');
  return isHome ? { home: points, away: 0 } : { home: 0, away: points };
}

/** The side that is meant by `home`, `away` or the name of the team. */
export function sideOf(team: unknown, { home, away }: Match): 'home' | 'away' | undefined {
  const word = typeof team === 'string' ? team.trim().toLowerCase() : '';
  if (word === 'home' || word === home.name.toLowerCase()) return 'home';
  return word === 'away' || word === away.name.toLowerCase() ? 'away' : undefined;
}

export const tellsScore = (data: Data): boolean => SCORE_FIELDS.some((name) => data[name] !== undefined);

/** The score after `change`, forwards or back; never below nothing. */
export const moved = (score: Score | null, change: Score, direction: 1 | -1) => ({
  homeScore: Math.max(0, (score?.home ?? 0) + direction * change.home),
  awayScore: Math.max(0, (score?.away ?? 0) + direction * change.away),
});
