import { saysToo } from './coincidence.ts';
import { SIDE_LEAST } from './judge.ts';
import { type Roster, type TeamNode, unlinkNodes } from './roster.ts';
import type { Saying } from './saying.ts';
import { type Belief, type Beliefs, TeamEvidence, type TeamPair } from './team-evidence.ts';
import type { TokenWeights } from './token-weights.ts';

/** Two names that were learned to mean one side. */
export interface TeamLink {
  readonly a: TeamNode;
  readonly b: TeamNode;
  readonly bits: number;
}

/** Log-odds from which two names are one: chance makes such a pair once in some ten thousand leagues. */
const LEARN_LEAST = 14;
/** What it must have more than any other name that would explain the same matches. */
const LEAD = 8;
const HITS_LEAST = 3;
const OPPONENTS_LEAST = 2;
/** Each round knows the opponents that the one before it learned. */
const ROUNDS = 5;

/**
 * Learns which names of two sources mean one side from the times at which they play, and whom: what no likeness of
 * names can tell (`SLN` and `St. Louis Cardinals`). Names that are alike anyway are taken for granted.
 */
export function learnTeams(one: Roster, other: Roster, weights: TokenWeights): TeamLink[] {
  const evidence = new TeamEvidence(one, other, weights);
  const candidates = evidence.candidates();
  const partners = [...one.nodes.values()].filter((node) => node.partners !== undefined);
  if (candidates.size === 0 && partners.length === 0) return [];
  const beliefs = alike(one, other, evidence);
  for (const node of partners) forgetRefuted(node, other, evidence, beliefs);
  const learned = new Map<TeamNode, TeamLink>();
  for (let round = 0; round < ROUNDS; round++) {
    const pairs: TeamPair[] = [];
    for (const [a, partners] of candidates)
      for (const b of partners) if (!learned.has(a)) pairs.push(evidence.weigh(a, b, beliefs));
    const found = distinct(pairs);
    believe(beliefs, pairs);
    for (const { a, b, bits } of found) {
      learned.set(a, { a, b, bits });
      beliefs.set(a, { partner: b, probability: 0.999 });
      beliefs.set(b, { partner: a, probability: 0.999 });
    }
    if (found.length === 0 && round > 0) break;
  }
  return [...learned.values()];
}

/** What was learned is believed as long as the fixtures bear it out. */
function forgetRefuted(node: TeamNode, other: Roster, evidence: TeamEvidence, beliefs: Beliefs): void {
  for (const partner of [...(node.partners?.keys() ?? [])])
    if (partner.roster === other && evidence.weigh(node, partner, beliefs).bits < 0)
      unlinkNodes(node, partner);
}

/** What the names, and the matches already linked, let us take for granted. */
function alike(one: Roster, other: Roster, evidence: TeamEvidence): Map<TeamNode, Belief> {
  const counts = new Map<TeamNode, Map<TeamNode, number>>();
  const tally = (a: TeamNode, b: TeamNode, weight: number) => {
    const of = counts.get(a) ?? new Map<TeamNode, number>();
    counts.set(a, of.set(b, (of.get(b) ?? 0) + weight));
  };
  for (const mine of one.sayings) {
    const theirs = saysToo(mine, other);
    if (!theirs) continue;
    for (const side of ['home', 'away'] as const) {
      tally(mine[side], theirs[side], 1);
      tally(theirs[side], mine[side], 1);
    }
  }
  for (const a of one.nodes.values())
    for (const b of other.nodes.values()) {
      if (a.qualifiers !== b.qualifiers) continue;
      const bits = evidence.nameBits(a, b);
      if (bits < SIDE_LEAST || a.name.code !== b.name.code) continue;
      tally(a, b, bits / 10);
      tally(b, a, bits / 10);
    }
  const beliefs = new Map<TeamNode, Belief>();
  for (const [node, of] of counts) {
    const [best, second] = [...of].sort((a, b) => b[1] - a[1]);
    if (!best) continue;
    const share = best[1] / (best[1] + (second?.[1] ?? 0));
    if (share > 0.7) beliefs.set(node, { partner: best[0], probability: Math.min(0.99, share) });
  }
  return beliefs;
}

/** What is likely helps the next round to weigh the others. */
function believe(beliefs: Map<TeamNode, Belief>, pairs: readonly TeamPair[]): void {
  const best = new Map<TeamNode, TeamPair>();
  for (const pair of pairs)
    for (const node of [pair.a, pair.b]) if (pair.bits > (best.get(node)?.bits ?? 0)) best.set(node, pair);
  for (const [node, { a, b, bits }] of best) {
    const probability = Math.min(0.99, 1 - 2 ** -bits);
    const known = beliefs.get(node);
    if (known && known.probability >= probability) continue;
    beliefs.set(node, { partner: node === a ? b : a, probability });
  }
}

/** Pairs beyond doubt: enough of everything, and nothing else near that explains the same matches. */
function distinct(pairs: readonly TeamPair[]): TeamPair[] {
  const claims = new Map<TeamNode, TeamPair[]>();
  for (const pair of pairs)
    for (const node of [pair.a, pair.b]) {
      const claim = claims.get(node);
      if (claim) claim.push(pair);
      else claims.set(node, [pair]);
    }
  return pairs.filter(
    (pair) =>
      pair.bits >= LEARN_LEAST &&
      pair.hits.length >= HITS_LEAST &&
      pair.opponents >= OPPONENTS_LEAST &&
      [pair.a, pair.b].every((node) =>
        claims.get(node)?.every((rival) => rival === pair || !contends(pair, rival)),
      ),
  );
}

function contends(pair: TeamPair, rival: TeamPair): boolean {
  if (rival.bits <= pair.bits - LEAD) return false;
  // A second name for the same side in one feed explains other matches; another side would explain these.
  if (rival.a === pair.a) return share(pair.hits, rival.hits);
  return share(pair.theirs, rival.theirs);
}

function share(some: readonly Saying[], others: readonly Saying[]): boolean {
  const known = new Set(some);
  return others.some((other) => known.has(other));
}
