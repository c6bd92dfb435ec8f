import { timeRelation } from './calendar.ts';
import { saysToo } from './coincidence.ts';
import { compareNames } from './compare-names.ts';
import { SIDE_LEAST } from './judge.ts';
import type { LeagueLinks } from './league-links.ts';
import type { Roster, TeamNode } from './roster.ts';
import type { Saying } from './saying.ts';
import type { TeamLink } from './team-links.ts';
import type { TokenWeights } from './token-weights.ts';

const LEARN_LEAST = 14;
const OPPONENTS_LEAST = 2;
/** A match against the same opponent in the same tournament, which the other source lacks under that name. */
const HIT = 4;
/** Of one surname, but the given names differ: another spelling, or a brother. */
const OTHER_GIVEN_NAME = -4;
const NO_NAME = -6;

interface Pair {
  readonly a: TeamNode;
  readonly b: TeamNode;
  bits: number;
  readonly opponents: Set<TeamNode>;
}

/**
 * Learns which names of two sources mean one player from the opponents they meet (`Dolgopolov O.` and `Alexandr
 * Dolgopolov`): both are left without a match, time and again, against the same players.
 */
export function learnPlayers(
  one: Roster,
  other: Roster,
  weights: TokenWeights,
  leagues: LeagueLinks,
): TeamLink[] {
  const theirs = openNodes(other, one);
  const pairs = new Map<TeamNode, Map<TeamNode, Pair>>();
  for (const mine of one.sayings) {
    if (saysToo(mine, other)) continue;
    for (const [a, opponent] of [
      [mine.home, mine.away],
      [mine.away, mine.home],
    ] as const) {
      const hits = againstSame(mine, opponent, theirs, weights, leagues);
      for (const b of hits) {
        if (compareNames(a.name, b.name, weights) >= SIDE_LEAST) continue;
        const pair = enter(pairs, a, b, weights);
        pair.bits += HIT - Math.log2(hits.length);
        pair.opponents.add(opponent);
      }
    }
  }
  const all = [...pairs.values()].flatMap((of) => [...of.values()]);
  return all.filter((pair) => isClear(pair, all, one, other));
}

/** Their players with matches that we do not have, by each word of their names. */
function openNodes(roster: Roster, other: Roster): Map<string, Set<TeamNode>> {
  const nodes = new Map<string, Set<TeamNode>>();
  for (const saying of roster.sayings) {
    if (saysToo(saying, other)) continue;
    for (const node of [saying.home, saying.away])
      for (const token of node.name.searched) nodes.set(token, (nodes.get(token) ?? new Set()).add(node));
  }
  return nodes;
}

/** Whom they have against the same opponent, at that time in that tournament. */
function againstSame(
  mine: Saying,
  opponent: TeamNode,
  theirs: ReadonlyMap<string, ReadonlySet<TeamNode>>,
  weights: TokenWeights,
  leagues: LeagueLinks,
): TeamNode[] {
  const { fixture, entry, provider, home, away } = mine;
  const { sport } = entry.match;
  const { links } = entry.match;
  const sought = { fixture, provider, sport, start: entry.start, home, away, links };
  const found: TeamNode[] = [];
  const same = new Set(opponent.name.searched.flatMap((token) => [...(theirs.get(token) ?? [])]));
  for (const node of same) {
    if (compareNames(opponent.name, node.name, weights) < SIDE_LEAST) continue;
    for (const game of node.games) {
      if (game.entry.sayings.some((saying) => saying.provider === provider)) continue;
      if (timeRelation(mine, game) !== 'near' || leagues.fit(sought, game.entry) < 0) continue;
      found.push(game.home === node ? game.away : game.home);
    }
  }
  return found;
}

function enter(
  pairs: Map<TeamNode, Map<TeamNode, Pair>>,
  a: TeamNode,
  b: TeamNode,
  weights: TokenWeights,
): Pair {
  const of = pairs.get(a) ?? new Map<TeamNode, Pair>();
  pairs.set(a, of);
  const known = of.get(b);
  if (known) return known;
  const pair = { a, b, bits: nameBits(a, b, weights) - PRIOR, opponents: new Set<TeamNode>() };
  of.set(b, pair);
  return pair;
}

/** Among some hundreds of players. */
const PRIOR = 8.5;

function nameBits(a: TeamNode, b: TeamNode, weights: TokenWeights): number {
  const shared = a.name.tokens.filter((token) => token.length > 2 && b.name.tokens.includes(token));
  if (shared.length === 0) return NO_NAME;
  return Math.max(...shared.map((token) => weights.bits(token))) + OTHER_GIVEN_NAME;
}

function isClear(pair: Pair, all: readonly Pair[], one: Roster, other: Roster): boolean {
  if (pair.bits < LEARN_LEAST || pair.opponents.size < OPPONENTS_LEAST) return false;
  // A player that the other source has under another name already is somebody else: a brother.
  if (isLinked(pair.a, other, pair.b) || isLinked(pair.b, one, pair.a)) return false;
  return all.every(
    (rival) =>
      rival === pair ||
      (rival.a !== pair.a && rival.b !== pair.b) ||
      rival.opponents.size * 2 <= pair.opponents.size,
  );
}

function isLinked(node: TeamNode, other: Roster, except: TeamNode): boolean {
  for (const game of node.games) {
    const saying = saysToo(game, other);
    if (saying && saying.home !== except && saying.away !== except) return true;
  }
  return false;
}
