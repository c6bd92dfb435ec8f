import { linkKey, type MatchId, type MatchLink, type ProviderId } from '../domain/ids.ts';
import type { Match, MatchReference } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { AliasTable } from './alias-table.ts';
import { shippedAliases } from './aliases/index.ts';
import { CandidateIndex } from './candidate-index.ts';
import { compareNames } from './compare-names.ts';
import { type Decision, decide } from './decide.ts';
import { type Fixture, FixtureReader, swapSides } from './fixture.ts';
import { judge, type Knowledge, REVIEW_LEAST, type Sought, type Verdict } from './judge.ts';
import { LeagueLinks } from './league-links.ts';
import { reconsider, type SameMatch } from './reconsider.ts';
import { Rosters, type TeamNode } from './roster.ts';
import type { IndexedMatch, Saying } from './saying.ts';
import { Separations } from './separations.ts';
import type { TeamName } from './team-name.ts';
import { TokenWeights } from './token-weights.ts';

export type { Decision };

/** What a source that joined a match calls it: its names are one more way to find the match by. */
export interface Joined {
  readonly provider: ProviderId;
  readonly reference: MatchReference;
  readonly swapped: boolean;
}

interface SportIndex extends Knowledge {
  readonly candidates: CandidateIndex;
}

/** All known matches, arranged so that it is quick to say which of them a source speaks of. */
export class MatchIndex {
  readonly #matches = new Map<MatchId, Match>();
  readonly #entries = new Map<MatchId, IndexedMatch>();
  readonly #byLink = new Map<string, MatchId>();
  readonly #sports = new Map<SportId, SportIndex>();
  readonly #rosters = new Rosters();
  readonly #reader: FixtureReader;
  readonly #separations: Separations;

  constructor(options: { readonly aliases?: AliasTable; readonly separations?: Separations } = {}) {
    this.#reader = new FixtureReader(options.aliases ?? shippedAliases());
    this.#separations = options.separations ?? new Separations();
  }

  get size(): number {
    return this.#matches.size;
  }

  get(id: MatchId): Match | undefined {
    return this.#matches.get(id);
  }

  /** Makes the match known; one with the same id is replaced. */
  add(match: Match): void {
    const isNews = !this.#matches.has(match.id);
    this.remove(match.id);
    this.#put(match, [], isNews ? match.links[0]?.provider : undefined);
  }

  /** Takes the match's new state (links, start, names), and what the source that joined calls it. */
  update(match: Match, joined?: Joined): void {
    const entry = this.#entries.get(match.id);
    const fixture = joined && this.#read(joined.reference);
    const said = joined &&
      fixture && { provider: joined.provider, fixture: joined.swapped ? swapSides(fixture) : fixture };
    const isNew = said && !entry?.sayings.some(({ provider }) => provider === said.provider);
    if (entry && tellsTheSame(entry.match, match)) {
      for (const link of match.links) this.#byLink.set(linkKey(link), match.id);
      this.#matches.set(match.id, match);
      entry.match = match;
      if (isNew) this.#hear(entry, said);
      return;
    }
    const others = (entry?.sayings ?? [])
      .slice(1)
      .filter(({ provider }) => match.links.some((link) => link.provider === provider))
      .map(({ provider, fixture }) => ({ provider, fixture }));
    if (isNew) others.push(said);
    this.remove(match.id);
    this.#put(match, others, joined?.provider);
  }

  /** One more source has named a match that is known. */
  #hear(entry: IndexedMatch, said: Pick<Saying, 'provider' | 'fixture'>): void {
    const { sport } = entry.match;
    const { candidates, weights, leagues } = this.#sport(sport);
    const [home, away] = this.#rosters.enter(said.provider, sport, said.fixture);
    const saying: Saying = { ...said, home, away, entry };
    candidates.widen(entry, said.fixture);
    for (const other of entry.sayings) leagues.count(other, saying, 1);
    entry.sayings.push(saying);
    this.#rosters.add(saying, true);
    weights.add(said.fixture.home);
    weights.add(said.fixture.away);
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
    const { candidates, weights, leagues } = this.#sport(match.sport);
    candidates.remove(entry);
    for (const saying of entry.sayings) {
      this.#rosters.remove(saying);
      weights.remove(saying.fixture.home);
      weights.remove(saying.fixture.away);
    }
    countLeagues(leagues, entry, -1);
  }

  /** Which match the provider speaks of. Changes nothing: the caller adds the link or the new match. */
  resolve(provider: ProviderId, reference: MatchReference): Decision {
    const linked = this.#byLink.get(`${provider}:${reference.externalId}`);
    const { competitors } = reference;
    if (linked !== undefined)
      return { kind: 'linked', matchId: linked, swapped: this.isSwapped(linked, reference) };
    if (competitors === undefined) return { kind: 'unresolvable', why: 'no_competitors' };
    if (reference.startsAt === undefined) return { kind: 'unresolvable', why: 'no_start' };
    const fixture = this.#read(reference);
    if (!fixture) return { kind: 'unresolvable', why: 'no_names' };
    const { sport, startsAt: at, startPrecision: precision = 'minute' } = reference;
    const [home, away] = this.#rosters.find(provider, sport, fixture);
    const links = [{ provider, externalId: reference.externalId }];
    const sought = { provider, sport, fixture, start: { at, precision }, home, away, links };
    return decide(provider, reference, this.#judgeAll(sought));
  }

  /**
   * Looks again at what was kept apart, with what the matches learned since tell about names (`relearn`). Gives pairs of
   * matches that are one, which the caller takes in with `join` before it asks for more, and `undefined` for a step that
   * found none; a step costs a few milliseconds. What is open because a source may not have named all its matches yet
   * is decided by a second look, when nothing came in between.
   */
  reconsider(): Generator<SameMatch | undefined> {
    return reconsider({
      rosters: () => this.#rosters.all(),
      knowledge: (sport) => this.#sport(sport),
      judgeAll: (sought) => this.#judgeAll(sought),
    });
  }

  /** Takes two matches for one, which has the id and the names of `keep` and the links of both. */
  join(joined: Match, { keep, other, swapped }: SameMatch): void {
    const said = [
      ...(this.#entries.get(keep)?.sayings.slice(1) ?? []),
      ...(this.#entries.get(other)?.sayings ?? []).map(({ provider, fixture }) => ({
        provider,
        fixture: swapped ? swapSides(fixture) : fixture,
      })),
    ];
    this.remove(other);
    this.remove(keep);
    this.#put(joined, said);
  }

  /** `news`: whose saying of the match is new. */
  #put(match: Match, others: readonly Pick<Saying, 'provider' | 'fixture'>[], news?: ProviderId): void {
    this.#matches.set(match.id, match);
    for (const link of match.links) this.#byLink.set(linkKey(link), match.id);
    const fixture = this.#reader.read(match);
    if (!fixture) return;
    const sayings: Saying[] = [];
    const start = { at: match.startsAt, precision: match.startPrecision };
    const entry: IndexedMatch = { match, start, sayings, seenBy: 0, sides: 0 };
    this.#entries.set(match.id, entry);
    const { candidates, weights, leagues } = this.#sport(match.sport);
    const first = { provider: match.links[0]?.provider ?? NOBODY, fixture };
    for (const said of [first, ...others]) {
      const [home, away] = this.#rosters.enter(said.provider, match.sport, said.fixture);
      const saying: Saying = { ...said, home, away, entry };
      sayings.push(saying);
      this.#rosters.add(saying, saying.provider === news);
      weights.add(said.fixture.home);
      weights.add(said.fixture.away);
    }
    candidates.add(entry);
    countLeagues(leagues, entry, 1);
  }

  #judgeAll(sought: Sought): Verdict[] {
    const sport = this.#sports.get(sought.sport);
    if (!sport) return [];
    const verdicts: Verdict[] = [];
    const homes = namesOf(sought.fixture.home, sought.home);
    const aways = namesOf(sought.fixture.away, sought.away);
    for (const candidate of sport.candidates.near(homes, aways, sought.start)) {
      if (this.#separations.has(sought.links, candidate.match.links)) continue;
      const verdict = judge(sought, candidate, sport);
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
    const fixture = this.#read(reference);
    const sport = this.#sports.get(match.sport);
    const ours = entry.sayings[0]?.fixture;
    if (!fixture || !sport || !ours) return false;
    const fits = (home: TeamName, away: TeamName) =>
      compareNames(fixture.home, home, sport.weights) + compareNames(fixture.away, away, sport.weights);
    return fits(ours.away, ours.home) > fits(ours.home, ours.away);
  }

  #read(reference: MatchReference): Fixture | undefined {
    const { competitors } = reference;
    return competitors && this.#reader.read({ ...reference, ...competitors });
  }

  #sport(sport: SportId): SportIndex {
    let index = this.#sports.get(sport);
    if (!index) {
      index = {
        candidates: new CandidateIndex(sport),
        weights: new TokenWeights(),
        leagues: new LeagueLinks(),
      };
      this.#sports.set(sport, index);
    }
    return index;
  }
}

/** Whose word a match without links is. */
const NOBODY = '' as ProviderId;

/** True when the two differ in nothing that a match is found by, and no link is gone. */
const tellsTheSame = (before: Match, after: Match): boolean =>
  before.startsAt === after.startsAt &&
  before.startPrecision === after.startPrecision &&
  before.sport === after.sport &&
  before.league === after.league &&
  before.leagueName === after.leagueName &&
  before.home.name === after.home.name &&
  before.away.name === after.away.name &&
  before.links.every((link, at) => linkKey(link) === linkKey(after.links[at] ?? NO_LINK));

const NO_LINK: MatchLink = { provider: NOBODY, externalId: '' };

/** A side's own name, and the names of other sources that were learned to mean it. */
function namesOf(name: TeamName, node: TeamNode | undefined): TeamName[] {
  if (!node?.partners) return [name];
  return [name, ...[...node.partners.keys()].map((partner) => partner.name)];
}

function countLeagues(leagues: LeagueLinks, { sayings }: IndexedMatch, matches: number): void {
  for (const [at, a] of sayings.entries())
    for (const b of sayings.slice(at + 1)) leagues.count(a, b, matches);
}
