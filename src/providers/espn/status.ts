import type { ScoreClaim } from '../../domain/observation.ts';
import { isScore, type MatchClock, type Score } from '../../domain/score.ts';
import { type SportId, sportRules } from '../../domain/sports/index.ts';
import { ordinal, overtime } from '../../domain/sports/ordinal.ts';
import { hasScore, type MatchStatus } from '../../domain/status.ts';
import type { Competition, Competitor, Status } from './wire.ts';

const BY_NAME: ReadonlyMap<string, MatchStatus> = new Map([
  ['STATUS_SCHEDULED', 'scheduled'],
  ['STATUS_TBD', 'scheduled'],
  ['STATUS_IN_PROGRESS', 'live'],
  ['STATUS_FIRST_HALF', 'live'],
  ['STATUS_SECOND_HALF', 'live'],
  ['STATUS_OVERTIME', 'live'],
  ['STATUS_EXTRA_TIME', 'live'],
  ['STATUS_SHOOTOUT', 'live'],
  ['STATUS_END_PERIOD', 'paused'],
  ['STATUS_HALFTIME', 'paused'],
  ['STATUS_HALFTIME_ET', 'paused'],
  ['STATUS_END_OF_REGULATION', 'paused'],
  ['STATUS_END_OF_EXTRATIME', 'paused'],
  ['STATUS_SUSPENDED', 'suspended'],
  ['STATUS_POSTPONED', 'postponed'],
  ['STATUS_CANCELED', 'cancelled'],
  ['STATUS_UNCONTESTED', 'cancelled'],
  ['STATUS_ABANDONED', 'abandoned'],
  ['STATUS_FORFEIT', 'awarded'],
]);

const BREAKS: ReadonlySet<string> = new Set(['STATUS_HALFTIME']);

/**
 * Our status for theirs; `undefined` when it contradicts itself or is over in a way we do not know. Names decide;
 * delays, finals and names we have not met go by the state, and only `completed` makes a final.
 */
export function statusOf({ type }: Status): MatchStatus | undefined {
  const named = BY_NAME.get(type.name);
  if (named !== undefined) return named;
  const delayed = type.name === 'STATUS_DELAYED' || type.name === 'STATUS_RAIN_DELAY';
  if (type.state === 'pre') return 'scheduled';
  if (type.state === 'in') return delayed ? 'paused' : 'live';
  return type.state === 'post' && type.completed === true ? 'finished' : undefined;
}

/** Raised for a score that is none; the event is then left out whole. */
export type BadScore = 'bad_score';

/** The claim of a competition in a status we know; `bad_score` when the wire has a score that cannot be one. */
export function claimOf(
  sport: SportId,
  status: MatchStatus,
  wire: Status,
  competition: Competition,
  sides: { readonly home: Competitor; readonly away: Competitor },
): ScoreClaim | BadScore {
  const started = status === 'live' || status === 'paused' || (wire.period ?? 0) >= 1;
  // The wire says "0" before the start, for a postponed match and for a forfeit: a number that nobody scored.
  const told = hasScore(status) && (started || status === 'finished' || status === 'awarded');
  const score = told ? scoreOf(sides.home.score, sides.away.score) : undefined;
  if (score === 'bad_score') return score;
  const playing = status === 'live' || status === 'paused' || status === 'suspended';
  const period = playing ? periodOf(sport, wire, competition) : undefined;
  const clock = status === 'live' ? clockOf(sport, wire) : undefined;
  const shootout = told ? shootoutOf(sides.home.shootoutScore, sides.away.shootoutScore) : undefined;
  const shown = score !== undefined && !(status === 'awarded' && score.home === 0 && score.away === 0);
  return {
    status,
    ...(shown && { score }),
    ...(period !== undefined && { period }),
    ...(clock !== undefined && { clock }),
    ...(shootout !== undefined && { shootout }),
  };
}

function scoreOf(home: Competitor['score'], away: Competitor['score']): Score | undefined | BadScore {
  if (isAbsent(home) && isAbsent(away)) return undefined;
  const score = { home: countOf(home), away: countOf(away) };
  return isScore(score) ? score : 'bad_score';
}

const isAbsent = (value: Competitor['score']): boolean =>
  value === undefined || value === null || value === '';

const countOf = (value: Competitor['score']): number =>
  typeof value === 'number' ? value : /^\d{1,4}$/.test(value ?? '') ? Number(value) : Number.NaN;

function shootoutOf(home: number | null | undefined, away: number | null | undefined): Score | undefined {
  if (typeof home !== 'number' || typeof away !== 'number') return undefined;
  return isScore({ home, away }) ? { home, away } : undefined;
}

function periodOf(sport: SportId, wire: Status, competition: Competition): string | undefined {
  const rules = sportRules(sport);
  if (BREAKS.has(wire.type.name)) return rules.breakName;
  if (wire.type.name === 'STATUS_SHOOTOUT') return sport === 'soccer' ? 'Penalties' : 'Shootout';
  const period = wire.period ?? 0;
  if (period < 1 || period > 100) return undefined;
  // College basketball plays two halves, where the sport has four quarters.
  const halves = competition.format?.regulation?.periods === 2 && rules.regulationPeriods === 4;
  if (halves) return period <= 2 ? `${ordinal(period)} Half` : overtime(period - 2);
  return rules.periodName(period);
}

function clockOf(sport: SportId, wire: Status): MatchClock | undefined {
  const display = wire.displayClock?.trim() ?? '';
  // Innings have no clock; the wire says 0:00 all the same.
  if (sport === 'baseball' || !/^[\d:.'+ ]{1,16}$/.test(display)) return undefined;
  const seconds = wire.clock;
  const known = typeof seconds === 'number' && seconds >= 0 && seconds <= 36_000;
  return known ? { display, seconds } : { display };
}
