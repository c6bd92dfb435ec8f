import type { Chance } from '../ports/chance.ts';

/** The machine's pseudo-random numbers: for jitter, never for secrets. */
export const systemChance: Chance = () => Math.random();
