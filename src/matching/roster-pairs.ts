import { leagueFit, shareWord } from './league-fit.ts';
import { isIndividual } from './qualifiers.ts';
import type { Roster } from './roster.ts';

/** Pairs of two sources' rosters that may speak of one league, at least one of them with news. */
export function* rosterPairs(all: Iterable<Roster>): Generator<[Roster, Roster]> {
  for (const rosters of Map.groupBy(all, ({ sport }) => sport).values()) {
    const stale = rosters.filter(({ isStale }) => isStale);
    if (stale.length === 0) continue;
    for (const one of stale) {
      const common = inCommon(one);
      for (const other of rosters) {
        if (one.provider === other.provider || (other.isStale && other.key < one.key)) continue;
        if (isRelated(one, other, common)) yield one.key < other.key ? [one, other] : [other, one];
      }
    }
  }
}

function isRelated(one: Roster, other: Roster, common: ReadonlySet<Roster>): boolean {
  if (isIndividual(one.sport)) return true;
  const fit = leagueFit(one.league, other.league);
  return fit > 0 || common.has(other) || (fit === 0 && shareWord(one.league, other.league));
}

/** The rosters that have a match in common with this one. */
function inCommon(one: Roster): Set<Roster> {
  const rosters = new Set<Roster>();
  for (const { entry } of one.sayings)
    if (entry.sayings.length > 1) for (const { home } of entry.sayings) rosters.add(home.roster);
  return rosters;
}

/** The rosters that nothing came to since the last look: their sources have named what there is. */
export function settledRosters(all: Iterable<Roster>): Set<Roster> {
  const settled = new Set<Roster>();
  for (const roster of all) {
    if (roster.news === roster.looked) settled.add(roster);
    roster.looked = roster.news;
  }
  return settled;
}
