import { describe, expect, test } from 'bun:test';
import { epochMs } from '../../../domain/time.ts';
import { BUILT_IN_EVENT_TYPES } from '../../../ports/declared-event-type.ts';
import { builtInTypes } from '../built-in-types.ts';
import type { Told } from '../event-type.ts';

const typeOf = (id: string) => {
  const type = builtInTypes.find((one) => one.id === id);
  if (type === undefined) throw new Error(`no type ${id}`);
  return type;
};

const told: Told = {
  event: {
    source: 'north-feed',
    externalId: 'n-1',
    subject: 'north-feed:m-1',
    occurredAt: epochMs(1_000),
    receivedAt: epochMs(2_000),
  },
};

/** The normal form; fails the test when the data are refused. */
function normal(type: string, data: object): Record<string, unknown> {
  const reading = typeOf(type).read(data);
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.normal;
}

const statement = (type: string, data: object) => typeOf(type).statementOf?.(normal(type, data), told);

describe('every built-in type', () => {
  test('is listed among those that nobody may declare', () => {
    expect(builtInTypes.map(({ id }) => id).sort()).toEqual([...BUILT_IN_EVENT_TYPES].sort());
  });

  for (const { id, example, read, schema, description } of builtInTypes) {
    test(`${id}: its example fits, and is not changed by reading it`, () => {
      const before = JSON.stringify(example);
      expect(read(example)).toMatchObject({ ok: true });
      expect(JSON.stringify(example)).toBe(before);
      expect(description.length).toBeGreaterThan(20);
    });

    test(`${id}: its example fits in snake_case too, to the same`, () => {
      expect(read(snaked(example))).toEqual(read(example));
    });

    test(`${id}: its schema is JSON`, () => {
      expect(JSON.parse(JSON.stringify(schema))).toMatchObject({ type: 'object' });
    });

    for (const data of [null, 5, 'text', [], {}, { matchId: {} }, { matchId: '' }, { matchId: 2 ** 60 }])
      test(`${id}: ${JSON.stringify(data)} is refused with its place`, () => {
        const reading = read(data);
        expect(reading.ok).toBe(false);
        for (const { path, message } of reading.ok ? [] : reading.faults) {
          expect(path).toMatch(/^\/data/);
          expect(message.length).toBeGreaterThan(3);
        }
      });
  }
});

function snaked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snaked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snaked(member),
    ]),
  );
}

interface Good {
  readonly name: string;
  readonly type: string;
  readonly given: object;
  readonly expected: object;
}

const goal = { matchId: 'm', id: 'g', type: 'goal', team: 'home' };
const offer = { matchId: 'm', bookmaker: 'Bet 365' };
const race = { raceId: 'r' };

const GOOD: readonly Good[] = [
  {
    name: 'a score, live unless it says otherwise',
    type: 'live_score',
    given: { matchId: 7, homeScore: 2, awayScore: 0 },
    expected: { match: { matchId: '7' }, status: 'live', score: { home: 2, away: 0 } },
  },
  {
    name: 'a score in one object, a period by its number',
    type: 'live_score',
    given: { matchId: 'm', sport: 'basketball', score: { home: 80, away: 79 }, period: 4 },
    expected: { score: { home: 80, away: 79 }, period: '4th Quarter' },
  },
  {
    name: 'teams, a league we know, and a start in seconds',
    type: 'live_score',
    given: {
      home_team: 'A',
      away_team: { name: 'B', id: 9 },
      league: 'EPL',
      starts_at: 1767452400,
      homeScore: 0,
      awayScore: 0,
    },
    expected: {
      match: {
        sport: 'soccer',
        league: 'epl',
        home: { name: 'A' },
        away: { name: 'B', externalId: '9' },
        startsAt: 1_767_452_400_000,
      },
    },
  },
  {
    name: 'a league we do not know gets a slug, and keeps its name',
    type: 'live_score',
    given: { matchId: 'm', league: 'Liga Añeja', homeScore: 0, awayScore: 0 },
    expected: { match: { league: 'liga-aneja', leagueName: 'Liga Añeja' } },
  },
  {
    name: 'football is soccer, and American football in its leagues',
    type: 'live_score',
    given: { matchId: 'm', sport: 'football', league: 'nfl', homeScore: 7, awayScore: 0 },
    expected: { match: { sport: 'american_football' } },
  },
  ...(
    [
      ['finished', 'finished'],
      ['Full-Time', 'finished'],
      ['HALF TIME', 'paused'],
      ['in_progress', 'live'],
      ['canceled', 'cancelled'],
      ['walkover', 'awarded'],
    ] as const
  ).map(([status, expected]) => ({
    name: `status ${status}`,
    type: 'match_status',
    given: { matchId: 'm', status },
    expected: { status: expected },
  })),
  {
    name: 'a goal counts for the side of its player',
    type: 'match_event',
    given: goal,
    expected: { action: 'add', kind: 'goal', team: 'home', scoredFor: 'home' },
  },
  {
    name: 'an own goal for the other one',
    type: 'match_event',
    given: { ...goal, type: 'Own goal' },
    expected: { kind: 'own_goal', team: 'home', scoredFor: 'away' },
  },
  {
    name: 'a team by its name',
    type: 'match_event',
    given: {
      homeTeam: 'Rovers',
      awayTeam: 'United',
      type: 'red_card',
      team: 'united',
      minute: 90,
      stoppage: 4,
    },
    expected: { team: 'away', minute: 90, stoppage: 4 },
  },
  {
    name: 'a substitution',
    type: 'match_event',
    given: { ...goal, type: 'substitution', player: ' On ', player_off: 'Off' },
    expected: { player: 'On', playerOff: 'Off' },
  },
  {
    name: 'decimal odds in short',
    type: 'betting_odds',
    given: { ...offer, odds: { home: 2.1, X: '3.4', '2': 3.6 } },
    expected: {
      bookmaker: 'bet365',
      bookmakerName: 'Bet 365',
      markets: [
        {
          market: 'h2h',
          quotes: [
            { outcome: 'away', price: 3.6 },
            { outcome: 'home', price: 2.1 },
            { outcome: 'draw', price: 3.4 },
          ],
        },
      ],
    },
  },
  ...(
    [
      ['american', -110, 1.9090909090909092],
      ['american', '+240', 3.4],
      ['fractional', '5/2', 3.5],
      ['fractional', 'evens', 2],
      ['hongkong', 0.9, 1.9],
      ['malay', -0.5, 3],
      ['indonesian', -2, 1.5],
      [undefined, '5 / 2', 3.5],
      [undefined, '-110', 1.9090909090909092],
      [undefined, '\u2212110', 1.9090909090909092],
      [undefined, 150, 150],
    ] as const
  ).map(([format, price, expected]) => ({
    name: `${format ?? 'no format'}: ${JSON.stringify(price)} is ${expected}`,
    type: 'betting_odds',
    given: { ...offer, ...(format && { format }), outcomes: [{ name: 'home', price }] },
    expected: { markets: [{ quotes: [{ outcome: 'home', price: expected }] }] },
  })),
  {
    name: 'a handicap as each side has it',
    type: 'betting_odds',
    given: {
      ...offer,
      market: 'spread',
      outcomes: [
        { name: 'home', price: 1.9, line: -1.5 },
        { name: 'away', price: 1.95, line: 1.5 },
      ],
    },
    expected: { markets: [{ market: 'spreads', line: -1.5 }] },
  },
  {
    name: 'a handicap of nothing is never -0',
    type: 'betting_odds',
    given: { ...offer, market: 'spreads', outcomes: [{ name: 'away', price: 1.9, line: 0 }] },
    expected: { markets: [{ line: 0 }] },
  },
  {
    name: 'a suspended market needs no prices',
    type: 'betting_odds',
    given: { ...offer, market: 'totals', line: 2.5, suspended: true },
    expected: { markets: [{ market: 'totals', suspended: true, quotes: [] }] },
  },
  {
    name: 'a winner of many',
    type: 'betting_odds',
    given: { ...offer, market: 'outrights', odds: { m_falk: 1.8, 'I. Duarte': 4 } },
    expected: { markets: [{ market: 'outrights', quotes: [{ outcome: 'm_falk', price: 1.8 }, {}] }] },
  },
  {
    name: 'places, ties and codes in any order',
    type: 'race_result',
    given: {
      ...race,
      results: [
        { position: 'PU', name: 'Third Wish' },
        { position: '=2', name: 'Second Wind' },
        { position: 1, name: 'First Light', time: '1:10.19' },
        { position: '2=', name: 'Second Sight', gap: 'nk' },
        { position: null, code: 'DSQ', name: 'Fourth Wall' },
      ],
    },
    expected: {
      status: 'official',
      results: [
        { position: 1, tied: false, outcome: 'finished', name: 'First Light', timeMs: 70_190 },
        { position: 2, tied: true, name: 'Second Wind' },
        { position: 2, tied: true, name: 'Second Sight', gap: { text: 'nk' } },
        { position: null, outcome: 'did_not_finish', code: 'PU' },
        { position: null, outcome: 'disqualified', code: 'DSQ' },
      ],
    },
  },
  ...(
    [
      ['F', 'horse_racing', 'did_not_finish'],
      ['F', 'motorsport', 'did_not_start'],
      ['ret', 'motorsport', 'did_not_finish'],
      ['NR', 'horse_racing', 'did_not_start'],
      ['XYZ', 'other', 'not_classified'],
    ] as const
  ).map(([code, sport, outcome]) => ({
    name: `code ${code} in ${sport}`,
    type: 'race_result',
    given: { ...race, sport, results: [{ code, name: 'A' }] },
    expected: { results: [{ code, outcome }] },
  })),
  ...(
    [
      [{ time: 83.456 }, { timeMs: 83_456 }],
      [{ time: '2:03:12.5' }, { timeMs: 7_392_500 }],
      [{ time_ms: 1 }, { timeMs: 1 }],
      [{ gap: 5.2 }, { gap: { ms: 5_200 } }],
      [{ gap: '+1:02.3' }, { gap: { ms: 62_300 } }],
      [{ gap: '+1 LAP' }, { gap: { laps: 1 } }],
      [{ time: null, gap: null }, {}],
    ] as const
  ).map(([given, expected]) => ({
    name: `${JSON.stringify(given)} is ${JSON.stringify(expected)}`,
    type: 'race_result',
    given: { ...race, results: [{ position: 1, name: 'A', ...given }] },
    expected: { results: [expected] },
  })),
];

describe('read as', () => {
  for (const { name, type, given, expected } of GOOD)
    test(`${type}: ${name}`, () => expect(normal(type, given)).toMatchObject(expected));
});

interface Bad {
  readonly type: string;
  readonly given: object;
  readonly fault: string;
}

const BAD: readonly Bad[] = [
  { type: 'live_score', given: { matchId: 'm', homeScore: 1 }, fault: '/data/awayScore' },
  { type: 'live_score', given: { matchId: 'm', homeScore: -1, awayScore: 0 }, fault: '/data/homeScore' },
  { type: 'live_score', given: { matchId: 'm', homeScore: '1', awayScore: 0 }, fault: '/data/homeScore' },
  { type: 'live_score', given: { matchId: 'm', homeScore: 1.5, awayScore: 0 }, fault: '/data/homeScore' },
  { type: 'live_score', given: { matchId: 'm', homeScore: 2001, awayScore: 0 }, fault: '/data/homeScore' },
  { type: 'live_score', given: { homeTeam: 'A', homeScore: 1, awayScore: 0 }, fault: '/data/matchId' },
  {
    type: 'live_score',
    given: { matchId: 'm', homeScore: 1, awayScore: 0, score: { home: 1, away: 1 } },
    fault: '/data/score',
  },
  {
    type: 'live_score',
    given: { matchId: 'm', homeScore: 1, home_score: 2, awayScore: 0 },
    fault: '/data/homeScore',
  },
  {
    type: 'live_score',
    given: { matchId: 'm', homeScore: 1, awayScore: 0, sport: 'quidditch' },
    fault: '/data/sport',
  },
  {
    type: 'live_score',
    given: { matchId: 'm', homeScore: 1, awayScore: 0, status: 'asleep' },
    fault: '/data/status',
  },
  {
    type: 'live_score',
    given: { matchId: 'm', homeScore: 1, awayScore: 0, startsAt: '2026-01-03 15:00' },
    fault: '/data/startsAt',
  },
  {
    type: 'live_score',
    given: { matchId: 'm', homeScore: 1, awayScore: 0, clock: '\u202e12' },
    fault: '/data/clock',
  },
  {
    type: 'live_score',
    given: { homeTeam: 'A\u0007', awayTeam: 'B', homeScore: 1, awayScore: 0 },
    fault: '/data/homeTeam',
  },
  { type: 'match_status', given: { matchId: 'm' }, fault: '/data/status' },
  { type: 'match_event', given: { ...goal, type: 'wink' }, fault: '/data/type' },
  { type: 'match_event', given: { ...goal, action: 'undo' }, fault: '/data/action' },
  { type: 'match_event', given: { matchId: 'm', type: 'goal', action: 'delete' }, fault: '/data/id' },
  { type: 'match_event', given: { ...goal, team: 'City' }, fault: '/data/team' },
  { type: 'match_event', given: { ...goal, minute: -1 }, fault: '/data/minute' },
  { type: 'betting_odds', given: { ...offer }, fault: '/data/outcomes' },
  { type: 'betting_odds', given: { ...offer, odds: { home: 1 } }, fault: '/data/odds/home/price' },
  { type: 'betting_odds', given: { ...offer, odds: { home: -110 } }, fault: '/data/odds/home/price' },
  {
    type: 'betting_odds',
    given: { ...offer, format: 'american', odds: { home: 50 } },
    fault: '/data/odds/home/price',
  },
  { type: 'betting_odds', given: { ...offer, odds: { home: 2, '1': 2.1 } }, fault: '/data/odds/home/name' },
  { type: 'betting_odds', given: { ...offer, odds: { nobody: 2 } }, fault: '/data/odds/nobody/name' },
  { type: 'betting_odds', given: { ...offer, format: 'roman', odds: { home: 2 } }, fault: '/data/format' },
  { type: 'betting_odds', given: { ...offer, market: 'corners', odds: { home: 2 } }, fault: '/data/market' },
  { type: 'betting_odds', given: { ...offer, market: 'totals', odds: { over: 2 } }, fault: '/data/line' },
  {
    type: 'betting_odds',
    given: {
      ...offer,
      market: 'spreads',
      outcomes: [
        { name: 'home', price: 2, line: -1 },
        { name: 'away', price: 2, line: -1 },
      ],
    },
    fault: '/data/line',
  },
  {
    type: 'betting_odds',
    given: { ...offer, markets: [{ odds: { home: 2 } }, { odds: { away: 2 } }] },
    fault: '/data/markets/1',
  },
  {
    type: 'betting_odds',
    given: { ...offer, odds: { home: 2 }, markets: [{ odds: { home: 2 } }] },
    fault: '/data/markets',
  },
  {
    type: 'betting_odds',
    given: { ...offer, bookmaker: '***', odds: { home: 2 } },
    fault: '/data/bookmaker',
  },
  { type: 'race_result', given: { results: [{ position: 1, name: 'A' }] }, fault: '/data/raceId' },
  { type: 'race_result', given: { ...race, results: [] }, fault: '/data/results' },
  { type: 'race_result', given: { ...race, results: [{ name: 'A' }] }, fault: '/data/results/0/position' },
  {
    type: 'race_result',
    given: { ...race, results: [{ position: 0, name: 'A' }] },
    fault: '/data/results/0/position',
  },
  {
    type: 'race_result',
    given: { ...race, results: [{ position: 1.5, name: 'A' }] },
    fault: '/data/results/0/position',
  },
  {
    type: 'race_result',
    given: { ...race, results: [{ position: 1, name: 'A', time: 'soon' }] },
    fault: '/data/results/0/time',
  },
  {
    type: 'race_result',
    given: {
      ...race,
      results: [
        { position: 1, name: 'A' },
        { position: 2, name: 'a' },
      ],
    },
    fault: '/data/results/1/name',
  },
];

describe('refused', () => {
  for (const { type, given, fault } of BAD)
    test(`${type}: ${JSON.stringify(given)}`, () => {
      const reading = typeOf(type).read(given);
      expect(reading.ok ? [] : reading.faults.map(({ path }) => path)).toContain(fault);
    });
});

describe('as a statement', () => {
  const base = { match: { externalId: 'm' }, statedAt: epochMs(1_000) };

  test('a score carries its match and the time its sender gave', () => {
    expect(
      statement('live_score', { matchId: 'm', sport: 'soccer', homeScore: 1, awayScore: 0, clock: "12'" }),
    ).toMatchObject({
      match: { externalId: 'm', sport: 'soccer' },
      statedAt: epochMs(1_000),
      score: { status: 'live', score: { home: 1, away: 0 }, clock: { display: "12'" } },
    });
  });

  test('zeros before the start are no score', () => {
    const said = statement('match_status', { matchId: 'm', status: 'scheduled', homeScore: 0, awayScore: 0 });
    expect(said?.score).toEqual({ status: 'scheduled' });
  });

  test('our match is named where it is known', () => {
    const read = normal('live_score', { matchId: 'm', homeScore: 1, awayScore: 0 });
    const known = { ...told, matchId: 'm7' as NonNullable<Told['matchId']> };
    expect(typeOf('live_score').statementOf?.(read, known)?.match).toMatchObject({ matchId: 'm7' });
  });

  test('teams without an id are named by their words and start, so that a second leg is another match', () => {
    const teams = { homeTeam: 'A', awayTeam: 'B', homeScore: 0, awayScore: 0 };
    const idOf = (startsAt: string) => statement('live_score', { ...teams, startsAt })?.match.externalId;
    expect(idOf('2026-01-03T15:00:00Z')).toBe('a v b 2026-01-03T15:00:00.000Z');
    expect(idOf('2026-01-03T20:00:00Z')).not.toBe(idOf('2026-01-03T15:00:00Z'));
  });

  const OCCURRENCES: readonly (readonly [name: string, given: object, score: object | undefined])[] = [
    ['a goal without a score says nothing of it', goal, undefined],
    [
      'with one it does',
      { ...goal, homeScore: 2, awayScore: 1 },
      { status: 'live', score: { home: 2, away: 1 } },
    ],
    [
      'the end of a half is a break',
      { matchId: 'm', sport: 'soccer', type: 'period_end', period: 1 },
      { status: 'paused', period: '1st Half' },
    ],
    [
      'the end of the last one may be the end',
      { matchId: 'm', sport: 'soccer', type: 'period_end', period: 2 },
      undefined,
    ],
    ['the end is the end', { matchId: 'm', type: 'match_end' }, { status: 'finished' }],
    ['taken back it says nothing', { matchId: 'm', id: 'e', action: 'delete', type: 'match_end' }, undefined],
    [
      'what is left of the score does',
      { ...goal, action: 'delete', homeScore: 1, awayScore: 1 },
      { status: 'live', score: { home: 1, away: 1 } },
    ],
  ];
  for (const [name, given, score] of OCCURRENCES)
    test(`match_event: ${name}`, () => {
      const said = statement('match_event', given);
      expect(said).toMatchObject(base);
      expect(said?.score).toEqual(score as never);
    });

  test('odds are part of what their source offers', () => {
    expect(statement('betting_odds', { matchId: 'm', odds: { home: 2 } })).toEqual({
      match: { externalId: 'm', sport: 'other' },
      statedAt: epochMs(1_000),
      partial: true,
      markets: [
        {
          bookmaker: 'northfeed',
          market: 'h2h',
          period: 'match',
          suspended: false,
          statedAt: epochMs(1_000),
          quotes: [{ outcome: 'home', price: 2 }],
        },
      ],
    });
  });

  test('a race names its match and no more', () => {
    const said = statement('race_result', { ...race, results: [{ position: 1, name: 'A' }] });
    expect(said).toEqual({ match: { externalId: 'r', sport: 'other' }, statedAt: epochMs(1_000) });
  });
});

test('what live clients are told of an occurrence leaves its match out', () => {
  const fact = typeOf('match_event').liveFactOf?.(normal('match_event', goal));
  expect(fact).toEqual({
    type: 'match_event',
    data: { id: 'g', action: 'add', kind: 'goal', team: 'home', scoredFor: 'home' },
  });
});
