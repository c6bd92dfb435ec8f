import type { EpochMs, Millis } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * Says something at most once a `span`, however often it happens: the first time at once. `say` is told how often it
 * has happened since it last spoke, this time included.
 */
export function seldom(clock: Pick<Clock, 'now'>, span: Millis, say: (times: number) => void): () => void {
  let saidAt: EpochMs | undefined;
  let times = 0;
  return () => {
    times += 1;
    const now = clock.now();
    if (saidAt !== undefined && now - saidAt < span) return;
    saidAt = now;
    say(times);
    times = 0;
  };
}
