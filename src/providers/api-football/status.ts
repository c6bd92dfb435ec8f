import type { ScoreClaim } from '../../domain/observation.ts';
import { isScore, type MatchClock, type Score } from '../../domain/score.ts';
import { soccer } from '../../domain/sports/soccer.ts';
import { hasScore, type MatchStatus } from '../../domain/status.ts';
import type { Fixture } from './wire.ts';

interface Phase {
  readonly status: MatchStatus;
  readonly period?: string;
  /** Whether `elapsed` is running. */
  readonly clock?: true;
}

/** By `status.short`: the long names are ambiguous (`Match Finished` for three of them). */
const PHASES: ReadonlyMap<string, Phase> = new Map([
  ['TBD', { status: 'scheduled' }],
  ['NS', { status: 'scheduled' }],
  ['1H', { status: 'live', period: soccer.periodName(1), clock: true }],
  ['HT', { status: 'paused', period: soccer.breakName }],
  ['2H', { status: 'live', period: soccer.periodName(2), clock: true }],
  ['ET', { status: 'live', period: 'Extra Time', clock: true }],
  ['BT', { status: 'paused', period: 'Extra Time Break' }],
  ['P', { status: 'live', period: soccer.periodName(5) }],
  ['LIVE', { status: 'live', clock: true }],
  // Suspended may end on another day, interrupted goes on in minutes.
  ['SUSP', { status: 'suspended' }],
  ['INT', { status: 'paused' }],
  ['FT', { status: 'finished' }],
  ['AET', { status: 'finished' }],
  ['PEN', { status: 'finished' }],
  ['PST', { status: 'postponed' }],
  ['CANC', { status: 'cancelled' }],
  ['ABD', { status: 'abandoned' }],
  ['AWD', { status: 'awarded' }],
  ['WO', { status: 'awarded' }],
]);

/** What a fixture says of the state of play, or why it says nothing we can use. */
export function readScore({ fixture, goals, score }: Fixture): ScoreClaim | 'unknown_status' | 'bad_score' {
  const phase = PHASES.get(fixture.status.short);
  if (phase === undefined) return 'unknown_status';
  const { status, period } = phase;
  if (!hasScore(status)) return { status };
  const main = readPair(goals);
  const shootout = readPair(score?.penalty);
  if (main === 'bad_score' || shootout === 'bad_score') return 'bad_score';
  const clock = phase.clock ? readClock(fixture.status) : undefined;
  return {
    status,
    ...(main !== undefined && { score: main }),
    ...(period !== undefined && { period }),
    ...(clock !== undefined && { clock }),
    ...(shootout !== undefined && { shootout }),
  };
}

type Pair = Fixture['goals'] | null | undefined;

/** One side without the other is not a score. */
function readPair(pair: Pair): Score | undefined | 'bad_score' {
  const { home, away } = pair ?? {};
  if (typeof home !== 'number' && typeof away !== 'number') return undefined;
  if (typeof home !== 'number' || typeof away !== 'number') return 'bad_score';
  return isScore({ home, away }) ? { home, away } : 'bad_score';
}

/** Minutes only, so the clock has no seconds. `extra` has been told since 2024. */
function readClock({ elapsed, extra }: Fixture['fixture']['status']): MatchClock | undefined {
  if (typeof elapsed !== 'number' || elapsed < 0 || elapsed > 150) return undefined;
  const stoppage = typeof extra === 'number' && extra > 0 && extra < 60 ? `+${extra}'` : '';
  return { display: `${elapsed}'${stoppage}` };
}
