import type { Competitor, MatchReference } from '../../domain/match.ts';
import type { Statement } from '../../domain/observation.ts';
import { days, epochMs, parseInstant } from '../../domain/time.ts';
import { readLeague, readName } from './leagues.ts';
import { readScore } from './status.ts';
import { type Fixture, isFixture, type Team } from './wire.ts';

/** The statement of an element of `/fixtures`, or why there is none. */
export function readFixture(element: unknown): Statement | string {
  if (!isFixture(element)) return 'wrong_type';
  const [home, away] = [readTeam(element.teams.home), readTeam(element.teams.away)];
  if (home === undefined || away === undefined || home.name === away.name) return 'teams_unknown';
  const start = readStart(element);
  if (start === undefined) return 'no_start_time';
  const score = readScore(element);
  if (typeof score === 'string') return score;
  const match: MatchReference = {
    externalId: String(element.fixture.id),
    sport: 'soccer',
    ...readLeague(element.league),
    competitors: { home, away },
    ...start,
  };
  return { match, score };
}

function readTeam({ id, name }: Team): Competitor | undefined {
  const known = readName(name);
  if (known === undefined) return undefined;
  return { name: known, ...(typeof id === 'number' && { externalId: String(id) }) };
}

/** Where the time is still to be defined, the wire's is a placeholder and only its local day counts. */
function readStart({ fixture }: Fixture): Pick<MatchReference, 'startsAt' | 'startPrecision'> | undefined {
  const at = parseInstant(fixture.date);
  if (at === undefined) return undefined;
  if (fixture.status.short !== 'TBD') return { startsAt: at, startPrecision: 'minute' };
  const localDay = Date.parse(fixture.date.slice(0, 10));
  return { startsAt: epochMs(localDay - (localDay % days(1))), startPrecision: 'day' };
}
