import { describe, expect, test } from 'bun:test';
import { providerId } from '../domain/ids.ts';
import type { Observation, ScoreClaim } from '../domain/observation.ts';
import { epochMs } from '../domain/time.ts';
import { noteScore, type SourceClaim } from './source-claims.ts';

function said(score: ScoreClaim | undefined, receivedAt: number, statedAt?: number): Observation {
  return {
    match: { externalId: 'x', sport: 'soccer' },
    provider: providerId('a'),
    requestedAt: epochMs(receivedAt - 100),
    receivedAt: epochMs(receivedAt),
    ...(score && { score }),
    ...(statedAt !== undefined && { statedAt: epochMs(statedAt) }),
  };
}

const live = (home: number, away: number): ScoreClaim => ({ status: 'live', score: { home, away } });
const note = (...observations: Observation[]): SourceClaim | undefined =>
  observations.reduce<SourceClaim | undefined>(noteScore, undefined);

describe('noteScore', () => {
  test('counts repetitions and keeps when the value was first said', () => {
    expect(note(said(live(0, 0), 1_000), said(live(1, 0), 2_000), said(live(1, 0), 3_000))).toMatchObject({
      observedAt: 3_000,
      since: 2_000,
      scoreSince: 2_000,
      statusSince: 1_000,
      repeats: 2,
      scoreBefore: { home: 0, away: 0 },
    });
  });

  test('remembers what the source went away from', () => {
    const claim = note(said(live(1, 0), 1_000), said(live(0, 0), 2_000), said({ status: 'paused' }, 3_000));
    expect(claim).toMatchObject({
      scoreBefore: { home: 0, away: 0 },
      statusBefore: 'live',
      statusSince: 3_000,
    });
    expect(note(said(live(1, 0), 1_000), said(live(0, 0), 2_000))).toMatchObject({
      scoreBefore: { home: 1, away: 0 },
    });
  });

  const older = said(live(0, 0), 5_000, 1_000);
  const newer = said(live(1, 0), 4_000, 2_000);
  for (const { name, given, kept } of [
    { name: 'by the provider’s times when both have one', given: [newer, older], kept: newer },
    {
      name: 'which also lets a later statement in that was received earlier',
      given: [older, newer],
      kept: newer,
    },
    { name: 'by ours otherwise', given: [said(live(1, 0), 4_000), said(live(0, 0), 3_000)], kept: newer },
    {
      name: 'by ours when only one has a time',
      given: [said(live(1, 0), 4_000), said(live(0, 0), 3_000, 9_000)],
      kept: newer,
    },
  ])
    test(`an older observation is left out, ${name}`, () => {
      expect(note(...given)?.claim).toEqual(kept.score!);
    });

  test('an observation without a score, and a duplicate, leave the very same claim', () => {
    const claim = note(said(live(1, 0), 2_000, 1_500));
    expect(noteScore(claim, said(undefined, 3_000))).toBe(claim!);
    expect(noteScore(claim, said(live(1, 0), 2_000, 1_500))).toBe(claim!);
    expect(noteScore(undefined, said(undefined, 3_000))).toBeUndefined();
  });

  test('a provider whose clock is far ahead does not shut itself out', () => {
    const claim = note(said(live(0, 0), 1_000, 9_999_999), said(live(1, 0), 2_000, 1_990));
    expect(claim?.claim.score).toEqual({ home: 1, away: 0 });
    expect(note(said(live(0, 0), 1_000, 9_999_999))).not.toHaveProperty('statedAt');
  });
});
