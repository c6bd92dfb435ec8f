import type { Score } from '../../src/domain/score.ts';
import type { SportId } from '../../src/domain/sports/index.ts';
import type { MatchStatus } from '../../src/domain/status.ts';
import { type Millis, minutes, seconds } from '../../src/domain/time.ts';
import type { Dice } from './dice.ts';

/** What is true from `at` on. */
export interface TrueState {
  readonly at: Millis;
  readonly status: MatchStatus;
  readonly score: Score;
}

/** A match as it really went; the first state is its kick-off, the last its end. */
export interface PlayedMatch {
  readonly id: string;
  readonly sport: SportId;
  readonly states: readonly TrueState[];
}

/** A scoring act, or one that was overturned soon after. */
export interface Act {
  readonly at: Millis;
  readonly side: keyof Score;
  readonly points: number;
  readonly overturnedAfter?: Millis;
}

/** When the statuses of a match change. */
export interface Phase {
  readonly at: Millis;
  readonly status: MatchStatus;
}

/** The true course of a match from its acts and phases, in any order. */
export function played(
  id: string,
  sport: SportId,
  acts: readonly Act[],
  phases: readonly Phase[],
): PlayedMatch {
  const moments: { at: Millis; apply: (state: TrueState) => TrueState }[] = [];
  for (const { at, side, points, overturnedAfter } of acts) {
    const add = (n: number) => (state: TrueState) => ({
      ...state,
      score: { ...state.score, [side]: state.score[side] + n },
    });
    moments.push({ at, apply: add(points) });
    if (overturnedAfter !== undefined) moments.push({ at: at + overturnedAfter, apply: add(-points) });
  }
  for (const { at, status } of phases) moments.push({ at, apply: (state) => ({ ...state, status }) });
  moments.sort((a, b) => a.at - b.at);
  const states: TrueState[] = [];
  let state: TrueState = { at: 0, status: 'scheduled', score: { home: 0, away: 0 } };
  for (const { at, apply } of moments) {
    state = { ...apply(state), at };
    if (state.status !== 'scheduled') states.push(state);
    if (state.status === 'finished') break;
  }
  return { id, sport, states };
}

/** How often a goal is given and taken back, in goals per match, and how long after. */
export const OVERTURNED = { perMatch: 1 / 3.5, after: seconds(50) } as const;

/** The phases of a soccer match that kicks off at `start`, with stoppage time of that many minutes after each half. */
export function soccerPhases(start: Millis, stoppage: readonly [number, number]): Phase[] {
  const half = start + minutes(45 + stoppage[0]);
  const second = half + minutes(15);
  return [
    { at: start, status: 'live' },
    { at: half, status: 'paused' },
    { at: second, status: 'live' },
    { at: second + minutes(45 + stoppage[1]), status: 'finished' },
  ];
}

const pause = (dice: Dice): Millis => dice.wait(seconds(38)) + seconds(6);

/** A match of basketball: four quarters of twelve minutes of clock, stretched to life, with an act every three quarters of a minute. */
export function basketballMatch(id: string, start: Millis, dice: Dice): PlayedMatch {
  const acts: Act[] = [];
  const phases: Phase[] = [];
  let at = start;
  for (let quarter = 0; quarter < 4; quarter++) {
    phases.push({ at, status: 'live' });
    const end = at + minutes(dice.between(24, 30));
    for (let next = at + pause(dice); next < end; next += pause(dice)) {
      const overturned = dice.is(0.005);
      acts.push({
        at: next,
        side: dice.is(0.52) ? 'home' : 'away',
        points: dice.is(0.25) ? 1 : dice.is(0.66) ? 2 : 3,
        ...(overturned && { overturnedAfter: seconds(35) }),
      });
    }
    if (quarter < 3) phases.push({ at: end, status: 'paused' });
    at = quarter < 3 ? end + minutes(quarter === 1 ? 15 : 2) : end;
  }
  phases.push({ at, status: 'finished' });
  return played(id, 'basketball', acts, phases);
}
