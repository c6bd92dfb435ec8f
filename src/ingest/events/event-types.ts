import { TouchlineError } from '../../domain/errors.ts';
import type { StoredEvent } from '../../domain/event.ts';
import { type MatchId, providerId } from '../../domain/ids.ts';
import type { Statement } from '../../domain/observation.ts';
import type { EventFault } from '../../ports/event-intake.ts';
import type { LiveStore } from '../../ports/live-store.ts';
import type { EventType, LiveFact, Naming, Normalised } from './event-type.ts';

/**
 * A stored event that cannot be read any more: its declared type is gone (`EVENT_TYPE_UNKNOWN`), or has changed so that
 * the event departs from it (`EVENT_INVALID`). Trying again helps only once the type is back.
 */
export class EventError extends TouchlineError<'EVENT_TYPE_UNKNOWN' | 'EVENT_INVALID'> {
  readonly retryable = false;
}

/** Our matches by the names others have for them. */
export type MatchNames = Pick<LiveStore, 'view' | 'findByLink'>;

/** Every type that may be pushed, and what stored events of them say. */
export class EventTypes {
  readonly #types: ReadonlyMap<string, EventType>;
  readonly #names: MatchNames;
  readonly #reserved: ReadonlySet<string>;

  /** `reserved`: the names of sources that are not pushed, the providers. */
  constructor(types: readonly EventType[], names: MatchNames, reserved: Iterable<string> = []) {
    this.#types = new Map(types.map((type) => [type.id, type]));
    this.#names = names;
    this.#reserved = new Set(reserved);
  }

  get(id: string): EventType | undefined {
    return this.#types.get(id);
  }

  ids(): readonly string[] {
    return [...this.#types.keys()];
  }

  list(): readonly EventType[] {
    return [...this.#types.values()];
  }

  /** The normal form of a stored event's data. Throws `EventError`. */
  normalise({ eventType, data }: Pick<StoredEvent, 'eventType' | 'data'>): Normalised {
    const type = this.#typeOf(eventType);
    const reading = type.read(JSON.parse(data));
    if (reading.ok) return reading.normal;
    throw new EventError('EVENT_INVALID', reading.faults.map(inWords).join('; '));
  }

  /**
   * What the event says of a score, a status or prices, as a statement of `observerOf(event.source)`. Its reference
   * names our match by id where that can be told by now.
   */
  statementOf(event: StoredEvent, normal: Normalised = this.normalise(event)): Statement | undefined {
    const type = this.#typeOf(event.eventType);
    const matchId = event.matchId ?? this.matchOf(event.source, type.namingOf(normal));
    return type.statementOf?.(normal, { event, ...(matchId === undefined ? {} : { matchId }) });
  }

  /** What live clients are told of the event itself. */
  liveFactOf(event: StoredEvent, normal: Normalised = this.normalise(event)): LiveFact | undefined {
    return this.#typeOf(event.eventType).liveFactOf?.(normal);
  }

  /** Our match that a source means by its naming; `undefined` while we know none of that name. */
  matchOf(source: string, { matchId: named }: Naming): MatchId | undefined {
    if (named === undefined) return undefined;
    const ours = this.#names.view(named as MatchId);
    if (ours !== undefined) return ours.id;
    const own = this.#names.findByLink({ provider: this.observerOf(source), externalId: named });
    if (own !== undefined) return own;
    // A pushed source that carries a provider's name may use that provider's ids.
    if (this.#reserved.has(source)) {
      const theirs = this.#names.findByLink({ provider: providerId(source), externalId: named });
      if (theirs !== undefined) return theirs;
    }
    const colon = named.indexOf(':');
    if (colon < 1) return undefined;
    const link = { provider: providerId(named.slice(0, colon)), externalId: named.slice(colon + 1) };
    return this.#names.findByLink(link);
  }

  /**
   * Under which name a pushed source appears among the sources of a view. One that is called like a provider we poll
   * gets a name of its own: neither may speak for the other.
   */
  observerOf(source: string) {
    return providerId(this.#reserved.has(source) ? `${source}-push` : source);
  }

  #typeOf(id: string): EventType {
    const type = this.#types.get(id);
    if (type !== undefined) return type;
    throw new EventError('EVENT_TYPE_UNKNOWN', `There is no event type ${JSON.stringify(id)}`);
  }
}

const inWords = ({ path, message }: EventFault): string => `${path} ${message}`;
