/** A body of The Odds API's `/odds`, the same for the same shape and turn. */

export interface OddsShape {
  readonly matches: number;
  readonly bookmakers: number;
  readonly markets: readonly ('h2h' | 'spreads' | 'totals')[];
}

export interface WireFixture {
  readonly id: string;
  readonly home: string;
  readonly away: string;
  /** RFC 3339, UTC. */
  readonly startsAt: string;
}

const FIRST = [
  'Aber',
  'Bram',
  'Cald',
  'Dun',
  'Elm',
  'Fal',
  'Gar',
  'Hask',
  'Inver',
  'Kirk',
  'Lang',
  'Mor',
  'Nor',
];
const MIDDLE = [
  'bor',
  'den',
  'fer',
  'gate',
  'ham',
  'king',
  'lea',
  'mark',
  'ning',
  'port',
  'ring',
  'sted',
  'wick',
];
const LAST = ['City', 'United', 'Rovers', 'Athletic', 'Town', 'Wanderers', 'Albion', 'County'];
const FIXTURE_SPAN = 4 * 86_400_000;

/** Names that differ from each other in more than their last word. */
function clubName(index: number): string {
  const first = FIRST[index % FIRST.length];
  const middle = MIDDLE[Math.floor(index / FIRST.length) % MIDDLE.length];
  const series = Math.floor(index / (FIRST.length * MIDDLE.length));
  return `${first}${middle}${series === 0 ? '' : 'x'.repeat(series)} ${LAST[(index * 5) % LAST.length]}`;
}

/** Fixtures spread over four days from `from`, at full quarters of an hour. */
export function fixtures(count: number, from: number): WireFixture[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `f${(index * 2_654_435_761).toString(16).padStart(12, '0')}${index.toString(16).padStart(20, '0')}`,
    home: clubName(2 * index),
    away: clubName(2 * index + 1),
    startsAt: wireTime(Math.round((from + (FIXTURE_SPAN * index) / count) / 900_000) * 900_000),
  }));
}

/** `turn` moves every price, as the next poll of a lively market would. */
export function oddsBody(shape: OddsShape, from: number, turn: number): string {
  return JSON.stringify(
    fixtures(shape.matches, from).map(({ id, home, away, startsAt }, at) => ({
      id,
      sport_key: 'soccer_epl',
      sport_title: 'EPL',
      commence_time: startsAt,
      home_team: home,
      away_team: away,
      bookmakers: Array.from({ length: shape.bookmakers }, (_, book) => {
        // Every bookmaker was last asked at a second of his own.
        const seen = wireTime(from + (turn * 60 - ((at + book * 3) % 60)) * 1_000);
        return {
          key: `bookmaker_${book}`,
          title: `Bookmaker No. ${book}`,
          last_update: seen,
          markets: shape.markets.map((key) => ({
            key,
            last_update: seen,
            outcomes: outcomes(key, home, away, at * 31 + book * 7 + turn * 3),
          })),
        };
      }),
    })),
  );
}

function outcomes(key: OddsShape['markets'][number], home: string, away: string, salt: number) {
  const edge = ((salt % 40) - 20) / 100;
  const price = (fair: number) => Math.round((fair / 1.05) * 100) / 100;
  switch (key) {
    case 'h2h':
      return [
        { name: home, price: price(2.6 + edge) },
        { name: away, price: price(2.8 - edge) },
        { name: 'Draw', price: price(3.9 + edge / 2) },
      ];
    case 'spreads':
      return [
        { name: home, price: price(2 + edge), point: -0.5 },
        { name: away, price: price(2 - edge), point: 0.5 },
      ];
    case 'totals':
      return [
        { name: 'Over', price: price(2 + edge), point: 2.5 },
        { name: 'Under', price: price(2 - edge), point: 2.5 },
      ];
  }
}

const wireTime = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
