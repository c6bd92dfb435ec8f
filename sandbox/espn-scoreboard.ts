import { decimalToAmerican } from '../src/domain/odds.ts';
import type { SportId } from '../src/domain/sports/index.ts';
import { type Book, books } from '../src/providers/simulated/bookmaker.ts';
import type { Club } from '../src/providers/simulated/clubs.ts';
import { matchClock } from '../src/providers/simulated/match-clock.ts';
import type { Sighting } from '../src/providers/simulated/sighting.ts';

export interface EspnPlace {
  readonly uid: string;
  readonly name: string;
}

/** A scoreboard in ESPN's shape. `date` of an event has no seconds; scores are strings. */
export function writeScoreboard(sightings: readonly Sighting[], place: EspnPlace, day: string): unknown {
  return {
    leagues: [
      { id: place.uid.split(':').at(-1), uid: place.uid, name: place.name, abbreviation: place.name },
    ],
    season: { type: 2, year: Number(day.slice(0, 4)) },
    day: { date: day },
    events: sightings.map((seen) => writeEvent(seen, place.uid)),
  };
}

function writeEvent(seen: Sighting, uid: string): unknown {
  const { fixture } = seen;
  const id = String(fixture.salt);
  const { home, away } = fixture;
  const date = new Date(fixture.startsAt).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
  const status = writeStatus(seen);
  const odds = writeOdds(seen);
  return {
    id,
    uid: `${uid}~e:${id}`,
    date,
    name: `${away.names.full} at ${home.names.full}`,
    shortName: `${away.abbreviation} @ ${home.abbreviation}`,
    competitions: [
      {
        id,
        uid: `${uid}~e:${id}~c:${id}`,
        date,
        timeValid: true,
        neutralSite: false,
        competitors: [writeCompetitor(seen, 'home', uid), writeCompetitor(seen, 'away', uid)],
        status,
        ...(odds === undefined ? {} : { odds }),
      },
    ],
    status,
  };
}

function writeCompetitor({ fixture, score, status }: Sighting, side: 'home' | 'away', uid: string): unknown {
  const club = fixture[side];
  const other = side === 'home' ? 'away' : 'home';
  const won = score && score[side] > score[other];
  return {
    id: String(club.number + 1),
    uid: `${uid.split('~')[0]}~t:${club.number + 1}`,
    type: 'team',
    order: side === 'home' ? 0 : 1,
    homeAway: side,
    ...(status === 'finished' ? { winner: won === true } : {}),
    team: writeTeam(club),
    score: String(score?.[side] ?? 0),
  };
}

const writeTeam = (club: Club): unknown => ({
  id: String(club.number + 1),
  abbreviation: club.abbreviation,
  displayName: club.names.full,
  shortDisplayName: club.names.short,
});

interface StatusType {
  readonly id: string;
  readonly name: string;
  readonly state: 'pre' | 'in' | 'post';
  readonly completed: boolean;
  readonly description: string;
}

const type = (id: number, name: string, state: StatusType['state'], description: string): StatusType => ({
  id: String(id),
  name,
  state,
  completed: name === 'STATUS_FINAL' || name === 'STATUS_FULL_TIME',
  description,
});

function statusType(sport: SportId, status: Sighting['status'], period: number): StatusType {
  const soccer = sport === 'soccer';
  if (status === 'scheduled') return type(1, 'STATUS_SCHEDULED', 'pre', 'Scheduled');
  if (status === 'postponed') return type(6, 'STATUS_POSTPONED', 'post', 'Postponed');
  if (status === 'finished')
    return soccer
      ? type(28, 'STATUS_FULL_TIME', 'post', 'Full Time')
      : type(3, 'STATUS_FINAL', 'post', 'Final');
  if (status === 'paused')
    return sport === 'ice_hockey'
      ? type(22, 'STATUS_END_PERIOD', 'in', 'End of Period')
      : type(23, 'STATUS_HALFTIME', 'in', 'Halftime');
  if (!soccer) return type(2, 'STATUS_IN_PROGRESS', 'in', 'In Progress');
  return period === 1
    ? type(25, 'STATUS_FIRST_HALF', 'in', 'First Half')
    : type(26, 'STATUS_SECOND_HALF', 'in', 'Second Half');
}

function writeStatus({ fixture, status, period, elapsed }: Sighting): unknown {
  const clock = status === 'live' ? matchClock(fixture, period, elapsed) : undefined;
  const named = statusType(fixture.sport, status, period);
  const display = clock?.display ?? (fixture.sport === 'soccer' ? "0'" : '0.0');
  return {
    clock: clock?.seconds ?? 0,
    displayClock: display,
    // A postponed match has no period at all.
    ...(status === 'postponed' ? {} : { period }),
    type: {
      ...named,
      detail: clock?.display ?? named.description,
      shortDetail: clock?.display ?? named.description,
    },
  };
}

/** Before the start one bookmaker's block in the form since 2024; in play none; finished soccer carries `[null]`. */
function writeOdds(seen: Sighting): unknown {
  if (seen.status === 'finished') return seen.fixture.sport === 'soccer' ? [null] : undefined;
  if (seen.status !== 'scheduled') return undefined;
  const [book] = books(seen, ['harbourbet']);
  return book ? [writeBook(book, seen)] : undefined;
}

function writeBook(book: Book, { fixture }: Sighting): unknown {
  const market = (type: string) => book.markets.find((one) => one.type === type);
  const price = (type: string, outcome: string) => {
    const decimal = market(type)?.prices.find((quote) => quote.outcome === outcome)?.price;
    return decimal === undefined ? 'OFF' : american(decimal);
  };
  const spread = market('spreads')?.line ?? 0;
  const total = market('totals')?.line ?? 0;
  const close = (odds: string, line?: string) => ({
    close: { ...(line === undefined ? {} : { line }), odds },
  });
  const favourite = spread < 0 ? fixture.home : fixture.away;
  return {
    provider: { id: '900', name: book.title, priority: 1 },
    details: `${favourite.abbreviation} ${-Math.abs(spread)}`,
    overUnder: total,
    spread,
    moneyline: {
      home: close(price('h2h', 'home')),
      away: close(price('h2h', 'away')),
      ...(fixture.sport === 'soccer' ? { draw: close(price('h2h', 'draw')) } : {}),
    },
    pointSpread: {
      home: close(price('spreads', 'home'), signed(spread)),
      away: close(price('spreads', 'away'), signed(-spread)),
    },
    total: {
      over: close(price('totals', 'over'), `o${total}`),
      under: close(price('totals', 'under'), `u${total}`),
    },
  };
}

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

function american(decimal: number): string {
  const value = Math.round(decimalToAmerican(decimal));
  return value === 100 ? 'EVEN' : signed(value);
}
