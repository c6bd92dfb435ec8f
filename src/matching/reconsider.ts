import type { MatchId } from '../domain/ids.ts';
import type { Match, MatchReference } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { saysToo } from './coincidence.ts';
import { clearBest, hasLinkOf } from './decide.ts';
import { type Evidence, probabilityOf } from './evidence.ts';
import { explain, type Knowledge, MOST_LEARNED, type Sought, type Verdict } from './judge.ts';
import { learnPlayers } from './player-links.ts';
import { isIndividual } from './qualifiers.ts';
import { linkNodes, type Roster } from './roster.ts';
import { rosterPairs, settledRosters } from './roster-pairs.ts';
import type { Saying } from './saying.ts';
import { learnTeams } from './team-links.ts';
import { learnTournaments } from './tournament-links.ts';

/** Two known matches that turned out to be one. The first is the older, whose id stays. */
export interface SameMatch {
  readonly keep: MatchId;
  readonly other: MatchId;
  /** They have the sides the other way round. */
  readonly swapped: boolean;
  readonly probability: number;
  readonly evidence: readonly Evidence[];
}

/** What is known when matches are looked at again. */
export interface Reconsidered {
  readonly rosters: () => Iterable<Roster>;
  readonly knowledge: (sport: SportId) => Knowledge;
  readonly judgeAll: (sought: Sought) => readonly Verdict[];
}

/** So often what was learned is used to learn more, in one go. */
const PASSES = 4;
/** So many matches are looked at in a step. */
const STEP = 50;

/** See `MatchIndex.reconsider`. */
export function* reconsider(known: Reconsidered): Generator<SameMatch | undefined> {
  const settled = settledRosters(known.rosters());
  for (let pass = 0; pass < PASSES; pass++) {
    const pairs = [...rosterPairs(known.rosters())];
    for (const roster of known.rosters()) roster.isStale = false;
    for (const [one, other] of pairs) {
      learn(one, other, known);
      yield;
      const isSettled = settled.has(one) && settled.has(other);
      for (const [at, saying] of unmatched(one, other).entries()) {
        // A match that was joined meanwhile is spoken of by another saying.
        const same = one.sayings.has(saying) ? sameAs(saying, other, isSettled, known) : undefined;
        if (same || at % STEP === STEP - 1) yield same;
      }
    }
    if (pairs.length === 0) break;
  }
  for (const roster of known.rosters()) if (!settled.has(roster)) roster.isStale = true;
}

/** Learns which names of the two mean one side; names of persons only with the tournaments they play. */
function learn(one: Roster, other: Roster, { knowledge, judgeAll }: Reconsidered): void {
  const { weights, leagues } = knowledge(one.sport);
  const judge = (saying: Saying) => judgeAll(soughtBy(saying));
  if (isIndividual(one.sport)) learnTournaments(one, other, unmatched(one, other), judge, leagues);
  const links = isIndividual(one.sport)
    ? learnPlayers(one, other, weights, leagues)
    : learnTeams(one, other, weights);
  for (const { a, b, bits } of links) linkNodes(a, b, Math.min(MOST_LEARNED, bits));
}

/** Matches of the one that the other does not name yet. */
const unmatched = (one: Roster, other: Roster): Saying[] =>
  [...one.sayings].filter(
    (saying) => !saysToo(saying, other) && !hasLinkOf(saying.entry.match, other.provider),
  );

/** The match of the other source that this one is beyond doubt, and that is this one beyond doubt. */
function sameAs(
  saying: Saying,
  other: Roster,
  isSettled: boolean,
  known: Reconsidered,
): SameMatch | undefined {
  const best = bestOf(saying, other, isSettled, known);
  const back = best?.candidate.sayings.find(({ provider }) => provider === other.provider);
  const mutual = back && bestOf(back, saying.home.roster, isSettled, known);
  if (!best || mutual?.candidate !== saying.entry) return undefined;
  const [keep, gone] = inOrder(best.candidate.match, saying.entry.match);
  return {
    keep: keep.id,
    other: gone.id,
    swapped: best.swapped,
    probability: probabilityOf(best.bits),
    evidence: explain(best, referenceOf(saying.entry.match)),
  };
}

/** Only matches count that no source of this one names. */
function bestOf(
  saying: Saying,
  other: Roster,
  isSettled: boolean,
  { judgeAll }: Reconsidered,
): Verdict | undefined {
  const { links } = saying.entry.match;
  const best = clearBest(
    judgeAll(soughtBy(saying))
      .filter(({ candidate: { match } }) => hasLinkOf(match, other.provider))
      .filter(({ candidate: { match } }) => links.every((link) => !hasLinkOf(match, link.provider))),
  );
  if (best?.doubt === undefined) return best;
  return isSettled && best.doubt === 'double_header' ? best : undefined;
}

const soughtBy = ({ fixture, provider, home, away, entry }: Saying): Sought => ({
  provider,
  sport: entry.match.sport,
  fixture,
  start: entry.start,
  home,
  away,
  links: entry.match.links,
});

/** The older one first, by a rule that has one answer. */
const inOrder = (a: Match, b: Match): [Match, Match] =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id) ? [a, b] : [b, a];

const referenceOf = (match: Match): MatchReference => ({
  externalId: match.id,
  sport: match.sport,
  leagueName: match.leagueName,
  competitors: { home: match.home, away: match.away },
  startsAt: match.startsAt,
  startPrecision: match.startPrecision,
});
