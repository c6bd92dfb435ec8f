import { type Static, Type } from 'typebox';
import type { ScoreClaim } from '../../../domain/observation.ts';
import type { MatchClock, Score } from '../../../domain/score.ts';
import { type SportId, sportRules } from '../../../domain/sports/index.ts';
import { hasScore, type MatchStatus } from '../../../domain/status.ts';
import type { Complain } from '../define-event-type.ts';
import { textField } from './text-field.ts';

const points = (description: string) => Type.Integer({ minimum: 0, maximum: 2_000, description });
const scoreField = (description: string) =>
  Type.Object({ home: points('Home side.'), away: points('Away side.') }, { description });

/** The fields that tell the state of play. */
export const playFields = {
  homeScore: Type.Optional(points('Points of the home side; extra time counts, a shoot-out does not.')),
  awayScore: Type.Optional(points('Points of the away side.')),
  score: Type.Optional(scoreField('The same as `homeScore` and `awayScore`, in one object.')),
  shootout: Type.Optional(scoreField('Goals of a penalty shoot-out.')),
  period: Type.Optional(
    Type.Union([textField(60, 'As the sport names it.'), Type.Integer({ minimum: 1, maximum: 100 })], {
      description: 'The period by its name (`2nd Half`) or number.',
    }),
  ),
  clock: Type.Optional(
    Type.Union([
      textField(20, "As the sport writes it: `58'`, `11:47`."),
      Type.Object({
        display: textField(20, 'As the sport writes it.'),
        seconds: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
      }),
    ]),
  ),
};

const playSchema = Type.Object(playFields);
type PlayFields = Static<typeof playSchema>;

/** The state of play in the normal form; all of it may be absent. */
export interface Play {
  readonly score?: Score;
  readonly shootout?: Score;
  readonly period?: string;
  readonly periodNumber?: number;
  readonly clock?: MatchClock;
}

export function playOf(data: PlayFields, sport: SportId | undefined, complain: Complain): Play {
  const score = scoreOf(data, complain);
  const { shootout, period, clock } = data;
  return {
    ...(score !== undefined && { score }),
    ...(shootout !== undefined && { shootout: { home: shootout.home, away: shootout.away } }),
    ...(typeof period === 'string' && { period: period.trim() }),
    ...(typeof period === 'number' && { period: periodName(sport, period), periodNumber: period }),
    ...(clock !== undefined && { clock: clockOf(clock) }),
  };
}

function scoreOf({ score, homeScore, awayScore }: PlayFields, complain: Complain): Score | undefined {
  if ((homeScore === undefined) !== (awayScore === undefined))
    complain(homeScore === undefined ? '/homeScore' : '/awayScore', 'is missing: a score has two sides');
  const apart =
    homeScore === undefined || awayScore === undefined ? undefined : { home: homeScore, away: awayScore };
  if (score === undefined) return apart;
  if (apart !== undefined && (apart.home !== score.home || apart.away !== score.away))
    complain('/score', 'contradicts homeScore and awayScore');
  return { home: score.home, away: score.away };
}

const periodName = (sport: SportId | undefined, period: number): string =>
  sport === undefined ? `Period ${period}` : sportRules(sport).periodName(period);

function clockOf(clock: NonNullable<PlayFields['clock']>): MatchClock {
  if (typeof clock === 'string') return { display: clock.trim() };
  const { display, seconds } = clock;
  return { display: display.trim(), ...(seconds !== undefined && { seconds }) };
}

/** What a source with this status and play says. Before the start, zeros mean nothing. */
export function claimOf(status: MatchStatus, { score, shootout, period, clock }: Play): ScoreClaim {
  return {
    status,
    ...(score !== undefined && hasScore(status) && { score }),
    ...(period !== undefined && { period }),
    ...(clock !== undefined && { clock }),
    ...(shootout !== undefined && { shootout }),
  };
}
