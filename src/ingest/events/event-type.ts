import type { StoredEvent } from '../../domain/event.ts';
import type { MatchId } from '../../domain/ids.ts';
import type { Statement } from '../../domain/observation.ts';
import type { EventFault, EventTypeDescription } from '../../ports/event-intake.ts';

/** `data` in the form of its type: camelCase names, our words, decimal prices, times as `EpochMs`. JSON values only. */
export type Normalised = Readonly<Record<string, unknown>>;

export type Reading<Normal extends object = Normalised> =
  | { readonly ok: true; readonly normal: Normal }
  | { readonly ok: false; readonly faults: readonly EventFault[] };

/** What an event is about, as its sender names it; both may be absent, then the event is about nothing but its type. */
export interface Naming {
  /** Our match id, `provider:theirId`, or the sender's own id. */
  readonly matchId?: string;
  /** What keeps events about one thing together where there is no id: a race, a tutor, two names and a day. */
  readonly topic?: string;
}

/** What live clients are told of an event besides what changes in the views. */
export interface LiveFact {
  readonly type: 'match_event' | 'race_result';
  readonly data: Normalised;
}

/** Whom a normal form belongs to: what a type needs to know besides `data` to make a statement of it. */
export interface Told {
  /** Our match, where it is known by now. */
  readonly matchId?: MatchId;
  readonly event: Pick<StoredEvent, 'source' | 'externalId' | 'subject' | 'occurredAt' | 'receivedAt'>;
}

/** A kind of event that may be pushed. Everything in it is pure. */
export interface EventType extends EventTypeDescription {
  /** How many days raw events of this type are kept; absent: as the server is set. */
  readonly ttlDays?: number;
  /** Reads `data`. What came in is not changed. */
  read(data: unknown): Reading;
  namingOf(normal: Normalised): Naming;
  /** What it says of a score, a status or prices, or only which match there is something to tell of (`match` alone). */
  statementOf?(normal: Normalised, told: Told): Statement | undefined;
  liveFactOf?(normal: Normalised): LiveFact | undefined;
}
