import { after, type EpochMs, epochMs, iso, type Millis, minutes, seconds } from '../domain/time.ts';
import { MAX_INTERVAL } from '../ports/polling.ts';
import type { Pace } from '../ports/provider.ts';
import type { ProviderError } from '../ports/provider-error.ts';
import type { Stretch } from './budget.ts';
import { nextTick } from './grid.ts';
import type { ResolvedInterval } from './interval.ts';

/** How the last poll of a target went. */
export type LastPoll =
  | { readonly outcome: 'none' }
  | {
      readonly outcome: 'ok';
      readonly startedAt: EpochMs;
      readonly receivedAt: EpochMs;
      readonly freshFor: Millis | undefined;
    }
  | {
      readonly outcome: 'failed';
      readonly startedAt: EpochMs;
      readonly error: ProviderError;
      readonly inARow: number;
    };

export interface NextPoll {
  readonly at: EpochMs;
  readonly interval: Millis;
  readonly reason: string;
  readonly backingOff: boolean;
}

const LONGEST_BACK_OFF = minutes(5);
// Some providers never say when the budget returns: one request an hour finds out without doing harm.
const UNKNOWN_RESET = minutes(60);
// A tick that was served late by a hair must not cost the next one.
const PUNCTUAL = 0.9;

/**
 * When to poll a target next, and why in words. The wanted interval is bent by the provider's terms, its quota, what it
 * said of freshness, its `Retry-After`, and by failures; each bend that bites adds its clause to the reason.
 */
export function nextPoll(
  identity: string,
  wanted: ResolvedInterval,
  pace: Pace,
  stretch: Stretch,
  last: LastPoll,
  now: EpochMs,
): NextPoll {
  const clauses = [`${wanted.phase} (${wanted.source}) ${inWords(wanted.interval)}`];
  let interval = wanted.interval;
  const raise = (to: Millis, by: string) => {
    if (to <= interval) return;
    interval = Math.round(to);
    clauses.push(`raised to ${inWords(interval)} by ${by}`);
  };
  raise(pace.minInterval, "the provider's terms");
  // An operator who asks for more than an even spread of the month's quota knows why; a told reset binds him too.
  const isSpared = stretch.assumed && wanted.source.startsWith('override');
  if (!isSpared) raise(Math.min(interval * stretch.factor, MAX_INTERVAL), 'its quota');

  // The first poll keeps to no grid, and a changed interval has another one: the terms hold from poll to poll as well.
  const allowed = last.outcome === 'none' ? now : after(last.startedAt, pace.minInterval * PUNCTUAL);
  let at = nextTick(identity, interval, epochMs(Math.max(now, allowed)));
  const notBefore = (instant: EpochMs, by: string) => {
    if (instant <= at) return;
    at = instant;
    clauses.push(`next at ${iso(at)}: ${by}`);
  };
  // Waking at the edge of a phase is what makes a kick-off seen in time while the interval is still a long one.
  if (wanted.until !== undefined && wanted.until > now && wanted.until < at) {
    at = epochMs(Math.max(wanted.until, allowed));
    clauses.push(`next at ${iso(at)}: ${wanted.phase} ends then`);
  }
  if (last.outcome === 'ok' && last.freshFor !== undefined) {
    notBefore(after(last.receivedAt, last.freshFor), 'Cache-Control');
  }
  if (last.outcome === 'failed') {
    const { error, inARow } = last;
    if (error.retryAt !== undefined) notBefore(error.retryAt, `${error.code}, Retry-After`);
    else if (error.code === 'PROVIDER_QUOTA_EXHAUSTED')
      notBefore(after(now, UNKNOWN_RESET), `${error.code}, no reset told`);
    else if (inARow > 1) {
      const wait = Math.min(LONGEST_BACK_OFF, Math.max(seconds(1), interval) * 2 ** Math.min(inARow - 1, 20));
      notBefore(after(now, wait), `${error.code}, ${inARow} failures in a row`);
    }
  }
  return { at, interval, reason: clauses.join('; '), backingOff: last.outcome === 'failed' };
}

/** `250 ms`, `4 s`, `1.5 s`, `15 min`, `2 h`. */
export function inWords(span: Millis): string {
  if (span < 1_000) return `${span} ms`;
  if (span < 120_000) return `${Number((span / 1_000).toFixed(1))} s`;
  if (span < 7_200_000) return `${Number((span / 60_000).toFixed(1))} min`;
  return `${Number((span / 3_600_000).toFixed(1))} h`;
}
