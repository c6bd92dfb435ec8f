import { codeFit } from './code-fit.ts';
import { type Coincidence, Coincidences, saysToo } from './coincidence.ts';
import { compareNames } from './compare-names.ts';
import { SIDE_LEAST } from './judge.ts';
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

export type Beliefs = ReadonlyMap<TeamNode, Belief>;

/** One side's matches of both sources may coincide by chance, but hardly so with the same opponent. */
const HIT_MOST = 7;
const PRESENT = 0.97;
const SAME_OPPONENT_BY_CHANCE = 0.005;
const SURE = 0.9;
/** The side plays elsewhere at that time: wrong data, or another side. */
const AGAINST = -5;
const MISSED = -1;
const MISSED_MOST = -8;
/** Names that share nothing: few sides are called so differently. */
const UNLIKE = -3;

/** Weighs the fixtures of two sources' names in one league against each other. */
export class TeamEvidence {
  readonly #one: Roster;
  readonly #other: Roster;
  readonly #weights: TokenWeights;
  readonly #coincidences: Coincidences;
  readonly #coverage: number;

  constructor(one: Roster, other: Roster, weights: TokenWeights) {
    this.#one = one;
    this.#other = other;
    this.#weights = weights;
    this.#coincidences = new Coincidences(other);
    this.#coverage = Math.min(1, other.sayings.size / one.sayings.size);
  }

  /** Pairs of names with matches at the same times that may be one, as far as they are not one already. */
  candidates(): Map<TeamNode, Set<TeamNode>> {
    const pairs = new Map<TeamNode, Set<TeamNode>>();
    for (const mine of this.#one.sayings) {
      if (saysToo(mine, this.#other)) continue;
      for (const { theirs, kind } of this.#coincidences.of(mine)) {
        if (kind !== 'open') continue;
        put(pairs, mine.home, theirs.home);
        put(pairs, mine.away, theirs.away);
      }
    }
    return pairs;
  }

  weigh(a: TeamNode, b: TeamNode, beliefs: Beliefs): TeamPair {
    const hits: Saying[] = [];
    const theirs: Saying[] = [];
    const opponents = new Set<TeamNode>();
    let bits = this.nameBits(a, b) - Math.log2(Math.max(2, this.#other.nodes.size));
    let missed = 0;
    for (const game of a.games) {
      const found = this.#compare(game, a, b, beliefs);
      if (found === undefined) {
        missed += MISSED * this.#coverage;
        continue;
      }
      bits += found.bits;
      if (found.bits <= 0) continue;
      hits.push(game);
      theirs.push(found.theirs);
      opponents.add(opponentOf(a, game));
    }
    return { a, b, bits: bits + Math.max(MISSED_MOST, missed), hits, theirs, opponents: opponents.size };
  }

  nameBits(a: TeamNode, b: TeamNode): number {
    const names = compareNames(a.name, b.name, this.#weights);
    if (names >= SIDE_LEAST) return names;
    const code = codeFit(a.name, b.name);
    return code === 0 ? Math.max(UNLIKE, names) : code;
  }

  /** What one match of `a` says; `undefined` when `b` plays nowhere near. */
  #compare(
    game: Saying,
    a: TeamNode,
    b: TeamNode,
    beliefs: Beliefs,
  ): { bits: number; theirs: Saying } | undefined {
    const all = this.#coincidences.of(game);
    let best: { bits: number; theirs: Saying } | undefined;
    for (const { theirs, kind } of all) {
      if (theirs.home !== b && theirs.away !== b) continue;
      const isHit = kind !== 'other' && (game.home === a) === (theirs.home === b);
      const bits = isHit
        ? hitBits(opponentOf(a, game), opponentOf(b, theirs), beliefs, this.#chance(all))
        : AGAINST;
      if (best === undefined || bits > best.bits) best = { bits, theirs };
    }
    return best;
  }

  /** How likely any other side of theirs plays on the same side at that time. */
  #chance(all: readonly Coincidence[]): number {
    const count = all.filter(({ kind }) => kind !== 'other').length;
    return Math.min(SURE, count / Math.max(2, this.#other.nodes.size));
  }
}

/** What a coincidence says of one side, by what is known of the opponents; `chance`: of any coincidence then. */
function hitBits(mine: TeamNode, theirs: TeamNode, beliefs: Beliefs, chance: number): number {
  const of = beliefs.get(mine);
  const back = beliefs.get(theirs);
  const believed = of?.partner === theirs ? of.probability : 0;
  if (believed === 0 && Math.max(of?.probability ?? 0, back?.probability ?? 0) > SURE) return AGAINST;
  const byChance = believed * SAME_OPPONENT_BY_CHANCE + (1 - believed) * chance;
  return Math.min(HIT_MOST, Math.log2(PRESENT / byChance));
}

const opponentOf = (node: TeamNode, { home, away }: Saying): TeamNode => (home === node ? away : home);

function put(pairs: Map<TeamNode, Set<TeamNode>>, a: TeamNode, b: TeamNode): void {
  const known = pairs.get(a);
  if (known) known.add(b);
  else pairs.set(a, new Set([b]));
}
