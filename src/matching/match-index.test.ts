import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type MatchId, providerId } from '../domain/ids.ts';
import type { Match, MatchReference } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { type EpochMs, epochMs, hours, minutes } from '../domain/time.ts';
import { type Decision, MatchIndex } from './match-index.ts';
import { newMatch, withLink } from './new-match.ts';

const NOW = epochMs(Date.UTC(2022, 10, 22));
const A = providerId('a');
const B = providerId('b');
const C = providerId('c');

interface Given {
  readonly id?: string;
  readonly sport?: SportId;
  readonly league?: string;
  readonly leagueName?: string;
  readonly home: string;
  readonly away: string;
  readonly at: string;
}

/** `at`: an instant, or a date for a start known to the day. */
function reference({
  id = 'x',
  sport = 'soccer',
  league,
  leagueName,
  home,
  away,
  at,
}: Given): MatchReference {
  const isDay = at.length === 10;
  return {
    externalId: id,
    sport,
    ...(league && { league }),
    ...(leagueName && { leagueName }),
    competitors: { home: { name: home }, away: { name: away } },
    startsAt: epochMs(Date.parse(isDay ? `${at}T00:00Z` : at)),
    startPrecision: isDay ? 'day' : 'minute',
  };
}

/** Takes references in as the road from observation to view does: link, or make a match. */
function take(index: MatchIndex, provider: typeof A, given: MatchReference): Decision {
  const decision = index.resolve(provider, given);
  const link = { provider, externalId: given.externalId };
  if (decision.kind === 'new') index.add(newMatch(provider, given, NOW));
  else if (decision.kind === 'same') index.update(withLink(index.get(decision.matchId)!, link, given));
  return decision;
}

function decide(known: Given, told: Given): Decision {
  const index = new MatchIndex();
  take(index, A, reference({ id: 'a1', ...known }));
  return index.resolve(B, reference({ id: 'b1', ...told }));
}

describe('an evening of basketball', () => {
  const scoreboard = [
    ['Philadelphia 76ers', 'Brooklyn Nets', '2022-11-23T00:30Z'],
    ['Memphis Grizzlies', 'Sacramento Kings', '2022-11-23T01:00Z'],
    ['Denver Nuggets', 'Detroit Pistons', '2022-11-23T02:00Z'],
    ['Phoenix Suns', 'Los Angeles Lakers', '2022-11-23T03:00Z'],
  ] as const;
  const odds = [
    ['Philadelphia 76ers', 'Brooklyn Nets', '2022-11-23T00:32:18Z'],
    ['Memphis Grizzlies', 'Sacramento Kings', '2022-11-23T01:05:00Z'],
    ['Denver Nuggets', 'Detroit Pistons', '2022-11-23T02:00:00Z'],
    ['Phoenix Suns', 'Los Angeles Lakers', '2022-11-23T03:00:00Z'],
    ['Charlotte Hornets', 'Philadelphia 76ers', '2022-11-24T00:10:00Z'],
    ['Atlanta Hawks', 'Sacramento Kings', '2022-11-24T00:40:00Z'],
  ] as const;
  const games = (list: readonly (readonly [string, string, string])[], id: string) =>
    list.map(([home, away, at], n) =>
      reference({ id: `${id}${n}`, sport: 'basketball', league: 'nba', home, away, at }),
    );

  for (const order of ['scores first', 'odds first'] as const)
    test(`each game once, ${order}`, () => {
      const index = new MatchIndex();
      const espn = games(scoreboard, 'e').map((one) => [A, one] as const);
      const book = games(odds, 'o').map((one) => [B, one] as const);
      for (const [provider, one] of order === 'scores first' ? [...espn, ...book] : [...book, ...espn])
        take(index, provider, one);
      expect(index.size).toBe(6);
      for (let n = 0; n < 4; n++) {
        const ours = index.resolve(A, games(scoreboard, 'e')[n]!) as { matchId: MatchId };
        expect(index.resolve(B, games(odds, 'o')[n]!)).toEqual({
          kind: 'linked',
          matchId: ours.matchId,
          swapped: false,
        });
        const off = Math.abs(index.get(ours.matchId)!.startsAt - Date.parse(scoreboard[n]![2]));
        expect(off).toBeLessThanOrEqual(minutes(5));
      }
    });
});

const ashfordBrampton = { home: 'Ashford Rovers', away: 'Brampton City', at: '2026-01-03T15:00Z' } as const;

describe('one match or two', () => {
  const cases: readonly {
    name: string;
    known: Given;
    told: Given;
    kind: 'same' | 'new';
    swapped?: boolean;
    why?: string;
  }[] = [
    { name: 'equal', known: ashfordBrampton, told: ashfordBrampton, kind: 'same' },
    {
      name: 'shortened names and club words',
      known: ashfordBrampton,
      told: { home: 'Ashford', away: 'Brampton FC', at: '2026-01-03T15:00Z' },
      kind: 'same',
    },
    {
      name: 'only the home side fits',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, away: 'Calder' },
      kind: 'new',
    },
    {
      name: 'only the away side fits',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, home: 'Calder' },
      kind: 'new',
    },
    {
      name: 'another sport',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, sport: 'rugby' },
      kind: 'new',
    },
    {
      name: 'odd minutes later',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, at: '2026-01-03T15:07:41Z' },
      kind: 'same',
    },
    {
      name: 'a zone wrong by three hours',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, at: '2026-01-03T18:00Z' },
      kind: 'same',
    },
    {
      name: 'seven hours apart: a person decides',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, at: '2026-01-03T22:00Z' },
      kind: 'new',
      why: 'start_differs',
    },
    {
      name: 'two days later',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, at: '2026-01-05T15:00Z' },
      kind: 'new',
    },
    {
      name: 'across midnight, no bucket parts them',
      known: { ...ashfordBrampton, at: '2026-01-03T23:59Z' },
      told: { ...ashfordBrampton, at: '2026-01-04T00:01Z' },
      kind: 'same',
    },
    {
      name: 'sides the other way round',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, home: 'Brampton City', away: 'Ashford Rovers' },
      kind: 'same',
      swapped: true,
    },
    {
      name: 'known to the day',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, at: '2026-01-03' },
      kind: 'same',
    },
    {
      name: 'an American evening on its local date',
      known: {
        sport: 'basketball',
        league: 'nba',
        home: 'Golden State Warriors',
        away: 'Utah Jazz',
        at: '2026-01-04T03:30Z',
      },
      told: { sport: 'basketball', leagueName: 'NBA', home: 'GSW', away: 'UTA', at: '2026-01-03' },
      kind: 'same',
    },
    {
      name: 'the same pair on the next local date',
      known: {
        sport: 'basketball',
        league: 'nba',
        home: 'Golden State Warriors',
        away: 'Utah Jazz',
        at: '2026-01-05T03:30Z',
      },
      told: { sport: 'basketball', leagueName: 'NBA', home: 'GSW', away: 'UTA', at: '2026-01-03' },
      kind: 'new',
    },
    {
      name: 'the second game of a double-header',
      known: {
        sport: 'baseball',
        league: 'mlb',
        home: 'Boston Red Sox',
        away: 'New York Yankees',
        at: '2026-06-03T17:05Z',
      },
      told: {
        sport: 'baseball',
        league: 'mlb',
        home: 'Boston Red Sox',
        away: 'New York Yankees',
        at: '2026-06-03T20:10Z',
      },
      kind: 'new',
      why: 'start_differs',
    },
    {
      name: 'two teams of one city',
      known: {
        sport: 'basketball',
        league: 'nba',
        home: 'Los Angeles Lakers',
        away: 'Utah Jazz',
        at: '2026-01-04T03:30Z',
      },
      told: {
        sport: 'basketball',
        league: 'nba',
        home: 'Los Angeles Clippers',
        away: 'Utah Jazz',
        at: '2026-01-04T03:30Z',
      },
      kind: 'new',
    },
    {
      name: 'two clubs of one place, told apart by nothing but what clubs are called',
      known: { home: 'CD Ashford', away: 'UD Ashford', at: '2026-01-03T15:00Z' },
      told: { home: 'Ashford', away: 'UD Ashford', at: '2026-01-03T15:00Z' },
      kind: 'same',
    },
    {
      name: 'one common word',
      known: { home: 'Leeds United', away: 'Brampton City', at: '2026-01-03T15:00Z' },
      told: { home: 'Newcastle United', away: 'Brampton City', at: '2026-01-03T15:00Z' },
      kind: 'new',
    },
    {
      name: 'two Madrids',
      known: { home: 'Real Madrid', away: 'Sevilla', at: '2026-01-03T15:00Z' },
      told: { home: 'Atlético Madrid', away: 'Sevilla', at: '2026-01-03T15:00Z' },
      kind: 'new',
    },
    {
      name: 'an unknown word that both sides carry: a person decides',
      known: ashfordBrampton,
      told: { ...ashfordBrampton, home: 'Ashford Rovers Zorbs', away: 'Brampton City Zorbs' },
      kind: 'new',
      why: 'qualifier_suspected',
    },
    {
      name: 'different leagues that we know, shortened names',
      known: { ...ashfordBrampton, league: 'epl' },
      told: { home: 'Ashford', away: 'Brampton', league: 'ucl', at: '2026-01-03T15:00Z' },
      kind: 'new',
      why: 'weak',
    },
    {
      name: 'players, whoever is named first',
      known: { sport: 'tennis', home: 'Anna Ashford', away: 'Berta Brampton', at: '2026-01-03T15:00Z' },
      told: { sport: 'tennis', home: 'Brampton B.', away: 'Ashford A.', at: '2026-01-03T17:30Z' },
      kind: 'same',
      swapped: true,
    },
    {
      name: 'a sister of the player',
      known: { sport: 'tennis', home: 'Anna Ashford', away: 'Berta Brampton', at: '2026-01-03T15:00Z' },
      told: { sport: 'tennis', home: 'Ashford C.', away: 'Brampton B.', at: '2026-01-03T15:00Z' },
      kind: 'new',
    },
  ];
  for (const { name, known, told, kind, swapped = false, why } of cases)
    test(name, () => {
      const decision = decide(known, told);
      expect(decision.kind).toBe(kind);
      if (decision.kind === 'same') {
        expect(decision.swapped).toBe(swapped);
        expect(decision.probability).toBeGreaterThan(0.999);
        expect(decision.evidence.map(({ field }) => field)).toContain('home');
      }
      if (decision.kind === 'new') expect(decision.review[0]?.why).toBe(why as never);
    });

  const qualifiers = ['', 'Women', 'U21', 'U19', 'II', 'Youth', 'Esports'];
  test('qualifiers never cross', () => {
    for (const known of qualifiers)
      for (const told of qualifiers) {
        const decision = decide(
          { ...ashfordBrampton, home: `Ashford ${known}`, away: `Brampton ${known}` },
          { ...ashfordBrampton, home: `Ashford ${told}`, away: `Brampton ${told}` },
        );
        expect({ known, told, kind: decision.kind }).toEqual({
          known,
          told,
          kind: known === told ? 'same' : 'new',
        });
      }
  });

  test('what the league says counts as said of the teams', () => {
    const women = { ...ashfordBrampton, leagueName: "Women's Super League" };
    expect(decide(women, { ...ashfordBrampton, home: 'Ashford W', away: 'Brampton W' }).kind).toBe('same');
    expect(decide(women, { ...ashfordBrampton, leagueName: 'Super League' }).kind).toBe('new');
  });
});

describe('what a provider’s own ids say', () => {
  test('a known id is the match, whatever else is said or left out', () => {
    const index = new MatchIndex();
    take(index, A, reference({ id: 'a1', ...ashfordBrampton }));
    expect(index.resolve(A, { externalId: 'a1', sport: 'soccer' })).toMatchObject({
      kind: 'linked',
      swapped: false,
    });
    const crossed = reference({
      id: 'a1',
      ...ashfordBrampton,
      home: 'Brampton City',
      away: 'Ashford Rovers',
    });
    expect(index.resolve(A, crossed)).toMatchObject({ kind: 'linked', swapped: true });
  });

  test('two ids of one provider are two matches, and look like a repetition only at the same time', () => {
    const index = new MatchIndex();
    take(index, A, reference({ id: 'a1', ...ashfordBrampton }));
    const again = take(index, A, reference({ id: 'a2', ...ashfordBrampton }));
    expect(again).toMatchObject({ kind: 'new', review: [{ why: 'provider_has_other_id' }] });
    const third = take(index, B, reference({ id: 'b1', ...ashfordBrampton }));
    expect(third).toMatchObject({ kind: 'new', review: [{ why: 'ambiguous' }, { why: 'ambiguous' }] });
  });

  for (const [why, given] of [
    ['no_competitors', { externalId: 'x', sport: 'soccer' }],
    [
      'no_start',
      {
        externalId: 'x',
        sport: 'soccer',
        competitors: { home: { name: 'Ashford' }, away: { name: 'Calder' } },
      },
    ],
    ['no_names', reference({ ...ashfordBrampton, home: 'TBD' })],
    ['no_names', reference({ ...ashfordBrampton, home: 'Brampton City' })],
  ] as const)
    test(`${why} leaves only the link`, () => {
      expect(new MatchIndex().resolve(A, given)).toEqual({ kind: 'unresolvable', why });
    });
});

describe('the index', () => {
  test('add, update and remove leave nothing behind', () => {
    const index = new MatchIndex();
    const match = newMatch(A, reference({ id: 'a1', ...ashfordBrampton }), NOW);
    index.add(match);
    index.add(match);
    expect(index.size).toBe(1);
    const moved: Match = { ...match, startsAt: epochMs(match.startsAt + hours(72)) };
    index.update(moved);
    expect(index.resolve(B, reference(ashfordBrampton)).kind).toBe('new');
    expect(index.resolve(B, reference({ ...ashfordBrampton, at: '2026-01-06T15:00Z' })).kind).toBe('same');
    index.remove(match.id);
    index.remove(match.id);
    expect(index.size).toBe(0);
    expect(index.get(match.id)).toBeUndefined();
    expect(index.resolve(A, reference({ id: 'a1', ...ashfordBrampton }))).toEqual({
      kind: 'new',
      review: [],
    });
  });

  test('resolving changes nothing', () => {
    const index = new MatchIndex();
    take(index, A, reference({ id: 'a1', ...ashfordBrampton }));
    const told = reference({ id: 'b1', ...ashfordBrampton });
    expect(index.resolve(B, told)).toEqual(index.resolve(B, told));
    expect(index.size).toBe(1);
  });
});

describe('properties', () => {
  const TEAMS = ['Ashford', 'Brampton', 'Calder', 'Denholm', 'Elstow', 'Farnley', 'Gorton', 'Harwell'];
  const fixtures = fc.uniqueArray(
    fc.record({ pair: fc.nat(TEAMS.length / 2 - 1), day: fc.nat(5), swap: fc.boolean() }),
    { selector: ({ pair, day }) => `${pair}:${day}`, minLength: 1, maxLength: 8 },
  );

  test('for equal fixtures the order of arrival does not matter: one match each, one id of each provider', () => {
    fc.assert(
      fc.property(fixtures, fc.array(fc.nat(1_000), { minLength: 24, maxLength: 24 }), (list, keys) => {
        const said = list.flatMap(({ pair, day }, n) =>
          [A, B, C].map((provider) => ({
            provider,
            told: reference({
              id: `${provider}${n}`,
              home: TEAMS[pair * 2]!,
              away: TEAMS[pair * 2 + 1]!,
              at: new Date(NOW + day * hours(24) + hours(15)).toISOString(),
            }),
          })),
        );
        const shuffled = said
          .map((one, n) => ({ one, key: keys[n % keys.length]! }))
          .sort((a, b) => a.key - b.key);
        const index = new MatchIndex();
        for (const { one } of shuffled) take(index, one.provider, one.told);
        expect(index.size).toBe(list.length);
        for (const { provider, told } of said) {
          const decision = index.resolve(provider, told);
          expect(decision.kind).toBe('linked');
        }
      }),
    );
  });

  test('no link joins two ids of one provider, however near their times and names', () => {
    const loose = fc.array(
      fc.record({
        provider: fc.constantFrom(A, B, C),
        home: fc.constantFrom('Ashford', 'Ashford City', 'Ashford United'),
        away: fc.constantFrom('Brampton', 'Brampton FC'),
        at: fc.nat(600).map((n) => epochMs(NOW + minutes(n)) as EpochMs),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(loose, (list) => {
        const index = new MatchIndex();
        const ids = new Set<MatchId>();
        list.forEach(({ provider, home, away, at }, n) => {
          const told = reference({ id: `${n}`, home, away, at: new Date(at).toISOString() });
          const decision = take(index, provider, told);
          if (decision.kind === 'same') ids.add(decision.matchId);
        });
        for (const id of ids) {
          const providers = index.get(id)!.links.map(({ provider }) => provider);
          expect(new Set(providers).size).toBe(providers.length);
        }
      }),
    );
  });
});
