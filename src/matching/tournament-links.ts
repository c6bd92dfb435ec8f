import { LINK_LEAST, type Verdict } from './judge.ts';
import { type LeagueLinks, OTHER_TOURNAMENT } from './league-links.ts';
import type { Roster } from './roster.ts';
import type { Saying } from './saying.ts';

/** So many matches, and this share of the smaller draw, have to fit but for the tournaments' names. */
const LEAST = 3;
const SHARE_LEAST = 0.3;

/**
 * Learns which tournaments of two sources are one although their names share no word (`French Open`, `Roland
 * Garros`): many of their matches fit each other in everything else.
 */
export function learnTournaments(
  one: Roster,
  other: Roster,
  unmatched: readonly Saying[],
  judgeAll: (saying: Saying) => readonly Verdict[],
  leagues: LeagueLinks,
): void {
  const counts = new Map<string, { mine: Saying; theirs: Saying; count: number }>();
  for (const mine of unmatched)
    for (const { candidate, league, bits } of judgeAll(mine)) {
      if (league !== OTHER_TOURNAMENT || bits - league < LINK_LEAST) continue;
      const theirs = candidate.sayings.find(({ provider }) => provider === other.provider);
      if (!theirs) continue;
      const key = `${mine.fixture.league.id}\n${theirs.fixture.league.id}`;
      const known = counts.get(key);
      if (known) known.count++;
      else counts.set(key, { mine, theirs, count: 1 });
    }
  const ours = sizes(one);
  const sizesOfTheirs = sizes(other);
  for (const { mine, theirs, count } of counts.values()) {
    const mineSize = ours.get(mine.fixture.league.id) ?? 0;
    const theirSize = sizesOfTheirs.get(theirs.fixture.league.id) ?? 0;
    if (count >= LEAST && count >= SHARE_LEAST * Math.min(mineSize, theirSize)) leagues.suppose(mine, theirs);
  }
}

/** How many matches each of the roster's tournaments has. */
function sizes(roster: Roster): Map<string, number> {
  const found = new Map<string, number>();
  for (const { fixture } of roster.sayings)
    found.set(fixture.league.id, (found.get(fixture.league.id) ?? 0) + 1);
  return found;
}
