import { Type } from 'typebox';
import { MATCH_STATUSES, type MatchStatus } from '../../../domain/status.ts';

/** What feeds call our statuses, besides our own words. */
const WORDS: Readonly<Record<MatchStatus, readonly string[]>> = {
  scheduled: ['not_started', 'ns', 'upcoming', 'pre', 'pre_match', 'timed', 'fixture'],
  live: ['in_play', 'inplay', 'in_progress', 'playing', 'started', 'running', 'resumed'],
  paused: ['half_time', 'halftime', 'ht', 'break', 'intermission', 'interval'],
  suspended: ['interrupted'],
  finished: ['full_time', 'fulltime', 'ft', 'aet', 'final', 'ended', 'completed', 'complete', 'played'],
  postponed: ['pst'],
  cancelled: ['canceled', 'called_off'],
  abandoned: ['abd'],
  awarded: ['walkover', 'forfeit'],
};

const BY_WORD: ReadonlyMap<string, MatchStatus> = new Map(
  MATCH_STATUSES.flatMap((status) => [status, ...WORDS[status]].map((word) => [word, status] as const)),
);

/** `Half-time`, `HALF_TIME` and `half time` are one word. */
export const wordOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');

export const statusOf = (text: string): MatchStatus | undefined => BY_WORD.get(wordOf(text));

export const statusField = (description: string) =>
  Type.Refine(
    Type.String({ maxLength: 40, description, examples: [...MATCH_STATUSES] }),
    (text) => statusOf(text) !== undefined,
    () => `must be one of ${MATCH_STATUSES.join(', ')}`,
  );
