import type { ProviderId } from '../domain/ids.ts';
import type { Sought } from './judge.ts';
import { type LeagueReading, leagueFit, shareWord } from './league-fit.ts';
import { isIndividual } from './qualifiers.ts';
import type { IndexedMatch, Saying } from './saying.ts';

/** So many matches in common make two leagues one. */
const LEAST = 3;
const SAME_LEAGUE = 3;
/** From so many matches in common with other leagues of that source, two leagues are known to be two. */
const ENOUGH = 10;
const OTHER_LEAGUE = -12;
/** The same two players meet in one tournament this week and in another the next. */
export const OTHER_TOURNAMENT = -10;

/** The leagues of one other source that a league has matches in common with. */
interface Tally {
  total: number;
  readonly leagues: Map<string, number>;
}

/** Which leagues of two sources are one, learned from the matches they have in common. */
export class LeagueLinks {
  readonly #tallies = new Map<string, Tally>();
  readonly #supposed = new Set<string>();

  /** Counts matches that the two have in common, or (negative) had. */
  count(a: Saying, b: Saying, matches: number): void {
    this.#add(a, b, matches);
    this.#add(b, a, matches);
  }

  /** Takes two leagues for one before they have matches in common. */
  suppose(a: Saying, b: Saying): void {
    this.#supposed.add(`${tallyKey(a.provider, a.fixture.league, b.provider)}|${b.fixture.league.id}`);
    this.#supposed.add(`${tallyKey(b.provider, b.fixture.league, a.provider)}|${a.fixture.league.id}`);
  }

  /** Bits from the leagues; where starts are known to the week only, from the tournaments. */
  fit({ provider, sport, fixture, start }: Sought, { sayings, start: other }: IndexedMatch): number {
    const first = sayings[0];
    if (first === undefined) return 0;
    const known = leagueFit(fixture.league, first.fixture.league);
    if (known !== 0) return known;
    let isOther = false;
    for (const saying of sayings) {
      const learned = this.#learned(provider, fixture.league, saying);
      if (learned > 0) return SAME_LEAGUE;
      if (learned < 0) isOther = true;
    }
    if (!isIndividual(sport)) return isOther ? OTHER_LEAGUE : 0;
    if (sayings.some((saying) => shareWord(fixture.league, saying.fixture.league))) return SAME_LEAGUE;
    const isVague = start.precision === 'week' || other.precision === 'week';
    return isOther || isVague ? OTHER_TOURNAMENT : 0;
  }

  /** Positive for one league, negative for two, zero when that is not known. */
  #learned(provider: ProviderId, league: LeagueReading, saying: Saying): number {
    const key = tallyKey(provider, league, saying.provider);
    const { league: theirLeague } = saying.fixture;
    if (this.#supposed.size > 0 && this.#supposed.has(`${key}|${theirLeague.id}`)) return 1;
    const ours = this.#tallies.get(key);
    if (!ours) return 0;
    const count = ours.leagues.get(theirLeague.id) ?? 0;
    if (count >= LEAST) return 1;
    if (count > 0 || ours.total < ENOUGH) return 0;
    const theirs = this.#tallies.get(tallyKey(saying.provider, theirLeague, provider));
    return (theirs?.total ?? 0) >= ENOUGH ? -1 : 0;
  }

  #add(from: Saying, to: Saying, matches: number): void {
    const key = tallyKey(from.provider, from.fixture.league, to.provider);
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = { total: 0, leagues: new Map() };
      this.#tallies.set(key, tally);
    }
    const { id } = to.fixture.league;
    const count = (tally.leagues.get(id) ?? 0) + matches;
    if (count > 0) tally.leagues.set(id, count);
    else tally.leagues.delete(id);
    tally.total += matches;
    if (tally.leagues.size === 0) this.#tallies.delete(key);
  }
}

const tallyKey = (from: ProviderId, { id }: LeagueReading, to: ProviderId): string => `${from}|${id}|${to}`;
