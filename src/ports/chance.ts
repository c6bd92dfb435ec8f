/** The only source of chance: a number from 0 to below 1. Tests put a list in its place. */
export type Chance = () => number;
