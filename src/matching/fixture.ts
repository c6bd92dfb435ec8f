import type { LeagueId } from '../domain/ids.ts';
import type { Competitor, StartPrecision } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { EpochMs } from '../domain/time.ts';
import type { AliasTable } from './alias-table.ts';
import { type LeagueReading, readLeague } from './league-fit.ts';
import { joinQualifiers, leagueQualifiers, type Qualifiers } from './qualifiers.ts';
import { readTeamName, type TeamName } from './team-name.ts';

/** What matching needs to know of a match or of a reference to one, read once. */
export interface Fixture {
  readonly home: TeamName;
  readonly away: TeamName;
  readonly homeQualifiers: Qualifiers;
  readonly awayQualifiers: Qualifiers;
  readonly league: LeagueReading;
}

/** The fixture with home and away exchanged. */
export const swapSides = (fixture: Fixture): Fixture => ({
  home: fixture.away,
  away: fixture.home,
  homeQualifiers: fixture.awayQualifiers,
  awayQualifiers: fixture.homeQualifiers,
  league: fixture.league,
});

export interface FixtureText {
  readonly sport: SportId;
  readonly league?: LeagueId | undefined;
  readonly leagueName?: string | undefined;
  readonly home: Competitor;
  readonly away: Competitor;
  readonly startsAt?: EpochMs;
  readonly startPrecision?: StartPrecision;
}

/** So many names are remembered before all are forgotten: twice the names of 50,000 matches of one sport's week. */
const REMEMBERED = 20_000;
const SEPARATOR = '\u0000';

interface QualifiedLeague {
  readonly reading: LeagueReading;
  readonly qualifiers: readonly string[];
}

/** Reads fixtures, and remembers names and leagues it has read, since feeds say the same ones again and again. */
export class FixtureReader {
  readonly #aliases: AliasTable;
  readonly #names = new Map<string, TeamName | null>();
  readonly #leagues = new Map<string, QualifiedLeague>();

  constructor(aliases: AliasTable) {
    this.#aliases = aliases;
  }

  /** `undefined` when either side names nobody, or both name the same side. */
  read(text: FixtureText): Fixture | undefined {
    return this.#read(text, false) ?? this.#read(text, true);
  }

  #read(text: FixtureText, isWhole: boolean): Fixture | undefined {
    const { reading: league, qualifiers } = this.#league(text);
    const home = this.#name(text.home, text.sport, league.hint, isWhole);
    const away = this.#name(text.away, text.sport, league.hint, isWhole);
    if (!home || !away) return undefined;
    const homeQualifiers = joinQualifiers(home.qualifiers, qualifiers);
    const awayQualifiers = joinQualifiers(away.qualifiers, qualifiers);
    if (home.key === away.key && homeQualifiers === awayQualifiers) return undefined;
    return { home, away, homeQualifiers, awayQualifiers, league };
  }

  #name(
    competitor: Competitor,
    sport: SportId,
    hint: LeagueId | undefined,
    isWhole: boolean,
  ): TeamName | undefined {
    const key = `${sport}${SEPARATOR}${hint ?? ''}${SEPARATOR}${isWhole ? '!' : ''}${competitor.name}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known ?? undefined;
    if (this.#names.size >= REMEMBERED) this.#names.clear();
    const name = readTeamName(competitor.name, sport, hint, this.#aliases, isWhole);
    this.#names.set(key, name ?? null);
    return name;
  }

  #league({ sport, league, leagueName }: FixtureText): QualifiedLeague {
    const key = `${sport}${SEPARATOR}${league ?? ''}${SEPARATOR}${leagueName ?? ''}`;
    const known = this.#leagues.get(key);
    if (known) return known;
    if (this.#leagues.size >= REMEMBERED) this.#leagues.clear();
    const read = {
      reading: readLeague(sport, league, leagueName),
      qualifiers: leagueQualifiers(`${league ?? ''} ${leagueName ?? ''}`, sport),
    };
    this.#leagues.set(key, read);
    return read;
  }
}
