import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { days, hours, type Millis, minutes, seconds } from '../../src/domain/time.ts';
import { Dice } from './dice.ts';
import { type Act, OVERTURNED, type PlayedMatch, played, soccerPhases } from './played-match.ts';

interface Incident {
  readonly min: number;
  readonly plus?: number;
  readonly type: string;
  readonly team: 'home' | 'away';
}

interface Timeline {
  readonly id: string;
  readonly date: string;
  readonly incidents: readonly Incident[];
}

const GOALS: ReadonlySet<string> = new Set(['goal', 'penalty', 'own_goal']);
// Three slots a day, as leagues play.
const SLOTS = [hours(12.5), hours(15), hours(17.5)] as const;

/**
 * The matches of the timeline files of a folder (or of one file), in order of kick-off, with instants for their minutes
 * and overturned goals besides those listed, up to the usual rate.
 */
export function readTimelines(path: string, seed: number): PlayedMatch[] {
  const files = path.endsWith('.json')
    ? [path]
    : readdirSync(path)
        .filter((file) => file.endsWith('.json'))
        .sort()
        .map((file) => join(path, file));
  const timelines = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Timeline[]);
  if (timelines.length === 0) throw new Error(`${path}: no timelines`);
  return timelines
    .map((timeline) => soccerMatch(timeline, seed))
    .sort((a, b) => kickOff(a) - kickOff(b) || (a.id < b.id ? -1 : 1));
}

export const kickOff = ({ states }: PlayedMatch): Millis => states[0]?.at ?? 0;

export function soccerMatch({ id, date, incidents }: Timeline, seed: number): PlayedMatch {
  const dice = new Dice(seed, 'match', id);
  const start = Date.parse(date) + dice.pick(SLOTS) + Math.floor(dice.between(0, seconds(90)));
  const stoppage: [number, number] = [dice.between(1, 5), dice.between(3, 8)];
  for (const { min, plus = 0 } of incidents) {
    if (min === 45) stoppage[0] = Math.max(stoppage[0], plus + 0.5);
    if (min === 90) stoppage[1] = Math.max(stoppage[1], plus + 0.5);
  }
  const phases = soccerPhases(start, stoppage);
  const secondHalf = phases[2]?.at ?? start;
  const instant = (min: number, plus: number): Millis => {
    const whole = min <= 45 ? start + minutes(min - 1 + plus) : secondHalf + minutes(min - 46 + plus);
    return Math.floor(whole + dice.between(0, minutes(1)));
  };
  const acts: Act[] = [];
  for (const { min, plus = 0, type, team } of incidents) {
    const at = instant(min, plus);
    if (GOALS.has(type)) acts.push({ at, side: team, points: 1 });
    else if (type === 'goal_disallowed')
      acts.push({ at, side: team, points: 1, overturnedAfter: OVERTURNED.after });
  }
  if (!acts.some(({ overturnedAfter }) => overturnedAfter) && dice.is(OVERTURNED.perMatch))
    acts.push({
      at: instant(1 + dice.below(90), 0),
      side: dice.is(0.5) ? 'home' : 'away',
      points: 1,
      overturnedAfter: OVERTURNED.after,
    });
  return played(id, 'soccer', acts, phases);
}

/** As many days of fast scoring as asked for, eight matches a day. */
export const dayOf = (index: number): Millis =>
  Date.UTC(2024, 0, 1) + days(Math.floor(index / 8)) + hours(19);
