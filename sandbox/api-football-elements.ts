import type { LeagueId } from '../src/domain/ids.ts';
import { isInPlay } from '../src/domain/status.ts';
import { type BookMarket, books } from '../src/providers/simulated/bookmaker.ts';
import type { Club } from '../src/providers/simulated/clubs.ts';
import { matchClock } from '../src/providers/simulated/match-clock.ts';
import type { Sighting } from '../src/providers/simulated/sighting.ts';
import { floorSeconds, wholeSeconds } from './world.ts';

export interface FootballLeague {
  readonly id: number;
  readonly league: LeagueId;
  readonly name: string;
  readonly country: string;
}

const SHORT: Readonly<Record<string, readonly [short: string, long: string]>> = {
  scheduled: ['NS', 'Not Started'],
  live1: ['1H', 'First Half'],
  live2: ['2H', 'Second Half'],
  paused: ['HT', 'Halftime'],
  finished: ['FT', 'Match Finished'],
  postponed: ['PST', 'Match Postponed'],
};

/** An element of `/fixtures`; `withEvents` as the live list has it. */
export function writeFixture(seen: Sighting, league: FootballLeague, withEvents: boolean): unknown {
  const { fixture, score, startedAt } = seen;
  const half = fixture.timeline.stretches[0];
  const halfTime = half && seen.elapsed > half.to ? fixture.timeline.at(half.to) : undefined;
  const pair = (one: { home: number; away: number } | undefined) => ({
    home: one?.home ?? null,
    away: one?.away ?? null,
  });
  return {
    fixture: {
      id: fixture.salt,
      referee: null,
      timezone: 'UTC',
      date: offset(fixture.startsAt),
      timestamp: fixture.startsAt / 1_000,
      periods: { first: startedAt === undefined ? null : floorSeconds(startedAt) / 1_000, second: null },
      venue: { id: null, name: null, city: null },
      status: writeStatus(seen),
    },
    league: { ...writeLeague(league), logo: null, flag: null, round: 'Regular Season - 1' },
    teams: {
      home: { ...writeTeam(fixture.home, league), winner: ahead(score?.home, score?.away) },
      away: { ...writeTeam(fixture.away, league), winner: ahead(score?.away, score?.home) },
    },
    goals: pair(score),
    score: {
      halftime: pair(halfTime),
      fulltime: pair(seen.status === 'finished' ? score : undefined),
      extratime: pair(undefined),
      penalty: pair(undefined),
    },
    ...(withEvents ? { events: writeEvents(seen, league) } : {}),
  };
}

const offset = (at: Sighting['at']): string => wholeSeconds(at).replace('Z', '+00:00');

const writeLeague = ({ id, name, country }: FootballLeague) => ({ id, name, country, season: 2025 });

const writeTeam = (club: Club, league: FootballLeague) => ({
  id: league.id * 10_000 + club.number,
  name: club.names.short,
  logo: null,
});

const ahead = (mine: number | undefined, theirs: number | undefined): boolean | null =>
  mine === undefined || theirs === undefined || mine === theirs ? null : mine > theirs;

function writeStatus({ fixture, status, period, elapsed }: Sighting): unknown {
  const [short, long] = SHORT[status === 'live' ? `live${period}` : status] ?? ['TBD', 'Time To Be Defined'];
  const clock = matchClock(fixture, Math.max(1, period), elapsed);
  const [minute, extra] = (clock?.display ?? '').split("'+").map((part) => Number.parseInt(part, 10));
  const on = isInPlay(status) || status === 'finished';
  const shown = status === 'finished' ? 90 : status === 'paused' ? 45 : minute;
  return {
    long,
    short,
    elapsed: on ? (shown ?? null) : null,
    extra: status === 'live' ? (extra ?? null) : null,
  };
}

/** Goals as the provider knows them; one that was taken back has become a decision of the video referee. */
function writeEvents({ fixture, elapsed }: Sighting, league: FootballLeague): unknown[] {
  const events: unknown[] = [];
  const { timeline } = fixture;
  for (let index = 1; index <= timeline.indexAt(elapsed); index++) {
    const [before, now] = [timeline.upTo(index - 1), timeline.upTo(index)];
    if (now.kind !== 'score' && now.kind !== 'overturned') continue;
    const club = now.home === before.home ? fixture.away : fixture.home;
    if (now.kind === 'overturned') events.pop();
    const minute = Number.parseInt(matchClock(fixture, now.period, now.at)?.display ?? '0', 10);
    events.push({
      time: { elapsed: minute, extra: null },
      team: writeTeam(club, league),
      player: { id: null, name: null },
      assist: { id: null, name: null },
      type: now.kind === 'score' ? 'Goal' : 'Var',
      detail: now.kind === 'score' ? 'Normal Goal' : 'Goal cancelled',
      comments: null,
    });
  }
  return events;
}

const WORDS: Readonly<Record<string, string>> = {
  home: 'Home',
  draw: 'Draw',
  away: 'Away',
  over: 'Over',
  under: 'Under',
};

/** An element of `/odds`: the line stands inside the value, both sides with the home side's. */
export function writePrematchOdds(seen: Sighting, league: FootballLeague): unknown {
  const { fixture } = seen;
  const names = {
    h2h: [1, 'Match Winner'],
    spreads: [4, 'Asian Handicap'],
    totals: [5, 'Goals Over/Under'],
  } as const;
  return {
    league: writeLeague(league),
    fixture: {
      id: fixture.salt,
      timezone: 'UTC',
      date: offset(fixture.startsAt),
      timestamp: fixture.startsAt / 1_000,
    },
    update: offset(floorSeconds(seen.at)),
    bookmakers: books(seen, ['harbourbet', 'quaysports']).map((book, index) => ({
      id: index + 1,
      name: book.title,
      bets: book.markets.map(({ type, line, prices }) => {
        const [id, name] = names[type as keyof typeof names];
        const inside = line === undefined ? '' : type === 'spreads' && line > 0 ? ` +${line}` : ` ${line}`;
        const values = prices.map(({ outcome, price }) => ({
          value: `${WORDS[outcome]}${inside}`,
          odd: price.toFixed(2),
        }));
        return { id, name, values };
      }),
    })),
  };
}

/** An element of `/odds/live`: one bookmaker without a name, no names of teams, each side with its own line. */
export function writeLiveOdds(seen: Sighting, league: FootballLeague): unknown {
  const { fixture, score } = seen;
  const [book] = books(seen, ['fairstake']);
  return {
    fixture: { id: fixture.salt, status: writeStatus(seen) },
    league: { id: league.id, season: 2025 },
    teams: {
      home: { id: writeTeam(fixture.home, league).id, goals: score?.home ?? null },
      away: { id: writeTeam(fixture.away, league).id, goals: score?.away ?? null },
    },
    status: { stopped: false, blocked: book?.suspended ?? true, finished: seen.status === 'finished' },
    update: offset(floorSeconds(seen.at)),
    odds: (book?.markets ?? []).map(writeLiveBet),
  };
}

function writeLiveBet({ type, line, prices }: BookMarket): unknown {
  const names = {
    h2h: [59, 'Fulltime Result'],
    spreads: [33, 'Asian Handicap'],
    totals: [36, 'Over/Under Line'],
  };
  const [id, name] = names[type as keyof typeof names];
  const own = (outcome: string) => (line === undefined ? null : String(outcome === 'away' ? -line : line));
  return {
    id,
    name,
    values: prices.map(({ outcome, price }) => ({
      value: WORDS[outcome],
      odd: String(price),
      handicap: own(outcome),
      main: line === undefined ? null : true,
      suspended: false,
    })),
  };
}
