import type { EpochMs } from '../domain/time.ts';

/**
 * A new epoch's name, `[0-9a-z]+`: the time in base 36 and then `suffix`, so that later ones sort behind earlier ones.
 * It also sorts behind `known`, whatever the clock says.
 */
export function newEpoch(now: EpochMs, suffix: string, known = ''): string {
  const epoch = `${now.toString(36).padStart(8, '0')}${suffix}`;
  return epoch > known ? epoch : `${known}${suffix}`;
}
