import { type EpochMs, iso } from '../domain/time.ts';
import type { StreamPace } from '../ports/provider.ts';
import { inWords } from './next-poll.ts';

/** What a stream loop does, and since when. */
export type StreamCondition =
  | { readonly state: 'standby' | 'connecting' | 'open' | 'silent'; readonly since: EpochMs }
  | {
      readonly state: 'reconnecting';
      readonly since: EpochMs;
      readonly dueAt: EpochMs;
      readonly why: string;
    }
  | { readonly state: 'stopped'; readonly since: EpochMs; readonly why: string };

/** The same in words. */
export function inWordsOf(condition: StreamCondition, pace: StreamPace): string {
  switch (condition.state) {
    case 'standby':
      return 'switched off';
    case 'connecting':
      return `given up unless it is open in ${inWords(pace.openWithin)}`;
    case 'open':
      return `heard at least every ${inWords(pace.expectEvery)}`;
    case 'silent':
      return `not heard for longer than ${inWords(pace.expectEvery)}; given up after ${inWords(pace.deadAfter)}`;
    case 'reconnecting':
      return `${condition.why}; next attempt at ${iso(condition.dueAt)}`;
    case 'stopped':
      return condition.why;
  }
}
