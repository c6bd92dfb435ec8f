import { after, type EpochMs, seconds } from '../../domain/time.ts';
import type { Quota } from '../../ports/provider.ts';
import { nextDay } from './errors.ts';

/**
 * What is left of the day or of the minute: the one that asks for the longer pause between requests. No header tells
 * when the minute began, so it is taken to begin now.
 */
export function quotaOf(headers: Readonly<Record<string, string>>, now: EpochMs): Quota | undefined {
  const day = read(
    headers['x-ratelimit-requests-remaining'],
    headers['x-ratelimit-requests-limit'],
    nextDay(now),
  );
  const minute = read(
    headers['x-ratelimit-remaining'],
    headers['x-ratelimit-limit'],
    after(now, seconds(60)),
  );
  if (day === undefined || minute === undefined) return day ?? minute;
  return pause(minute, now) > pause(day, now) ? minute : day;
}

function read(remaining: string | undefined, limit: string | undefined, resetsAt: EpochMs) {
  const left = count(remaining);
  if (left === undefined) return undefined;
  const most = count(limit);
  return { remaining: left, ...(most !== undefined && { limit: most }), resetsAt };
}

const count = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const pause = ({ remaining, resetsAt }: { remaining: number; resetsAt: EpochMs }, now: EpochMs): number =>
  (resetsAt - now) / remaining;
