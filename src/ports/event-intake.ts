import type { EventId } from '../domain/event.ts';
import type { EpochMs } from '../domain/time.ts';

/** A fact as a sender hands it over: looked at by nobody yet, except that it is JSON. */
export interface IncomingEvent {
  readonly source: string;
  readonly eventType: string;
  readonly data: unknown;
  /** The JSON text that `data` was read from, to be kept as it came; made from `data` when absent. */
  readonly text?: string;
  /** The sender's id of it, or the request's `Idempotency-Key`; without either one is made. */
  readonly id?: string;
  readonly occurredAt?: EpochMs;
  readonly receivedAt: EpochMs;
}

/** Where a body departs from its type's schema. */
export interface EventFault {
  /** JSON pointer into the event: `/data/homeScore`. */
  readonly path: string;
  readonly message: string;
}

/**
 * - `EVENT_TYPE_UNKNOWN`: `validTypes` lists those there are
 * - `EVENT_INVALID`: departs from the type's schema, see `faults`
 * - `EVENT_CONFLICT`: the same source and id came before with another body
 */
export type RefusalCode = 'EVENT_TYPE_UNKNOWN' | 'EVENT_INVALID' | 'EVENT_CONFLICT';

/** What became of one event. `accepted` means committed to Postgres. */
export type IntakeResult =
  | {
      readonly accepted: true;
      readonly itemId: EventId;
      readonly shardId: number;
      readonly sequenceNumber: number;
      readonly receivedAt: EpochMs;
      /** It had been accepted before: these are the first one's numbers. */
      readonly duplicate: boolean;
    }
  | {
      readonly accepted: false;
      readonly code: RefusalCode;
      readonly message: string;
      readonly faults?: readonly EventFault[];
      readonly validTypes?: readonly string[];
    };

/** A kind of event that may be pushed, as the API documents it. */
export interface EventTypeDescription {
  readonly id: string;
  readonly description: string;
  readonly schema: unknown;
  readonly example: unknown;
  readonly builtIn: boolean;
}

/** The door for pushed facts, whichever way they come in. */
export interface EventIntake {
  /** Judges each event by itself and commits the good ones. Rejects with `StoreError` when it cannot commit: retry all. */
  accept(events: readonly IncomingEvent[]): Promise<readonly IntakeResult[]>;
  types(): readonly EventTypeDescription[];
}
