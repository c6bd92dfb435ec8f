/**
 * - `greeting`  its first messages are being fetched; what is published meanwhile is put aside
 * - `live`      gets every message the moment it is published
 * - `behind`    its buffer is full; gets nothing, and a snapshot once it has drained
 * - `closing`   a close frame is on its way
 * - `closed`    the connection is gone
 */
export type SessionState = 'greeting' | 'live' | 'behind' | 'closing' | 'closed';

const MOVES: Readonly<Record<SessionState, readonly SessionState[]>> = {
  greeting: ['live', 'closing', 'closed'],
  live: ['behind', 'closing', 'closed'],
  behind: ['live', 'closing', 'closed'],
  closing: ['closed'],
  closed: [],
};

/** The state after a move; throws on one that is not in the table. */
export function moved(from: SessionState, to: SessionState): SessionState {
  if (!MOVES[from].includes(to)) throw new Error(`a session cannot go from ${from} to ${to}`);
  return to;
}
