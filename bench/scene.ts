import { providerId } from '../src/domain/ids.ts';
import { type Observation, observe, type Statement } from '../src/domain/observation.ts';
import type { EpochMs } from '../src/domain/time.ts';
import { decode } from '../src/providers/the-odds-api/map.ts';
import { oddsBody } from './odds-body.ts';

const MATCHES = 10;
const BOOKMAKERS = 5;

export interface Play {
  /** When the first match was ten minutes old. */
  readonly begun: EpochMs;
  /** How many sources speak of the score. */
  readonly sources: number;
  readonly goals: number;
}

/** Ten matches with a market each, the first of them in play. */
export function scene(play: Play, now: EpochMs): Observation[] {
  return [...observe(statementsOf(play), stamp('the-odds-api', now)), ...goalsIn(play, now)];
}

/** What the sources say of the match in play. */
export function goalsIn(play: Play, now: EpochMs): Observation[] {
  const [first] = statementsOf(play);
  if (first === undefined) throw new Error('the scene is empty');
  const statement = scoreOf(first, play.goals);
  return Array.from({ length: play.sources }, (_, at) =>
    observe([statement], stamp(`source-${at}`, now)),
  ).flat();
}

function statementsOf({ begun }: Play): readonly Statement[] {
  const shape = { matches: MATCHES, bookmakers: BOOKMAKERS, markets: ['h2h'] } as const;
  const body: unknown = JSON.parse(oddsBody(shape, begun - 600_000, 0));
  return decode(body, { path: '/v4/sports/soccer_epl/odds?oddsFormat=decimal' }).statements;
}

const stamp = (provider: string, now: EpochMs) => ({
  provider: providerId(provider),
  requestedAt: now,
  receivedAt: now,
});

const scoreOf = ({ match }: Statement, goals: number): Statement => ({
  match,
  score: {
    status: 'live',
    score: { home: Math.ceil(goals / 2), away: Math.floor(goals / 2) },
    period: '1st Half',
    clock: { display: "10'" },
  },
});
