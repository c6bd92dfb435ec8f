import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { after, type EpochMs, seconds } from '../domain/time.ts';
import type { PollAnswer } from '../ports/provider.ts';
import { ProviderError } from '../ports/provider-error.ts';
import type { ResolvedInterval } from './interval.ts';
import { nextPoll } from './next-poll.ts';
import { PollLoop } from './poll-loop.ts';

const pace = { minInterval: 250, timeout: seconds(4) };
const wanted: ResolvedInterval = { interval: seconds(10), source: 'default', phase: 'in_play' };

const answerAt = (at: EpochMs, freshFor?: number): PollAnswer => ({
  statements: [],
  dropped: [],
  requestedAt: at,
  receivedAt: at,
  notModified: false,
  ...(freshFor === undefined ? {} : { freshFor }),
});

function loopOver(poll: (signal: AbortSignal, clock: FakeClock) => Promise<PollAnswer>) {
  const clock = new FakeClock();
  const polledAt: EpochMs[] = [];
  const faults: unknown[] = [];
  const stoppedBy: string[] = [];
  const loop = new PollLoop({
    clock,
    first: () => clock.now(),
    next: (last) =>
      nextPoll('acme:scores:nba', wanted, pace, { factor: 1, assumed: false }, last, clock.now()),
    onFault: (error) => faults.push(error),
    onStopped: (error) => stoppedBy.push(error.code),
    poll: (signal) => {
      polledAt.push(clock.now());
      return poll(signal, clock);
    },
  });
  return { clock, loop, polledAt, faults, stoppedBy };
}

const gaps = (instants: readonly EpochMs[]) =>
  instants.slice(1).map((at, i) => at - (instants[i] as EpochMs));

describe('the poll loop', () => {
  test('keeps its grid whatever a poll takes, and never polls twice at once', async () => {
    let underWay = 0;
    let most = 0;
    const { clock, loop, polledAt } = loopOver(async (signal, clock) => {
      most = Math.max(most, ++underWay);
      await clock.sleep(seconds(3), signal);
      underWay -= 1;
      return answerAt(clock.now());
    });
    loop.resume();
    await clock.advance(seconds(60));
    expect(gaps(polledAt).slice(1)).toEqual(
      gaps(polledAt)
        .slice(1)
        .map(() => seconds(10)),
    );
    expect(polledAt.length).toBeGreaterThanOrEqual(6);
    expect(most).toBe(1);
    await loop.pause();
    expect(clock.waiting).toBe(0);
  });

  test('being planned anew does not put the first poll off', async () => {
    const { clock, loop, polledAt } = loopOver(async (_signal, clock) => answerAt(clock.now()));
    const start = clock.now();
    loop.resume();
    loop.replan();
    await clock.advance(1);
    expect(polledAt).toEqual([start]);
    await loop.pause();
  });

  test('skips the ticks that a poll overran', async () => {
    const { clock, loop, polledAt } = loopOver(async (signal, clock) => {
      await clock.sleep(seconds(25), signal);
      return answerAt(clock.now());
    });
    loop.resume();
    await clock.advance(seconds(120));
    for (const gap of gaps(polledAt).slice(1)) expect(gap).toBe(seconds(30));
    await loop.pause();
  });

  test('a refused key stops it for good, and only being resumed wakes it', async () => {
    const { clock, loop, polledAt, stoppedBy } = loopOver(async () => {
      throw new ProviderError('PROVIDER_KEY_REFUSED', 'the key was refused');
    });
    loop.resume();
    await clock.advance(seconds(300));
    expect(polledAt).toHaveLength(1);
    expect(loop.state).toBe('stopped');
    expect(stoppedBy).toEqual(['PROVIDER_KEY_REFUSED']);
    loop.resume();
    await clock.advance(seconds(1));
    expect(polledAt).toHaveLength(2);
  });

  test('waits until Retry-After has passed', async () => {
    const { clock, loop, polledAt } = loopOver(async (_signal, clock) => {
      const retryAt = after(clock.now(), seconds(47));
      throw new ProviderError('PROVIDER_RATE_LIMITED', 'too fast', { retryAt });
    });
    loop.resume();
    await clock.advance(seconds(100));
    for (const gap of gaps(polledAt)) expect(gap).toBeGreaterThanOrEqual(seconds(47));
    expect(loop.state).toBe('backing_off');
    expect(loop.planned?.reason).toContain('Retry-After');
    await loop.pause();
  });

  test('backs off further with every failure in a row, and recovers at the first success', async () => {
    let failing = true;
    const { clock, loop, polledAt } = loopOver(async (_signal, clock) => {
      if (failing) throw new ProviderError('PROVIDER_UPSTREAM_ERROR', 'their fault');
      return answerAt(clock.now());
    });
    loop.resume();
    await clock.advance(seconds(300));
    const waits = gaps(polledAt).slice(1);
    expect(waits.every((wait, i) => i === 0 || wait >= (waits[i - 1] as number))).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(seconds(60));
    failing = false;
    await clock.advance(seconds(600));
    expect(gaps(polledAt).at(-1)).toBe(seconds(10));
    await loop.pause();
  });

  test('a fault of ours neither ends it nor counts as the provider failing', async () => {
    const { clock, loop, polledAt, faults } = loopOver(async () => {
      throw new TypeError('a bug');
    });
    loop.resume();
    await clock.advance(seconds(60));
    expect(polledAt.length).toBeGreaterThan(4);
    expect(faults).toHaveLength(polledAt.length);
    expect(loop.last.outcome).toBe('none');
    await loop.pause();
  });

  test('being paused aborts the poll under way and waits for its end', async () => {
    let ended = false;
    const { clock, loop } = loopOver(async (signal, clock) => {
      await clock.sleep(seconds(60), signal).finally(() => {
        ended = true;
      });
      return answerAt(clock.now());
    });
    loop.resume();
    await clock.advance(seconds(1));
    expect(loop.state).toBe('polling');
    await loop.pause();
    expect(ended).toBe(true);
    expect(loop.state).toBe('standby');
    expect(clock.waiting).toBe(0);
  });

  test('Cache-Control holds the next poll back', async () => {
    const { clock, loop, polledAt } = loopOver(async (_signal, clock) => answerAt(clock.now(), seconds(24)));
    loop.resume();
    await clock.advance(seconds(100));
    for (const gap of gaps(polledAt)) expect(gap).toBeGreaterThanOrEqual(seconds(24));
    expect(loop.planned?.reason).toContain('Cache-Control');
    await loop.pause();
  });
});
