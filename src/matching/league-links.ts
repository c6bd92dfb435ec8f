import type { ProviderId } from '../domain/ids.ts';
import type { Sought } from './judge.ts';
import { type LeagueReading, leagueFit, shareWord } from './league-fit.ts';
import { isIndividual } from './qualifiers.ts';
import type { IndexedMatch, Saying } from './saying.ts';

/** So many matches in common make two tournaments one. */
const LEAST = 3;
const SAME_TOURNAMENT = 3;
/** The same two players meet in one tournament this week and in another the next. */
const OTHER_TOURNAMENT = -8;

/** Which tournaments of two sources are one, learned from the matches they have in common. */
export class LeagueLinks {
  readonly #links = new Map<string, Map<string, number>>();

  /** Counts matches that the two have in common, or (negative) had. */
  count(a: Saying, b: Saying, matches: number): void {
    this.#add(leagueKey(a.provider, a.fixture.league), leagueKey(b.provider, b.fixture.league), matches);
    this.#add(leagueKey(b.provider, b.fixture.league), leagueKey(a.provider, a.fixture.league), matches);
  }

  /** Bits from the leagues; where starts are known to the week only, from the tournaments. */
  fit({ provider, sport, fixture, start }: Sought, { sayings, start: other }: IndexedMatch): number {
    const first = sayings[0]?.fixture.league;
    if (first === undefined) return 0;
    if (!isIndividual(sport)) return leagueFit(fixture.league, first);
    const isVague = start.precision === 'week' || other.precision === 'week';
    const key = leagueKey(provider, fixture.league);
    for (const saying of sayings) {
      const { league } = saying.fixture;
      if (leagueFit(fixture.league, league) > 0 || shareWord(fixture.league, league)) return SAME_TOURNAMENT;
      if (this.#has(key, leagueKey(saying.provider, league))) return SAME_TOURNAMENT;
    }
    return isVague ? OTHER_TOURNAMENT : 0;
  }

  #has(a: string, b: string): boolean {
    return (this.#links.get(a)?.get(b) ?? 0) >= LEAST;
  }

  #add(a: string, b: string, matches: number): void {
    let links = this.#links.get(a);
    if (!links) {
      links = new Map();
      this.#links.set(a, links);
    }
    const count = (links.get(b) ?? 0) + matches;
    if (count > 0) links.set(b, count);
    else links.delete(b);
    if (links.size === 0) this.#links.delete(a);
  }
}

const leagueKey = (provider: ProviderId, { id }: LeagueReading): string => `${provider}|${id}`;
