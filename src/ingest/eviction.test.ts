import { describe, expect, test } from 'bun:test';
import { aMatch, aScore } from '../../tests/support/views.ts';
import { providerId } from '../domain/ids.ts';
import { after, type EpochMs, epochMs, hours, minutes } from '../domain/time.ts';
import type { MatchView } from '../domain/view.ts';
import { leaving } from './eviction.ts';

const now = epochMs(Date.parse('2026-01-03T15:00:00.000Z'));

/** A match that ended, and was last spoken of by its source, so long ago. */
function finished(id: string, ended: number, heard: number): MatchView {
  const match = aMatch(id, { startsAt: after(now, -ended - hours(2)) });
  const observedAt: EpochMs = after(now, -heard);
  const score = aScore(1, 0, {
    status: 'finished',
    updatedAt: after(now, -ended),
    sources: [{ provider: providerId('acme'), status: 'finished', score: null, observedAt, agrees: true }],
  });
  const position = { epoch: 'e', seq: 1 };
  return { id: match.id, match, score, markets: [], position: { scores: position, markets: position } };
}

const many = (count: number, heard: number) =>
  Array.from({ length: count }, (_, i) => finished(`m${i}`, hours(1) + minutes(i / 100), heard));

describe('a finished match leaves', () => {
  test('after a day', () => {
    expect(leaving([finished('m1', hours(23), hours(23))], now)).toEqual([]);
    expect(leaving([finished('m1', hours(24), 0)], now).map(String)).toEqual(['m1']);
  });

  test('earlier when there are a thousand others, the longest finished first', () => {
    const views = many(1_002, minutes(30));
    expect(leaving(views, now).map(String)).toEqual(['m1001', 'm1000']);
  });

  test('but not while a provider still lists it: it would only come back', () => {
    expect(leaving(many(1_500, minutes(1)), now)).toEqual([]);
  });
});
