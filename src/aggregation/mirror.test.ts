import { expect, test } from 'bun:test';
import type { Statement } from '../domain/observation.ts';
import { mirrorStatement } from './mirror.ts';

const statement: Statement = {
  match: {
    externalId: 'x',
    sport: 'basketball',
    competitors: { home: { name: 'Ashford' }, away: { name: 'Brampton' } },
  },
  score: { status: 'live', score: { home: 3, away: 1 }, shootout: { home: 5, away: 4 }, period: '1st Half' },
  markets: [
    {
      bookmaker: 'acme',
      market: 'spreads',
      period: 'match',
      line: -2.5,
      suspended: false,
      quotes: [
        { outcome: 'home', price: 1.9 },
        { outcome: 'away', price: 2 },
      ],
    },
    {
      bookmaker: 'acme',
      market: 'totals',
      period: 'match',
      line: 5.5,
      suspended: false,
      quotes: [{ outcome: 'over', price: 1.8 }],
    },
  ],
};

test('sides, score and handicap change places; totals stay', () => {
  expect(mirrorStatement(statement)).toEqual({
    match: {
      externalId: 'x',
      sport: 'basketball',
      competitors: { home: { name: 'Brampton' }, away: { name: 'Ashford' } },
    },
    score: {
      status: 'live',
      score: { home: 1, away: 3 },
      shootout: { home: 4, away: 5 },
      period: '1st Half',
    },
    markets: [
      {
        bookmaker: 'acme',
        market: 'spreads',
        period: 'match',
        line: 2.5,
        suspended: false,
        quotes: [
          { outcome: 'away', price: 1.9 },
          { outcome: 'home', price: 2 },
        ],
      },
      statement.markets![1]!,
    ],
  });
});

test('twice is as it was', () => {
  expect(mirrorStatement(mirrorStatement(statement))).toEqual(statement);
});

test('a line of 0 stays 0', () => {
  const level = { ...statement, markets: [{ ...statement.markets![0]!, line: 0 }] };
  expect(Object.is(mirrorStatement(level).markets![0]!.line, 0)).toBe(true);
});
