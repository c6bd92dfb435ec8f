import { providerId } from '../src/domain/ids.ts';
import { type Observation, observe, type Statement } from '../src/domain/observation.ts';
import { type EpochMs, epochMs } from '../src/domain/time.ts';
import { decode } from '../src/providers/the-odds-api/map.ts';
import { oddsBody } from './odds-body.ts';

const MATCHES = 10;
const BOOKMAKERS = 5;
const SOURCES = ['stadium', 'wire', 'agency'] as const;

/** Ten matches with a market each, the first of them in play; every call says the same, but for the time and goals. */
export function scene(begun: EpochMs, now: EpochMs, goals = 1): Observation[] {
  const from = begun - 600_000;
  const body: unknown = JSON.parse(
    oddsBody({ matches: MATCHES, bookmakers: BOOKMAKERS, markets: ['h2h'] }, from, 0),
  );
  const { statements } = decode(body, { path: '/v4/sports/soccer_epl/odds?oddsFormat=decimal' });
  const [first] = statements;
  if (first === undefined) throw new Error('the scene is empty');
  const stamp = (provider: string) => ({ provider: providerId(provider), requestedAt: now, receivedAt: now });
  return [
    ...observe(statements, stamp('the-odds-api')),
    ...SOURCES.flatMap((source) => observe([scoreOf(first, goals)], stamp(source))),
  ];
}

/** One source's word on the match in play of the scene. */
export function goalOf(begun: EpochMs, goals: number): Observation[] {
  return scene(begun, epochMs(Date.now()), goals).slice(-SOURCES.length);
}

const scoreOf = ({ match }: Statement, goals: number): Statement => ({
  match,
  score: {
    status: 'live',
    score: { home: Math.ceil(goals / 2), away: Math.floor(goals / 2) },
    period: '1st Half',
    clock: { display: "10'" },
  },
});
