import { hasScore } from '../src/domain/status.ts';
import { type Book, books } from '../src/providers/simulated/bookmaker.ts';
import { mix } from '../src/providers/simulated/random.ts';
import type { Sighting } from '../src/providers/simulated/sighting.ts';
import { BOOKS } from '../src/providers/simulated/viewpoint.ts';
import { wholeSeconds } from './world.ts';

export interface OddsRequest {
  readonly markets: readonly string[];
  readonly bookmakers: readonly string[] | undefined;
  readonly american: boolean;
}

/** The event alone, as `/events` lists it. The start moves to the true one, odd seconds and all, once there was one. */
export function writeEvent(seen: Sighting, key: string, title: string) {
  const { fixture, startedAt } = seen;
  return {
    id: hexId(fixture.salt),
    sport_key: key,
    sport_title: title,
    commence_time: wholeSeconds(startedAt ?? fixture.startsAt),
    home_team: fixture.home.names.official,
    away_team: fixture.away.names.official,
  };
}

const hexId = (salt: number): string =>
  [1, 2, 3, 4].map((part) => mix(salt, part).toString(16).padStart(8, '0')).join('');

/** With scores: no period, no clock, no word for a match that is called off. */
export function writeScores(seen: Sighting, key: string, title: string) {
  const event = writeEvent(seen, key, title);
  const { score, status, at } = seen;
  const told = hasScore(status) && score !== undefined;
  return {
    ...event,
    completed: status === 'finished',
    scores: told
      ? [
          { name: event.away_team, score: String(score.away) },
          { name: event.home_team, score: String(score.home) },
        ]
      : null,
    last_update: told ? wholeSeconds(at) : null,
  };
}

/** With prices. A suspended book is not listed; there is no word for it either. */
export function writeOdds(seen: Sighting, key: string, title: string, request: OddsRequest) {
  const event = writeEvent(seen, key, title);
  const open = books(seen, request.bookmakers ?? BOOKS.bookmakers).filter(({ suspended }) => !suspended);
  return { ...event, bookmakers: open.map((book) => writeBook(book, event, request)) };
}

function writeBook(book: Book, event: ReturnType<typeof writeEvent>, request: OddsRequest) {
  const names: Readonly<Record<string, string>> = {
    home: event.home_team,
    away: event.away_team,
    draw: 'Draw',
    over: 'Over',
    under: 'Under',
  };
  const wanted = book.markets.filter(({ type }) => request.markets.includes(type));
  return {
    key: book.key,
    title: book.title,
    last_update: wholeSeconds(book.at),
    markets: wanted.map(({ type, line, prices }) => ({
      key: type,
      last_update: wholeSeconds(book.at),
      outcomes: prices
        .map(({ outcome, price }) => ({
          name: names[outcome] ?? outcome,
          price: request.american ? american(price) : price,
          ...(line === undefined ? {} : { point: outcome === 'away' ? -line : line }),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    })),
  };
}

const american = (decimal: number): number =>
  Math.round(decimal >= 2 ? (decimal - 1) * 100 : -100 / (decimal - 1));
