import type { StoredEvent } from '../domain/event.ts';
import type { MatchId, ProviderId } from '../domain/ids.ts';
import type { Observation, Statement } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import type { FactKind } from '../ports/history.ts';

/** What a pushed event says about one match: a score or prices to merge, something to tell, or both. */
export interface PushedFact {
  readonly event: Pick<StoredEvent, 'shardId' | 'sequenceNumber'>;
  /** The name of its source among the sources of a view. */
  readonly provider: ProviderId;
  readonly receivedAt: EpochMs;
  readonly statement: Statement;
  readonly notice?: { readonly type: FactKind; readonly data: unknown };
  /** Merged as of now, not of its receipt: it comes out of its order, long after its neighbours. */
  readonly late?: boolean;
}

/**
 * - `shown`: the view has it, and clients were told what there was to tell
 * - `seen`: it had been shown before
 * - `unresolved`: it speaks of a match that nobody has introduced
 */
export type FactOutcome =
  | { readonly outcome: 'shown' | 'seen'; readonly matchId: MatchId }
  | { readonly outcome: 'unresolved' };

/** The observation a fact amounts to; `receivedAt` may have to be later than its receipt, to come after what was before. */
export const factObservation = (
  { provider, receivedAt, statement }: PushedFact,
  at: EpochMs = receivedAt,
): Observation => ({ ...statement, provider, requestedAt: receivedAt, receivedAt: at });
