import { leftOver } from './compare-names.ts';
import type { Fixture } from './fixture.ts';
import type { TeamNode } from './roster.ts';
import type { TeamName } from './team-name.ts';

/** A fixture and its sides as a source is known to name them; absent for names not heard before. */
export interface Named {
  readonly fixture: Fixture;
  readonly home: TeamNode | undefined;
  readonly away: TeamNode | undefined;
}

/**
 * True when both names of one of the fixtures have the same word, the other fixture lacks it on a side at least, and
 * nobody is known to play without it against a side that has it.
 */
export function carriesExtra(one: Named, other: Named, swapped: boolean): boolean {
  const { home, away } = one.fixture;
  const theirHome = swapped ? other.fixture.away : other.fixture.home;
  const theirAway = swapped ? other.fixture.home : other.fixture.away;
  return shares(home, away, theirHome, theirAway, one) || shares(theirHome, theirAway, home, away, other);
}

function shares(
  home: TeamName,
  away: TeamName,
  theirHome: TeamName,
  theirAway: TeamName,
  said: Named,
): boolean {
  if (!home.tokens.some((word) => away.tokens.includes(word))) return false;
  const left = [...leftOver(home, theirHome), ...leftOver(away, theirAway)];
  return left.some(
    (word) =>
      home.tokens.includes(word) &&
      away.tokens.includes(word) &&
      !isUsual(word, said.home) &&
      !isUsual(word, said.away),
  );
}

/** So many opponents without the word show that it is no qualifier: those all have it. */
const OPPONENTS = 2;

function isUsual(word: string, node: TeamNode | undefined): boolean {
  if (!node) return false;
  const without = new Set<TeamNode>();
  for (const { home, away } of node.games) {
    const opponent = home === node ? away : home;
    if (!opponent.name.tokens.includes(word)) without.add(opponent);
    if (without.size >= OPPONENTS) return true;
  }
  return false;
}
