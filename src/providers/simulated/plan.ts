import type { LeagueId } from '../../domain/ids.ts';
import type { SportId } from '../../domain/sports/index.ts';

/** What can be scored in one act, and how often each. */
type Steps = readonly (readonly [points: number, weight: number])[];

/** How a sport is played here. Minutes and seconds are those of real life, before `speed`. */
export interface Plan {
  readonly sport: SportId;
  /** The first ones always play; the others join when more matches are wanted than those have room for. */
  readonly leagues: readonly LeagueId[];
  readonly always: number;
  /** Share of all matches in play that are of this sport. */
  readonly share: number;
  /** From one start to the next on the same ground: the longest match and a pause. */
  readonly slotMinutes: number;
  /** Mean share of a slot in which its match is in play. */
  readonly inPlay: number;
  readonly game: TimedGame | SetGame;
}

/** Periods of a fixed time on the clock, scoring at any moment. */
export interface TimedGame {
  readonly kind: 'timed';
  readonly periods: number;
  readonly clock: 'up' | 'down';
  /** On the playing clock, per period. */
  readonly periodMinutes: number;
  /** From the period's start to its end by the wall clock. */
  readonly wallMinutes: readonly [least: number, most: number];
  /** Minutes of rest after each period but the last. The long ones pause the match. */
  readonly rests: readonly number[];
  readonly overtime?: {
    readonly periodMinutes: number;
    readonly wallMinutes: number;
    readonly suddenDeath: boolean;
  };
  /** Scoring acts of the home and the away side per match, when both are equally good. */
  readonly acts: readonly [home: number, away: number];
  readonly steps: Steps;
  /** How much of the difference between two clubs shows in one act: little where there are many. */
  readonly balance: number;
  /** Chance that the side that did not score last scores next, above what the acts give: possession changes. */
  readonly alternation: number;
  /** Share of scoring acts that are taken back after a look at the pictures. */
  readonly overturned: number;
  /** What such a review leaves of the points: a three may have been a two. */
  readonly overturnedTo: (points: number) => number;
  /** Whether bookmakers close for a while round a scoring act. */
  readonly suspends: boolean;
}

/** Best of three sets. */
export interface SetGame {
  readonly kind: 'sets';
  readonly setMinutes: readonly [least: number, most: number];
  readonly balance: number;
}

/** A rest of at least this many minutes is a break of the match, not a change of ends. */
export const LONG_REST_MINUTES = 10;

export const PLANS: readonly Plan[] = [
  {
    sport: 'soccer',
    leagues: ['epl', 'laliga', 'bundesliga', 'serie-a', 'ligue-1', 'mls'],
    always: 2,
    share: 0.3,
    slotMinutes: 130,
    inPlay: 0.86,
    game: {
      kind: 'timed',
      periods: 2,
      clock: 'up',
      periodMinutes: 45,
      wallMinutes: [46, 51],
      rests: [15],
      acts: [1.5, 1.2],
      steps: [[1, 1]],
      balance: 0.6,
      alternation: 0,
      overturned: 0.1,
      overturnedTo: () => 0,
      suspends: true,
    },
  },
  {
    sport: 'american_football',
    leagues: ['nfl', 'ncaaf'],
    always: 1,
    share: 0.22,
    slotMinutes: 225,
    inPlay: 0.82,
    game: {
      kind: 'timed',
      periods: 4,
      clock: 'down',
      periodMinutes: 15,
      wallMinutes: [39, 44],
      rests: [2, 13, 2],
      overtime: { periodMinutes: 10, wallMinutes: 25, suddenDeath: true },
      acts: [4.6, 4.2],
      steps: [
        [7, 0.54],
        [3, 0.39],
        [6, 0.04],
        [8, 0.02],
        [2, 0.01],
      ],
      balance: 0.25,
      alternation: 0.3,
      overturned: 0.04,
      overturnedTo: () => 0,
      suspends: true,
    },
  },
  {
    sport: 'basketball',
    leagues: ['nba', 'ncaab', 'wnba', 'euroleague'],
    always: 1,
    share: 0.22,
    slotMinutes: 165,
    inPlay: 0.86,
    game: {
      kind: 'timed',
      periods: 4,
      clock: 'down',
      periodMinutes: 12,
      wallMinutes: [28, 31],
      rests: [3, 15, 3],
      overtime: { periodMinutes: 5, wallMinutes: 11, suddenDeath: false },
      acts: [54, 52],
      steps: [
        [2, 0.55],
        [3, 0.28],
        [1, 0.17],
      ],
      balance: 0.2,
      alternation: 0.6,
      overturned: 0.006,
      overturnedTo: (points) => points - 1,
      suspends: false,
    },
  },
  {
    sport: 'ice_hockey',
    leagues: ['nhl'],
    always: 1,
    share: 0.16,
    slotMinutes: 175,
    inPlay: 0.88,
    game: {
      kind: 'timed',
      periods: 3,
      clock: 'down',
      periodMinutes: 20,
      wallMinutes: [37, 41],
      rests: [18, 18],
      overtime: { periodMinutes: 5, wallMinutes: 9, suddenDeath: true },
      acts: [3.2, 2.9],
      steps: [[1, 1]],
      balance: 0.4,
      alternation: 0,
      overturned: 0.05,
      overturnedTo: () => 0,
      suspends: true,
    },
  },
  {
    sport: 'tennis',
    leagues: ['atp', 'wta'],
    always: 1,
    share: 0.1,
    slotMinutes: 165,
    inPlay: 0.62,
    game: { kind: 'sets', setMinutes: [32, 50], balance: 0.6 },
  },
];
