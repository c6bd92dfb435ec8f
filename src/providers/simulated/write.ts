import { iso } from '../../domain/time.ts';
import type { DataKind } from '../../ports/provider.ts';
import { type Book, books } from './bookmaker.ts';
import { spelled } from './clubs.ts';
import { matchClock } from './match-clock.ts';
import { salt } from './random.ts';
import type { Sighting } from './sighting.ts';
import type { Viewpoint } from './viewpoint.ts';
import type { WireBook, WireMarket, WireMatch, WireState } from './wire.ts';

/** A sighting as the provider puts it on the wire. */
export function writeMatch(sighting: Sighting, view: Viewpoint, kind: DataKind): WireMatch {
  const { fixture, at, startedAt } = sighting;
  const start = view.movesStart && startedAt !== undefined ? startedAt : fixture.startsAt;
  return {
    id: `${salt(view.id).toString(36)}-${fixture.key}`,
    sport: fixture.sport,
    league: fixture.league,
    home: side(spelled(fixture.home, view.spelling)),
    away: side(spelled(fixture.away, view.spelling)),
    start: iso(start),
    ...(view.statesTime ? { at: iso(at) } : {}),
    ...(kind === 'scores' ? { state: state(sighting) } : {}),
    ...(kind === 'markets' ? { books: books(sighting, view.bookmakers).map(writeBook) } : {}),
  };
}

const side = ({ name, abbreviation }: { name: string; abbreviation?: string }) =>
  abbreviation === undefined ? { name } : { name, abbr: abbreviation };

function state({ fixture, status, period, score, elapsed }: Sighting): WireState {
  const clock = status === 'live' ? matchClock(fixture, period, elapsed) : undefined;
  return {
    status,
    period,
    ...(clock === undefined ? {} : { clock: clock.display }),
    score: score === undefined ? null : [score.home, score.away],
  };
}

const writeBook = ({ key, title, at, suspended, markets }: Book): WireBook => ({
  key,
  title,
  at: iso(at),
  suspended,
  markets: markets.map(({ type, line, prices }) => ({
    type,
    ...(line === undefined ? {} : { line }),
    prices: Object.fromEntries(prices.map(({ outcome, price }) => [outcome, price])),
  })) as WireMarket[],
});
