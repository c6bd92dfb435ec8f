import { describe, expect, test } from 'bun:test';
import { epochMs, hours, minutes, seconds } from '../domain/time.ts';
import { ProviderError } from '../ports/provider-error.ts';
import { quotaStretch } from './budget.ts';
import type { ResolvedInterval } from './interval.ts';
import { inWords, type LastPoll, nextPoll } from './next-poll.ts';

const now = epochMs(1_767_452_400_000);
const none: LastPoll = { outcome: 'none' };
const pace = { minInterval: seconds(10), timeout: seconds(4) };
const wanted: ResolvedInterval = { interval: seconds(15), source: 'league', phase: 'in_play' };
const plan = (over: Partial<ResolvedInterval>, factor = 1, last: LastPoll = { outcome: 'none' }) =>
  nextPoll('acme:scores:nba', { ...wanted, ...over }, pace, { factor, assumed: false }, last, now);

const failed = (
  code: 'PROVIDER_QUOTA_EXHAUSTED' | 'PROVIDER_TIMEOUT',
  inARow: number,
  retryAt?: number,
): LastPoll => ({
  outcome: 'failed',
  startedAt: epochMs(now - seconds(1)),
  inARow,
  error: new ProviderError(code, code, retryAt === undefined ? {} : { retryAt: epochMs(retryAt) }),
});

describe('the next poll', () => {
  test('says where a plain interval comes from', () => {
    const { interval, reason, backingOff } = plan({});
    expect({ interval, reason, backingOff }).toEqual({
      interval: seconds(15),
      reason: 'in_play (league) 15 s',
      backingOff: false,
    });
  });

  test("is never more often than the provider's terms allow, override or not", () => {
    const { interval, reason } = plan({ interval: 250, source: 'override:task' });
    expect(interval).toBe(seconds(10));
    expect(reason).toBe("in_play (override:task) 250 ms; raised to 10 s by the provider's terms");
  });

  describe("keeps the provider's terms from poll to poll", () => {
    const answeredAt = (startedAt: number): LastPoll => ({
      outcome: 'ok',
      startedAt: epochMs(startedAt),
      receivedAt: epochMs(startedAt),
      freshFor: undefined,
    });
    const tick = plan({}).at;

    test('by leaving out a tick that comes too soon after a poll off the grid', () => {
      expect(plan({}, 1, answeredAt(tick - seconds(2))).at).toBe(epochMs(tick + seconds(15)));
    });

    test('though a tick that was served late does not cost the next one', () => {
      const often = { interval: seconds(10) };
      const onTime = plan(often).at;
      const late = epochMs(onTime + 40);
      const { at } = nextPoll(
        'acme:scores:nba',
        { ...wanted, ...often },
        pace,
        { factor: 1, assumed: false },
        answeredAt(late),
        late,
      );
      expect(at - onTime).toBe(seconds(10));
    });

    test('at the edge of a phase too', () => {
      const until = epochMs(now + seconds(2));
      const { at } = plan({ interval: minutes(15), phase: 'soon', until }, 1, answeredAt(now));
      expect(at - now).toBe(seconds(9));
    });
  });

  test('is stretched by the quota', () => {
    expect(plan({}, 4).interval).toBe(seconds(60));
    expect(plan({}, 4).reason).toContain('raised to 60 s by its quota');
  });

  test('comes at the edge of a phase when that is sooner', () => {
    const until = epochMs(now + seconds(2));
    expect(plan({ interval: minutes(15), phase: 'soon', until }).at).toBe(until);
  });

  test('waits for the reset of an exhausted quota', () => {
    const resetsAt = now + hours(5);
    expect(plan({}, 1, failed('PROVIDER_QUOTA_EXHAUSTED', 1, resetsAt)).at).toBe(epochMs(resetsAt));
  });

  test('asks once an hour when nobody says when the quota returns', () => {
    expect(plan({}, 1, failed('PROVIDER_QUOTA_EXHAUSTED', 1)).at).toBe(epochMs(now + hours(1)));
  });

  test('backs off to five minutes at the most', () => {
    expect(plan({}, 1, failed('PROVIDER_TIMEOUT', 3)).at).toBe(epochMs(now + seconds(60)));
    expect(plan({}, 1, failed('PROVIDER_TIMEOUT', 500)).at).toBe(epochMs(now + minutes(5)));
  });
});

test('an operator may spend a quota whose reset nobody tells faster than evenly, but not one that is told', () => {
  const override = { ...wanted, source: 'override:league' };
  const at = (assumed: boolean) =>
    nextPoll('acme:x', override, pace, { factor: 9, assumed }, none, now).interval;
  expect(at(true)).toBe(seconds(15));
  expect(at(false)).toBe(seconds(135));
});

describe('the quota stretch', () => {
  const demands = [
    { interval: seconds(10), cost: 1 },
    { interval: seconds(30), cost: 3 },
  ];

  test('is 1 while the budget suffices, or when no reset is known', () => {
    expect(quotaStretch(demands, undefined, hours(1), now).factor).toBe(1);
    expect(quotaStretch(demands, { remaining: 3 }, undefined, now).factor).toBe(1);
    expect(
      quotaStretch(demands, { remaining: 12, resetsAt: epochMs(now + minutes(1)) }, undefined, now).factor,
    ).toBe(1);
  });

  test('makes what is left last until the reset', () => {
    const quota = { remaining: 100, resetsAt: epochMs(now + hours(1)) };
    const { factor, assumed } = quotaStretch(demands, quota, hours(500), now);
    expect(factor).toBeCloseTo(7.2);
    expect(assumed).toBe(false);
  });

  test('makes it last for the period it is sold for when no reset is told', () => {
    const { factor, assumed } = quotaStretch(demands, { remaining: 100 }, hours(1), now);
    expect(factor).toBeCloseTo(7.2);
    expect(assumed).toBe(true);
  });
});

test('spans in words', () => {
  expect([250, 4_000, 1_500, 60_000, 900_000, 7_200_000].map(inWords)).toEqual([
    '250 ms',
    '4 s',
    '1.5 s',
    '60 s',
    '15 min',
    '2 h',
  ]);
});
