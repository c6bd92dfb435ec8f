import type { Millis } from '../../domain/time.ts';
import type { Spelling } from './clubs.ts';

/** How a provider sees the league: what it knows, how late, and how it goes wrong. Times are on our clock. */
export interface Viewpoint {
  readonly id: string;
  readonly spelling: Spelling;
  /** Its picture of a match is renewed this often. */
  readonly refresh: Millis;
  /** The playing clock in it moves only this often, so that not every picture is a new one. */
  readonly clockTick: Millis;
  /** From a moment on the ground to the provider knowing of it. */
  readonly lag: readonly [least: Millis, most: Millis];
  /** Share of scoring acts it never hears of by themselves: the next one brings the sum. */
  readonly missed: number;
  /** Share of scoring acts it first gives to the wrong side, and for how long. */
  readonly mistaken: number;
  readonly mistakenFor: readonly [least: Millis, most: Millis];
  /** Share of the time in which it repeats an old picture, and how old. */
  readonly repeats: number;
  readonly repeatsFrom: Millis;
  /** Share of the matches it does not have at all. */
  readonly uncovered: number;
  /** Whether it says when its picture was taken. */
  readonly statesTime: boolean;
  /** A started match is listed under its true start, as some odds feeds do. */
  readonly movesStart: boolean;
  /** Matches that are over stay listed. */
  readonly keepsFinished: boolean;
  readonly bookmakers: readonly string[];
}

/** Reporters in the stadium: fast, and nearly always right. */
export const STADIUM: Viewpoint = {
  id: 'sim-stadium',
  spelling: 'full',
  refresh: 1_000,
  clockTick: 5_000,
  lag: [300, 1_500],
  missed: 0,
  mistaken: 0.03,
  mistakenFor: [5_000, 9_000],
  repeats: 0.002,
  repeatsFrom: 8_000,
  uncovered: 0,
  statesTime: true,
  movesStart: false,
  keepsFinished: true,
  bookmakers: [],
};

/** A news agency: scores and a few prices, a little later. */
export const WIRE: Viewpoint = {
  id: 'sim-wire',
  spelling: 'short',
  refresh: 2_000,
  clockTick: 5_000,
  lag: [1_500, 5_000],
  missed: 0.04,
  mistaken: 0.01,
  mistakenFor: [6_000, 15_000],
  repeats: 0.01,
  repeatsFrom: 12_000,
  uncovered: 0,
  statesTime: true,
  movesStart: false,
  keepsFinished: true,
  bookmakers: ['harbourbet', 'oldmill'],
};

/** A collector of bookmakers' prices, whose scores come along late. */
export const BOOKS: Viewpoint = {
  id: 'sim-books',
  spelling: 'official',
  refresh: 2_000,
  clockTick: 5_000,
  lag: [4_000, 10_000],
  missed: 0.08,
  mistaken: 0,
  mistakenFor: [0, 0],
  repeats: 0.01,
  repeatsFrom: 10_000,
  uncovered: 0.04,
  statesTime: false,
  movesStart: true,
  keepsFinished: false,
  bookmakers: ['harbourbet', 'quaysports', 'tripleodds', 'fairstake', 'northlight'],
};
