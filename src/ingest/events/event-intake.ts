import { hash } from 'node:crypto';
import type { EventDraft, EventId } from '../../domain/event.ts';
import { Breather } from '../../platform/breather.ts';
import { randomText } from '../../platform/random-text.ts';
import type {
  EventFault,
  EventIntake,
  EventTypeDescription,
  IncomingEvent,
  IntakeResult,
} from '../../ports/event-intake.ts';
import type { AppendOutcome, EventLog } from '../../ports/event-log.ts';
import { canonicalJson } from './canonical-json.ts';
import type { EventType, Naming } from './event-type.ts';
import type { EventTypes } from './event-types.ts';
import { faultAt } from './faults.ts';

const SOURCE = /^[A-Za-z0-9._-]{1,64}$/;
const LONGEST_ID = 200;
const LARGEST_DATA = 256 * 1024;
// 132 bits of the digest: what is left of it stands in the log for every event there ever was.
const HASH_LENGTH = 22;
const ID_LENGTH = 24;

type Refusal = Extract<IntakeResult, { accepted: false }>;

export interface EventIntakeParts {
  readonly types: EventTypes;
  readonly log: Pick<EventLog, 'append'>;
}

/** Judges pushed facts one by one and commits the good ones in one append, in the order they came in. */
export class TypedEventIntake implements EventIntake {
  readonly #types: EventTypes;
  readonly #log: Pick<EventLog, 'append'>;

  constructor({ types, log }: EventIntakeParts) {
    this.#types = types;
    this.#log = log;
  }

  types(): readonly EventTypeDescription[] {
    return this.#types.list().map(({ id, description, schema, example, builtIn }) => ({
      id,
      description,
      schema,
      example,
      builtIn,
    }));
  }

  async accept(events: readonly IncomingEvent[]): Promise<readonly IntakeResult[]> {
    const breather = new Breather();
    const refused = new Map<number, Refusal>();
    const drafts: EventDraft[] = [];
    for (let i = 0; i < events.length; i++) {
      const judged = this.#judge(events[i] as IncomingEvent);
      if ('accepted' in judged) refused.set(i, judged);
      else drafts.push(judged);
      if (breather.due()) await breather.breathe();
    }
    const outcomes = drafts.length === 0 ? [] : await this.#log.append(drafts);
    let next = 0;
    return events.map((_, i) => refused.get(i) ?? resultOf(outcomes[next++] as AppendOutcome));
  }

  #judge(event: IncomingEvent): EventDraft | Refusal {
    const type = this.#types.get(event.eventType);
    if (type === undefined) return this.#unknown(event.eventType);
    const faults: EventFault[] = envelopeFaults(event);
    const canonical = canonicalJson(event.data);
    if (!canonical.ok) faults.push(faultAt(`/data${canonical.path}`, canonical.message));
    else if (Math.max(canonical.text.length, event.text?.length ?? 0) > LARGEST_DATA)
      faults.push(faultAt('/data', `is larger than ${LARGEST_DATA} characters`));
    else if (canonical.text[0] !== '{') faults.push(faultAt('/data', 'must be an object'));
    // What is too deep or too large is not looked at any further.
    if (faults.length > 0 || !canonical.ok) return invalid(faults);
    const reading = type.read(event.data);
    if (!reading.ok) return invalid(reading.faults);
    return this.#draft(event, type, type.namingOf(reading.normal), canonical.text);
  }

  #draft(event: IncomingEvent, type: EventType, naming: Naming, canonical: string): EventDraft {
    const { source, eventType, occurredAt, receivedAt } = event;
    const itemId = `ev_${randomText(ID_LENGTH)}` as EventId;
    const matchId = this.#types.matchOf(source, naming);
    return {
      itemId,
      source,
      eventType,
      data: event.text ?? JSON.stringify(event.data),
      externalId: event.id ?? itemId,
      bodyHash: hash('sha256', `${type.id}\n${canonical}`, 'base64url').slice(0, HASH_LENGTH),
      ...(occurredAt !== undefined && { occurredAt }),
      receivedAt,
      subject: subjectOf(event, naming, matchId),
      ...(matchId !== undefined && { matchId }),
    };
  }

  #unknown(eventType: string): Refusal {
    return {
      accepted: false,
      code: 'EVENT_TYPE_UNKNOWN',
      message: `There is no event type ${quoted(eventType)}.`,
      validTypes: this.#types.ids(),
    };
  }
}

/**
 * By the words of the source, not by what they are known to mean just now: the second event of a match must not overtake
 * the first because a link was learned in between.
 */
function subjectOf({ source, eventType }: IncomingEvent, { matchId, topic }: Naming, ours?: string): string {
  if (ours !== undefined && ours === matchId) return `match:${ours}`;
  const named = matchId ?? topic;
  return named === undefined ? `type:${eventType}` : `${source}:${named}`;
}

/** What is wrong around `data`; whoever hands events over may have come by them in any way. */
function envelopeFaults({ source, id }: IncomingEvent): EventFault[] {
  const faults: EventFault[] = [];
  if (!SOURCE.test(source)) faults.push(faultAt('/source', 'must be 1 to 64 letters, digits, . _ or -'));
  if (id === undefined) return faults;
  if (id === '' || id.length > LONGEST_ID)
    faults.push(faultAt('/id', `must be of 1 to ${LONGEST_ID} characters`));
  else if (HIDDEN.test(id)) faults.push(faultAt('/id', 'holds a control character or half a surrogate pair'));
  return faults;
}

const HIDDEN = /[\p{Cc}\p{Cs}]/u;

function resultOf(outcome: AppendOutcome): IntakeResult {
  switch (outcome.outcome) {
    case 'stored': {
      const { itemId, shardId, sequenceNumber, receivedAt } = outcome.event;
      return { accepted: true, itemId, shardId, sequenceNumber, receivedAt, duplicate: false };
    }
    case 'duplicate':
      return { accepted: true, ...outcome.first, duplicate: true };
    case 'conflict':
      return {
        accepted: false,
        code: 'EVENT_CONFLICT',
        message: `Another event came before under this source and id: ${outcome.first.itemId}.`,
      };
    case 'refused':
      return {
        accepted: false,
        code: 'EVENT_INVALID',
        message: `The event cannot be kept: ${outcome.reason}.`,
      };
  }
}

const invalid = (faults: readonly EventFault[]): Refusal => ({
  accepted: false,
  code: 'EVENT_INVALID',
  message: `${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
  faults,
});

const quoted = (text: string): string => JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
