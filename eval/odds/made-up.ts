import type { Game } from './games.ts';

/** A game made up from known chances. */
export interface MadeUp extends Game {
  /** The true chances the result was drawn from. */
  readonly truth: readonly number[];
}

/** Margins as bookmakers have them, the sharpest first, and how far each strays from the truth, in the logit. */
const BOOKS = [
  { name: 'sharp', margin: 0.025, error: 0.01 },
  { name: 'north', margin: 0.05, error: 0.03 },
  { name: 'east', margin: 0.055, error: 0.03 },
  { name: 'south', margin: 0.06, error: 0.035 },
  { name: 'west', margin: 0.065, error: 0.035 },
  { name: 'corner', margin: 0.08, error: 0.05 },
];
/** One offer in so many has its home and away prices swapped. */
const SWAPPED_IN = 150;

/**
 * Games of `size` outcomes whose true chances are known: six books of different margins price them with errors of their
 * own, long shots dearer (in proportion to √(1−p), as bettors back them), sometimes swapped, and a result is drawn. The
 * same games for the same seed.
 */
export function madeUpGames(count: number, size: 2 | 3, seed: number): MadeUp[] {
  let state = seed >>> 0;
  const chance = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return Array.from({ length: count }, (_, at): MadeUp => {
    const edge = 0.9 * normal();
    const home = 1 / (1 + Math.exp(-edge));
    const draw = size === 3 ? 0.3 * Math.exp(-0.25 * edge * edge) : 0;
    const truth = size === 3 ? [(1 - draw) * home, draw, (1 - draw) * (1 - home)] : [home, 1 - home];
    const close = Object.fromEntries(
      BOOKS.map(({ name, margin, error }) => {
        const prices = priced(truth, margin, () => error * normal());
        return [name, chance() * SWAPPED_IN < 1 ? prices.toReversed() : prices];
      }),
    );
    const names = size === 3 ? ['H', 'D', 'A'] : ['H', 'A'];
    return { id: `made-up/${at}`, truth, close, result: names[drawn(truth, chance())] ?? 'A' };
  });
}

function priced(truth: readonly number[], margin: number, error: () => number): number[] {
  const weights = truth
    .map((p) => Math.exp(Math.log(p / (1 - p)) + error()))
    .map((odds) => odds / (1 + odds));
  const sum = weights.reduce((a, b) => a + b, 0);
  const chances = weights.map((weight) => weight / sum);
  const spread = chances.reduce((total, p) => total + Math.sqrt(1 - p), 0);
  // Prices have two places, as they are written.
  return chances.map((p) =>
    Math.max(1.01, Math.round(100 / (p + (margin * Math.sqrt(1 - p)) / spread)) / 100),
  );
}

function drawn(truth: readonly number[], at: number): number {
  let sum = 0;
  for (const [outcome, p] of truth.entries()) {
    sum += p;
    if (at < sum) return outcome;
  }
  return truth.length - 1;
}
