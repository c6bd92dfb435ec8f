import { Calendar, timeRelation } from './calendar.ts';
import { codeFit } from './code-fit.ts';
import { compareNames } from './compare-names.ts';
import { carriesExtra, SIDE_LEAST } from './judge.ts';
import type { Roster, TeamNode } from './roster.ts';
import type { Saying } from './saying.ts';
import type { TokenWeights } from './token-weights.ts';

/** Two names of two sources, and what their fixtures say about their meaning one side. */
export interface TeamPair {
  readonly a: TeamNode;
  readonly b: TeamNode;
  /** Log-odds. */
  readonly bits: number;
  /** Matches of `a` that one of `b` would explain, and those. */
  readonly hits: readonly Saying[];
  readonly theirs: readonly Saying[];
  readonly opponents: number;
}

/** What is taken for granted about a name while others are looked at: its partner, and how sure that is. */
export interface Belief {
  readonly partner: TeamNode;
  readonly probability: number;
}

/** One side's matches of both sources may coincide by chance, but hardly so with the same opponent. */
const HIT_MOST = 7;
const PRESENT = 0.97;
const SAME_OPPONENT_BY_CHANCE = 0.005;
/** The side plays elsewhere at that time: wrong data, or another side. */
const AGAINST = -5;
const MISSED = -1;
const MISSED_MOST = -8;
/** Names that share nothing: few sides are called so differently. */
const UNLIKE = -3;

interface Comparison {
  readonly bits: number;
  readonly isHit: boolean;
  readonly other: Saying;
}

/** Weighs the fixtures of two sources' names in one league against each other. */
export class TeamEvidence {
  readonly #one: Roster;
  readonly #other: Roster;
  readonly #weights: TokenWeights;
  readonly #mine: Calendar;
  readonly #theirs: Calendar;
  readonly #calendars = new Map<TeamNode, Calendar>();
  readonly #counts = new Map<Saying, { mine: number; theirs: number }>();

  constructor(one: Roster, other: Roster, weights: TokenWeights) {
    this.#one = one;
    this.#other = other;
    this.#weights = weights;
    this.#mine = new Calendar(one.sayings);
    this.#theirs = new Calendar(other.sayings);
  }

  /** Pairs of names with matches at the same times that may be one, as far as they are not one already. */
  candidates(): Map<TeamNode, Set<TeamNode>> {
    const pairs = new Map<TeamNode, Set<TeamNode>>();
    for (const mine of this.#one.sayings) {
      if (saysToo(mine, this.#other)) continue;
      for (const theirs of this.#theirs.around(mine.entry.start)) {
        if (!mayBeOne(mine, theirs, this.#one, this.#other) || timeRelation(mine, theirs) !== 'near')
          continue;
        put(pairs, mine.home, theirs.home);
        put(pairs, mine.away, theirs.away);
      }
    }
    return pairs;
  }

  weigh(a: TeamNode, b: TeamNode, beliefs: ReadonlyMap<TeamNode, Belief>): TeamPair {
    const calendar = this.#calendar(b);
    const hits: Saying[] = [];
    const theirs: Saying[] = [];
    const opponents = new Set<TeamNode>();
    let bits = this.nameBits(a, b) - Math.log2(Math.max(2, this.#other.nodes.size));
    let missed = 0;
    for (const game of a.games) {
      const found = this.#compare(game, a, b, calendar, beliefs);
      if (found === undefined) {
        const { at } = game.entry.start;
        if (at >= calendar.first && at <= calendar.last) missed += MISSED * this.#coverage(game);
        continue;
      }
      bits += found.bits;
      if (!found.isHit) continue;
      hits.push(game);
      theirs.push(found.other);
      opponents.add(game.home === a ? game.away : game.home);
    }
    return { a, b, bits: bits + Math.max(MISSED_MOST, missed), hits, theirs, opponents: opponents.size };
  }

  nameBits(a: TeamNode, b: TeamNode): number {
    const names = compareNames(a.name, b.name, this.#weights);
    if (names >= SIDE_LEAST) return names;
    const code = codeFit(a.name, b.name);
    return code === 0 ? Math.max(UNLIKE, names) : code;
  }

  /** What one match of `a` says; `undefined` when `b` plays nowhere near, or nothing can be told. */
  #compare(
    game: Saying,
    a: TeamNode,
    b: TeamNode,
    calendar: Calendar,
    beliefs: ReadonlyMap<TeamNode, Belief>,
  ): Comparison | undefined {
    const linked = saysToo(game, this.#other);
    let best: Comparison | undefined;
    for (const other of calendar.around(game.entry.start)) {
      const relation = timeRelation(game, other);
      if (relation === 'apart' || carriesExtra(game.fixture, other.fixture, false)) continue;
      const isSame = linked === other;
      const sameSide = (game.home === a) === (other.home === b);
      const bits =
        relation === 'near' &&
        sameSide &&
        (isSame || (!linked && mayBeOne(game, other, this.#one, this.#other)))
          ? this.#hit(
              game,
              game.home === a ? game.away : game.home,
              other.home === b ? other.away : other.home,
              beliefs,
            )
          : AGAINST;
      if (best === undefined || bits > best.bits) best = { bits, isHit: bits > 0, other };
    }
    return best;
  }

  #hit(game: Saying, mine: TeamNode, theirs: TeamNode, beliefs: ReadonlyMap<TeamNode, Belief>): number {
    const chance = this.#chance(game);
    const of = beliefs.get(mine);
    const back = beliefs.get(theirs);
    const believed = of?.partner === theirs ? of.probability : 0;
    if (believed === 0) {
      const other = Math.max(of?.probability ?? 0, back?.probability ?? 0);
      if (other > 0.9) return AGAINST;
    }
    const byChance = believed * SAME_OPPONENT_BY_CHANCE + (1 - believed) * chance;
    return Math.min(HIT_MOST, Math.log2(PRESENT / byChance));
  }

  /** How likely any other side of theirs plays on the same side at that time. */
  #chance(game: Saying): number {
    const { theirs } = this.#count(game);
    const sides = Math.max(2, this.#other.nodes.size);
    return Math.min(0.9, Math.max(1, theirs) / sides);
  }

  #coverage(game: Saying): number {
    const { mine, theirs } = this.#count(game);
    return Math.min(1, theirs / Math.max(1, mine));
  }

  #count(game: Saying): { mine: number; theirs: number } {
    let count = this.#counts.get(game);
    if (!count) {
      count = { mine: near(game, this.#mine), theirs: near(game, this.#theirs) };
      this.#counts.set(game, count);
    }
    return count;
  }

  #calendar(node: TeamNode): Calendar {
    let calendar = this.#calendars.get(node);
    if (!calendar) {
      calendar = new Calendar(node.games);
      this.#calendars.set(node, calendar);
    }
    return calendar;
  }
}

function near(game: Saying, calendar: Calendar): number {
  let count = 0;
  for (const other of calendar.around(game.entry.start)) if (timeRelation(game, other) === 'near') count++;
  return count;
}

/** What the other roster's source calls the same match, where it is linked. */
export const saysToo = ({ entry }: Saying, other: Roster): Saying | undefined =>
  entry.sayings.find(({ provider }) => provider === other.provider);

/** Whether two sayings can still become one match: no source names both matches. */
export function mayBeOne(mine: Saying, theirs: Saying, one: Roster, other: Roster): boolean {
  if (mine.entry === theirs.entry) return false;
  if (mine.fixture.homeQualifiers !== theirs.fixture.homeQualifiers) return false;
  if (mine.fixture.awayQualifiers !== theirs.fixture.awayQualifiers) return false;
  if (
    mine.entry.match.links.some((link) =>
      theirs.entry.match.links.some((their) => their.provider === link.provider),
    )
  )
    return false;
  return one.provider !== other.provider && !carriesExtra(mine.fixture, theirs.fixture, false);
}

function put(pairs: Map<TeamNode, Set<TeamNode>>, a: TeamNode, b: TeamNode): void {
  const known = pairs.get(a);
  if (known) known.add(b);
  else pairs.set(a, new Set([b]));
}
