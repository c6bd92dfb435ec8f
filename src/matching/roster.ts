import type { ProviderId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { Fixture } from './fixture.ts';
import type { LeagueReading } from './league-fit.ts';
import { isIndividual, type Qualifiers } from './qualifiers.ts';
import type { Saying } from './saying.ts';
import type { TeamName } from './team-name.ts';

/** A team or player under one source's name for it, with the matches it plays in there. */
export interface TeamNode {
  readonly roster: Roster;
  readonly name: TeamName;
  readonly qualifiers: Qualifiers;
  readonly games: Saying[];
  /** Names of other sources that were learned to mean the same, with the bits of that; absent for most. */
  partners: Map<TeamNode, number> | undefined;
}

/** The sides one source names in one league; where persons compete, in all its tournaments. */
export interface Roster {
  readonly provider: ProviderId;
  readonly sport: SportId;
  readonly key: string;
  readonly league: LeagueReading;
  readonly nodes: Map<string, TeamNode>;
  readonly sayings: Set<Saying>;
  /** Something came, went or was linked since it was last looked at. */
  isStale: boolean;
  /** How many matches the source has named; how many at the last look. */
  news: number;
  looked: number;
}

/** Who plays where, by source and league. */
export class Rosters {
  readonly #rosters = new Map<string, Roster>();

  all(): Iterable<Roster> {
    return this.#rosters.values();
  }

  /** The sides of a fixture as that source names them; `undefined` for a name not heard in that league before. */
  find(provider: ProviderId, sport: SportId, fixture: Fixture): [TeamNode | undefined, TeamNode | undefined] {
    const roster = this.#rosters.get(rosterKey(provider, sport, fixture.league));
    if (!roster) return [undefined, undefined];
    return [
      roster.nodes.get(nodeKey(fixture.home, fixture.homeQualifiers)),
      roster.nodes.get(nodeKey(fixture.away, fixture.awayQualifiers)),
    ];
  }

  /** The sides of a fixture, made known where they are not. */
  enter(provider: ProviderId, sport: SportId, fixture: Fixture): [TeamNode, TeamNode] {
    const key = rosterKey(provider, sport, fixture.league);
    let roster = this.#rosters.get(key);
    if (!roster) {
      const { league } = fixture;
      roster = {
        provider,
        sport,
        key,
        league,
        nodes: new Map(),
        sayings: new Set(),
        isStale: true,
        news: 0,
        looked: 0,
      };
      this.#rosters.set(key, roster);
    }
    return [
      enterNode(roster, fixture.home, fixture.homeQualifiers),
      enterNode(roster, fixture.away, fixture.awayQualifiers),
    ];
  }

  /** `isNews`: the source has not named the match before. */
  add(saying: Saying, isNews: boolean): void {
    const { home, away } = saying;
    const { roster } = home;
    roster.sayings.add(saying);
    roster.isStale = true;
    if (isNews) roster.news++;
    home.games.push(saying);
    away.games.push(saying);
  }

  /** Takes the match out; names of which something was learned stay. */
  remove(saying: Saying): void {
    const { home, away } = saying;
    const { roster } = home;
    roster.sayings.delete(saying);
    roster.isStale = true;
    for (const node of [home, away]) {
      const at = node.games.indexOf(saying);
      const last = at < 0 ? undefined : node.games.pop();
      if (last && at < node.games.length) node.games[at] = last;
      if (node.games.length === 0 && node.partners === undefined)
        roster.nodes.delete(nodeKey(node.name, node.qualifiers));
    }
    if (roster.nodes.size === 0) this.#rosters.delete(roster.key);
  }
}

/** Keeps that two names of two sources mean one side, with the bits of that. */
export function linkNodes(a: TeamNode, b: TeamNode, bits: number): void {
  a.partners = (a.partners ?? new Map()).set(b, bits);
  b.partners = (b.partners ?? new Map()).set(a, bits);
}

/** Forgets that two names mean one side. */
export function unlinkNodes(a: TeamNode, b: TeamNode): void {
  for (const [node, partner] of [
    [a, b],
    [b, a],
  ] as const) {
    node.partners?.delete(partner);
    if (node.partners?.size === 0) node.partners = undefined;
  }
}

const rosterKey = (provider: ProviderId, sport: SportId, league: LeagueReading): string =>
  isIndividual(sport) ? `${provider}|${sport}` : `${provider}|${sport}|${league.hint ?? league.id}`;

const nodeKey = (name: TeamName, qualifiers: Qualifiers): string =>
  qualifiers === '' ? name.key : `${name.key}#${qualifiers}`;

function enterNode(roster: Roster, name: TeamName, qualifiers: Qualifiers): TeamNode {
  const key = nodeKey(name, qualifiers);
  let node = roster.nodes.get(key);
  if (!node) {
    node = { roster, name, qualifiers, games: [], partners: undefined };
    roster.nodes.set(key, node);
  }
  return node;
}
