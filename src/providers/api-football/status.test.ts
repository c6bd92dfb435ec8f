import { expect, test } from 'bun:test';
import type { ScoreClaim } from '../../domain/observation.ts';
import { readScore } from './status.ts';
import type { Fixture } from './wire.ts';

const none = { home: null, away: null };

function fixture(
  short: string,
  more: Partial<Fixture> & { elapsed?: number | null; extra?: number } = {},
): Fixture {
  const { elapsed = null, extra = null, ...rest } = more;
  return {
    fixture: { id: 1, date: '2026-01-03T14:00:00+00:00', status: { short, elapsed, extra } },
    league: { id: 39 },
    teams: { home: { name: 'Wexbury' }, away: { name: 'Eastfield' } },
    goals: { home: 1, away: 0 },
    score: { penalty: none },
    ...rest,
  };
}

const score = { home: 1, away: 0 };

test.each<[string, ScoreClaim]>([
  ['TBD', { status: 'scheduled' }],
  ['NS', { status: 'scheduled' }],
  ['1H', { status: 'live', score, period: '1st Half', clock: { display: "35'" } }],
  ['HT', { status: 'paused', score, period: 'Half Time' }],
  ['2H', { status: 'live', score, period: '2nd Half', clock: { display: "35'" } }],
  ['ET', { status: 'live', score, period: 'Extra Time', clock: { display: "35'" } }],
  ['BT', { status: 'paused', score, period: 'Extra Time Break' }],
  ['P', { status: 'live', score, period: 'Penalties' }],
  ['LIVE', { status: 'live', score, clock: { display: "35'" } }],
  ['SUSP', { status: 'suspended', score }],
  ['INT', { status: 'paused', score }],
  ['FT', { status: 'finished', score }],
  ['AET', { status: 'finished', score }],
  ['PEN', { status: 'finished', score }],
  ['PST', { status: 'postponed' }],
  ['CANC', { status: 'cancelled' }],
  ['ABD', { status: 'abandoned', score }],
  ['AWD', { status: 'awarded', score }],
  ['WO', { status: 'awarded', score }],
])('%s', (short, claim) => {
  expect(readScore(fixture(short, { elapsed: 35 }))).toEqual(claim);
});

test.each<[string, Fixture, ScoreClaim | string]>([
  ['an unknown status', fixture('Q1'), 'unknown_status'],
  ['no goals yet', fixture('1H', { goals: none }), { status: 'live', period: '1st Half' }],
  ['goals of one side', fixture('1H', { goals: { home: 1, away: null } }), 'bad_score'],
  ['less than no goals', fixture('FT', { goals: { home: -1, away: 0 } }), 'bad_score'],
  ['goals before the start', fixture('NS', { goals: { home: 0, away: 0 } }), { status: 'scheduled' }],
  [
    'a shoot-out',
    fixture('PEN', { score: { penalty: { home: 4, away: 3 } } }),
    { status: 'finished', score, shootout: { home: 4, away: 3 } },
  ],
  [
    'stoppage time',
    fixture('2H', { elapsed: 90, extra: 4 }),
    { status: 'live', score, period: '2nd Half', clock: { display: "90'+4'" } },
  ],
  ['no minute', fixture('2H'), { status: 'live', score, period: '2nd Half' }],
  ['a minute that is none', fixture('2H', { elapsed: -3 }), { status: 'live', score, period: '2nd Half' }],
])('%s', (_name, given, claim) => {
  expect<unknown>(readScore(given)).toEqual(claim);
});
