/** Life-cycle of a match, the same for every sport. */
export const MATCH_STATUSES = [
  'scheduled',
  'live',
  'paused',
  'suspended',
  'finished',
  'postponed',
  'cancelled',
  'abandoned',
  'awarded',
] as const;

export type MatchStatus = (typeof MATCH_STATUSES)[number];

/** The ball is, or is about to be again, in play: half-time and a rain break included. */
export const isInPlay = (status: MatchStatus): boolean =>
  status === 'live' || status === 'paused' || status === 'suspended';

/** No further play is expected under this status. */
export const isOver = (status: MatchStatus): boolean =>
  status === 'finished' || status === 'cancelled' || status === 'abandoned' || status === 'awarded';

/** A score can exist under this status; before the start, zeros on the wire mean nothing. */
export const hasScore = (status: MatchStatus): boolean =>
  isInPlay(status) || status === 'finished' || status === 'abandoned' || status === 'awarded';

/**
 * The moves a match makes in the ordinary course of events. Everything else is a correction: it may be true, and it
 * has to be said as one.
 */
const FORWARD: Readonly<Record<MatchStatus, readonly MatchStatus[]>> = {
  scheduled: ['live', 'paused', 'suspended', 'finished', 'postponed', 'cancelled', 'abandoned', 'awarded'],
  live: ['paused', 'suspended', 'finished', 'abandoned', 'awarded', 'cancelled'],
  paused: ['live', 'suspended', 'finished', 'abandoned', 'awarded', 'cancelled'],
  suspended: ['live', 'paused', 'finished', 'postponed', 'abandoned', 'awarded', 'cancelled'],
  finished: ['awarded'],
  postponed: ['scheduled', 'live', 'cancelled', 'awarded'],
  cancelled: ['awarded'],
  abandoned: ['awarded', 'postponed', 'cancelled'],
  awarded: [],
};

/** True when `to` is an ordinary next status after `from` (staying is ordinary too). */
export const isForwardMove = (from: MatchStatus, to: MatchStatus): boolean =>
  from === to || FORWARD[from].includes(to);
