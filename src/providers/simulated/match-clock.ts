import type { MatchClock } from '../../domain/score.ts';
import type { Millis } from '../../domain/time.ts';
import type { Fixture } from './league.ts';

/** What the clock on the scoreboard shows while that period is played; none in breaks and in games without a clock. */
export function matchClock(
  { plan, timeline }: Fixture,
  period: number,
  elapsed: Millis,
): MatchClock | undefined {
  if (plan.game.kind !== 'timed') return undefined;
  const stretch = timeline.stretches.find((one) => one.period === period);
  if (!stretch) return undefined;
  const part = Math.min(1, Math.max(0, (elapsed - stretch.from) / (stretch.to - stretch.from)));
  if (plan.game.clock === 'down') return countdown(stretch.minutes * 60 * (1 - part));
  return minuteOf(part * stretch.lasted, stretch.minutes, (period - 1) * stretch.minutes);
}

function countdown(left: number): MatchClock {
  const whole = Math.ceil(left);
  const display = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  return { display, seconds: whole };
}

function minuteOf(played: number, regular: number, before: number): MatchClock {
  const seconds = Math.floor((before + played) * 60);
  if (played < regular) return { display: `${before + Math.floor(played) + 1}'`, seconds };
  return { display: `${before + regular}'+${Math.floor(played - regular) + 1}'`, seconds };
}
