import { linkKey, type MatchId, type ProviderId } from '../domain/ids.ts';
import type { Match, MatchReference } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { AliasTable } from './alias-table.ts';
import { shippedAliases } from './aliases/index.ts';
import { CandidateIndex, type IndexedMatch } from './candidate-index.ts';
import { compareNames } from './compare-names.ts';
import { type Evidence, probabilityOf, type ReviewCandidate, type ReviewReason } from './evidence.ts';
import { type Fixture, FixtureReader } from './fixture.ts';
import { explain, judge, REVIEW_LEAST, type Verdict } from './judge.ts';
import { TokenWeights } from './token-weights.ts';

export type Decision =
  /** The provider's id is already linked. */
  | { readonly kind: 'linked'; readonly matchId: MatchId; readonly swapped: boolean }
  | {
      readonly kind: 'same';
      readonly matchId: MatchId;
      readonly swapped: boolean;
      readonly probability: number;
      readonly evidence: readonly Evidence[];
    }
  /** A match of its own; near misses are named for review, best first. */
  | { readonly kind: 'new'; readonly review: readonly ReviewCandidate[] }
  /** Only a link could have told. */
  | { readonly kind: 'unresolvable'; readonly why: 'no_competitors' | 'no_start' | 'no_names' };

/** A second match this close to the best, in bits (1:64), makes the best a guess. */
const CLEAR_LEAD = 6;
const REVIEW_MOST = 3;
/** Who is listed first means nothing between two persons. */
const UNORDERED: ReadonlySet<SportId> = new Set(['tennis', 'mma']);

interface SportIndex {
  readonly candidates: CandidateIndex;
  readonly weights: TokenWeights;
}

/** All known matches, arranged so that it is quick to say which of them a source speaks of. */
export class MatchIndex {
  readonly #matches = new Map<MatchId, Match>();
  readonly #entries = new Map<MatchId, IndexedMatch>();
  readonly #byLink = new Map<string, MatchId>();
  readonly #sports = new Map<SportId, SportIndex>();
  readonly #reader: FixtureReader;

  constructor(options: { readonly aliases?: AliasTable } = {}) {
    this.#reader = new FixtureReader(options.aliases ?? shippedAliases());
  }

  get size(): number {
    return this.#matches.size;
  }

  get(id: MatchId): Match | undefined {
    return this.#matches.get(id);
  }

  /** Makes the match known; one with the same id is replaced. */
  add(match: Match): void {
    this.remove(match.id);
    this.#matches.set(match.id, match);
    for (const link of match.links) this.#byLink.set(linkKey(link), match.id);
    const fixture = this.#reader.read(match);
    if (!fixture) return;
    const entry: IndexedMatch = {
      ...fixture,
      match,
      start: { at: match.startsAt, precision: match.startPrecision },
      seenBy: 0,
      sides: 0,
    };
    this.#entries.set(match.id, entry);
    const { candidates, weights } = this.#sport(match.sport);
    candidates.add(entry);
    weights.add(entry.home);
    weights.add(entry.away);
  }

  /** Takes the match's new state: links, start, names. */
  update(match: Match): void {
    this.add(match);
  }

  remove(id: MatchId): void {
    const match = this.#matches.get(id);
    if (!match) return;
    this.#matches.delete(id);
    for (const link of match.links) {
      const key = linkKey(link);
      if (this.#byLink.get(key) === id) this.#byLink.delete(key);
    }
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    const { candidates, weights } = this.#sport(match.sport);
    candidates.remove(entry);
    weights.remove(entry.home);
    weights.remove(entry.away);
  }

  /** Which match the provider speaks of. Changes nothing: the caller adds the link or the new match. */
  resolve(provider: ProviderId, reference: MatchReference): Decision {
    const linked = this.#byLink.get(`${provider}:${reference.externalId}`);
    const { competitors } = reference;
    if (linked !== undefined)
      return { kind: 'linked', matchId: linked, swapped: this.isSwapped(linked, reference) };
    if (competitors === undefined) return { kind: 'unresolvable', why: 'no_competitors' };
    if (reference.startsAt === undefined) return { kind: 'unresolvable', why: 'no_start' };
    const fixture = this.#reader.read({ ...reference, ...competitors });
    if (!fixture) return { kind: 'unresolvable', why: 'no_names' };
    return this.#decide(provider, reference, this.#judgeAll(reference, fixture));
  }

  #decide(provider: ProviderId, reference: MatchReference, verdicts: Verdict[]): Decision {
    verdicts.sort((a, b) => b.bits - a.bits || (a.candidate.match.id < b.candidate.match.id ? -1 : 1));
    const open = verdicts.filter(({ candidate }) => !hasOtherId(candidate.match, provider));
    const [best, second] = open;
    const clear = second === undefined || (best !== undefined && best.bits - second.bits >= CLEAR_LEAD);
    if (best && best.doubt === undefined && clear)
      return {
        kind: 'same',
        matchId: best.candidate.match.id,
        swapped: best.swapped,
        probability: probabilityOf(best.bits),
        evidence: explain(best, reference),
      };
    const review: ReviewCandidate[] = [];
    for (const verdict of verdicts) {
      if (review.length === REVIEW_MOST) break;
      const why = reviewReason(verdict, provider);
      if (why === undefined) continue;
      const { candidate, swapped, bits } = verdict;
      const probability = probabilityOf(bits);
      review.push({
        matchId: candidate.match.id,
        swapped,
        probability,
        why,
        evidence: explain(verdict, reference),
      });
    }
    return { kind: 'new', review };
  }

  #judgeAll(reference: MatchReference, fixture: Fixture): Verdict[] {
    const sport = this.#sports.get(reference.sport);
    if (!sport || reference.startsAt === undefined) return [];
    const start = { at: reference.startsAt, precision: reference.startPrecision ?? 'minute' } as const;
    const orderMeans = !UNORDERED.has(reference.sport);
    const verdicts: Verdict[] = [];
    for (const candidate of sport.candidates.near(fixture.home, fixture.away, start)) {
      const verdict = judge(fixture, start, orderMeans, candidate, sport.weights);
      if (verdict && verdict.bits >= REVIEW_LEAST) verdicts.push(verdict);
    }
    return verdicts;
  }

  /** Whether a source that means this match gives the sides the other way round, told from the names it gives. */
  isSwapped(id: MatchId, reference: MatchReference): boolean {
    const entry = this.#entries.get(id);
    const { competitors } = reference;
    if (!entry || !competitors) return false;
    const { match } = entry;
    if (competitors.home.name === match.home.name && competitors.away.name === match.away.name) return false;
    const fixture = this.#reader.read({ ...reference, ...competitors });
    const sport = this.#sports.get(match.sport);
    if (!fixture || !sport) return false;
    const fits = (home: IndexedMatch['home'], away: IndexedMatch['home']) =>
      compareNames(fixture.home, home, sport.weights) + compareNames(fixture.away, away, sport.weights);
    return fits(entry.away, entry.home) > fits(entry.home, entry.away);
  }

  #sport(sport: SportId): SportIndex {
    let index = this.#sports.get(sport);
    if (!index) {
      index = { candidates: new CandidateIndex(sport), weights: new TokenWeights() };
      this.#sports.set(sport, index);
    }
    return index;
  }
}

const hasOtherId = (match: Match, provider: ProviderId): boolean =>
  match.links.some((link) => link.provider === provider);

/** A start so near that one provider should not have two ids for it. */
const SAME_START_BITS = 4;

function reviewReason(verdict: Verdict, provider: ProviderId): ReviewReason | undefined {
  if (!hasOtherId(verdict.candidate.match, provider)) return verdict.doubt ?? 'ambiguous';
  return verdict.doubt === undefined && verdict.start >= SAME_START_BITS
    ? 'provider_has_other_id'
    : undefined;
}
