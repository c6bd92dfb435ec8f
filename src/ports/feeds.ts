import type { EpochMs } from '../domain/time.ts';
import type { EventFault, IncomingEvent } from './event-intake.ts';

/** A webhook's request, as it came. Header names are in lower case. */
export interface FeedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly receivedAt: EpochMs;
}

/**
 * - `SIGNATURE_MISSING`, `SIGNATURE_INVALID`, `SIGNATURE_EXPIRED`: not from whom the feed is
 * - `FEED_BODY_INVALID`: neither the JSON nor the XML it has to be
 * - `FEED_MAPPING_FAULT`: departs from what the feed's mapping expects
 */
export type FeedRefusalCode =
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_INVALID'
  | 'SIGNATURE_EXPIRED'
  | 'FEED_BODY_INVALID'
  | 'FEED_MAPPING_FAULT';

export interface FeedRefusal {
  readonly ok: false;
  readonly code: FeedRefusalCode;
  /** For the sender: never a secret, never the body. */
  readonly message: string;
  readonly faults?: readonly EventFault[];
}

/** A request whose signature is good, not yet read. */
export interface Delivery {
  readonly ok: true;
  readonly request: FeedRequest;
  /** The same in every retry of it: what the sender calls it, or a hash of its body. */
  readonly id: string;
}

/** A declared push source. */
export interface Feed {
  /** The `source` of its events. */
  readonly id: string;
  readonly name: string;
  readonly perMinute: number;
  readonly maxBytes: number;
  /** Whether it may come from this address. */
  allows(address: string): boolean;
  /** Judges the signature over the raw body; nothing is parsed before that. */
  verify(request: FeedRequest): Delivery | FeedRefusal;
  /** Makes events of a verified delivery; an empty list where the declaration says to let it go. */
  read(delivery: Delivery): { readonly ok: true; readonly events: readonly IncomingEvent[] } | FeedRefusal;
}

export interface Feeds {
  /** The feed of this path; `undefined` also where its secret segment is wrong or missing. */
  find(id: string, pathSecret?: string): Feed | undefined;
  readonly all: readonly Feed[];
}
