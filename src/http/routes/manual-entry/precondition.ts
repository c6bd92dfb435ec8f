import { spread } from '../../../domain/spread.ts';
import { seconds } from '../../../domain/time.ts';
import type { MatchView, Position } from '../../../domain/view.ts';
import { randomText } from '../../../platform/random-text.ts';
import type { LiveStore } from '../../../ports/live-store.ts';
import { Problem } from '../../problem.ts';

/** The entity tag of a match's state, as `If-Match` wants it. */
export const tagOf = ({ epoch, seq }: Position): string => `"${epoch}:${seq}"`;

/**
 * Refuses with `POSITION_NEEDED` or `POSITION_OUTDATED` unless `If-Match` names the match's newest state; `*` means
 * whichever it is. The tag of `GET /api/scores/:matchId` is accepted as well.
 */
export function checkPosition(ifMatch: string | undefined, { position }: MatchView): void {
  const { epoch, seq } = position.scores;
  const current = tagOf(position.scores);
  if (ifMatch === undefined || ifMatch.trim() === '')
    throw new Problem('POSITION_NEEDED', `Send the state that you have seen, as If-Match: ${current}.`, {
      headers: { etag: current },
    });
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (tags.includes('*') || tags.includes(current) || tags.includes(`"${epoch}-${seq}"`)) return;
  throw outdated(position.scores, 'The match has moved on since.');
}

/** For how long a state is taken once an entry was made from it; by then the entry has become a new state. */
const TAKEN_FOR = seconds(2);

// A store remembers every lease's name for good, so there is only so many of them. That two states meet in one within
// two seconds is rare, and costs a person a second try.
const NAMES = 4_096;

/**
 * Lets one entry of all that are made from the same state through, on whichever replica they arrive: the state moves on
 * only when the entry has been merged, which is too late to tell two of the same moment apart.
 */
export async function takePosition(
  live: Pick<LiveStore, 'lease' | 'release'>,
  { id, position }: MatchView,
): Promise<{ giveBack(): Promise<void> }> {
  const name = `entry:${spread(`${id}@${tagOf(position.scores)}`) % NAMES}`;
  const holder = randomText(12);
  const lease = await live.lease(name, holder, TAKEN_FOR);
  if (lease === undefined)
    throw outdated(position.scores, 'Another entry was made from this state a moment ago.');
  return {
    // It ends by itself: what happens to it then is no concern of the one who entered.
    giveBack: () => live.release(name, holder).catch(() => {}),
  };
}

const outdated = (position: Position, why: string): Problem =>
  new Problem('POSITION_OUTDATED', `${why} It is at ${tagOf(position)} now; look at it, then decide anew.`, {
    headers: { etag: tagOf(position) },
  });
