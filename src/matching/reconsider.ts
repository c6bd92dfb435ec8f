import type { MatchId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import { saysToo } from './coincidence.ts';
import type { Evidence } from './evidence.ts';
import { MOST_LEARNED } from './judge.ts';
import { leagueFit, shareWord } from './league-fit.ts';
import type { LeagueLinks } from './league-links.ts';
import { learnPlayers } from './player-links.ts';
import { isIndividual } from './qualifiers.ts';
import type { Roster } from './roster.ts';
import type { Saying } from './saying.ts';
import { learnTeams, type TeamLink } from './team-links.ts';
import type { TokenWeights } from './token-weights.ts';

/** Two known matches that turned out to be one. The first is the older, whose id stays. */
export interface SameMatch {
  readonly keep: MatchId;
  readonly other: MatchId;
  /** They have the sides the other way round. */
  readonly swapped: boolean;
  readonly probability: number;
  readonly evidence: readonly Evidence[];
}

/** Pairs of rosters that may speak of one league, at least one of them with news. */
export function* rosterPairs(all: Iterable<Roster>): Generator<[Roster, Roster]> {
  const bySport = Map.groupBy(all, ({ sport }) => sport);
  for (const rosters of bySport.values())
    for (const [at, one] of rosters.entries()) {
      const common = inCommon(one);
      for (const other of rosters.slice(at + 1))
        if (
          one.provider !== other.provider &&
          (one.isStale || other.isStale) &&
          isRelated(one, other, common)
        )
          yield [one, other];
    }
}

function isRelated(one: Roster, other: Roster, common: ReadonlyMap<Roster, number>): boolean {
  if (isIndividual(one.sport)) return true;
  const fit = leagueFit(one.league, other.league);
  return fit > 0 || (common.get(other) ?? 0) > 0 || (fit === 0 && shareWord(one.league, other.league));
}

/** How many matches a roster has in common with each other one. */
function inCommon(one: Roster): Map<Roster, number> {
  const counts = new Map<Roster, number>();
  for (const saying of one.sayings)
    for (const { home } of saying.entry.sayings)
      if (home.roster !== one) counts.set(home.roster, (counts.get(home.roster) ?? 0) + 1);
  return counts;
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

/** Learns which names of the two mean one side, and forgets what does not hold any more. */
export function relearn(one: Roster, other: Roster, weights: TokenWeights, leagues: LeagueLinks): void {
  const links = isIndividual(one.sport)
    ? learnPlayers(one, other, weights, leagues)
    : learnTeams(one, other, weights);
  for (const link of links) keepLink(link);
}

function keepLink({ a, b, bits }: TeamLink): void {
  const most = Math.min(MOST_LEARNED, bits);
  a.partners = (a.partners ?? new Map()).set(b, most);
  b.partners = (b.partners ?? new Map()).set(a, most);
}

/** Matches of the one that the other does not name yet. */
export const unmatched = (one: Roster, other: Roster): Saying[] =>
  [...one.sayings].filter((saying) => !saysToo(saying, other) && !names(saying.entry.match, other));

const names = (match: Match, { provider }: Roster): boolean =>
  match.links.some((link) => link.provider === provider);
