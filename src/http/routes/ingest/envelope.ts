import { INSTANT_EXPECTED, instantOf } from '../../../domain/instant.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { EventFault, IncomingEvent } from '../../../ports/event-intake.ts';
import type { Item } from './items.ts';

/** The names an event's parts go by. */
const NAMES = {
  source: ['source'],
  eventType: ['eventType', 'event_type'],
  data: ['data', 'payload'],
  id: ['id', 'eventId', 'event_id'],
  occurredAt: ['occurredAt', 'occurred_at', 'timestamp'],
} as const;

type Part = keyof typeof NAMES;
const PARTS: ReadonlyMap<string, Part> = new Map(
  (Object.entries(NAMES) as [Part, readonly string[]][]).flatMap(([part, names]) =>
    names.map((name) => [name, part] as const),
  ),
);

export type Envelope =
  | { readonly ok: true; readonly event: IncomingEvent }
  | {
      readonly ok: false;
      readonly code: 'MALFORMED_JSON' | 'EVENT_INVALID';
      readonly faults: readonly EventFault[];
    };

/**
 * Reads `{source, eventType, data, id?, occurredAt?}` in either spelling. `key` is the identity of an event that brings
 * none.
 */
export function readEnvelope(item: Item, receivedAt: EpochMs, key: string | undefined): Envelope {
  if (item === 'not_json') return refused('MALFORMED_JSON', [{ path: '', message: 'is not JSON' }]);
  const { value, texts } = item;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('EVENT_INVALID', [{ path: '', message: 'must be an object' }]);
  const faults: EventFault[] = [];
  const found = partsOf(value as Readonly<Record<string, unknown>>, faults);
  const source = textAt(found.source, faults, '/source');
  const eventType = textAt(found.eventType, faults, '/eventType');
  const id = idAt(found.id, faults);
  const occurredAt = instantAt(found.occurredAt, faults);
  if (found.data === undefined) faults.push({ path: '/data', message: 'is missing' });
  if (faults.length > 0) return refused('EVENT_INVALID', faults);
  const text = found.data === undefined ? undefined : texts?.get(found.data.name);
  const identity = id ?? key;
  return {
    ok: true,
    event: {
      source,
      eventType,
      data: found.data?.value,
      ...(text !== undefined && { text }),
      ...(identity !== undefined && { id: identity }),
      ...(occurredAt !== undefined && { occurredAt }),
      receivedAt,
    },
  };
}

interface Found {
  readonly name: string;
  readonly value: unknown;
}

function partsOf(
  value: Readonly<Record<string, unknown>>,
  faults: EventFault[],
): Readonly<Partial<Record<Part, Found>>> {
  const found: Partial<Record<Part, Found>> = {};
  for (const name of Object.keys(value)) {
    const part = PARTS.get(name);
    const path = `/${name.slice(0, 60).toWellFormed()}`;
    if (part === undefined) {
      if (faults.length < MOST_FAULTS) faults.push({ path, message: `is not known here; ${KNOWN}` });
    } else if (found[part] !== undefined)
      faults.push({ path, message: `says the same as ${found[part].name}: one of them is enough` });
    else found[part] = { name, value: value[name] };
  }
  return found;
}

const MOST_FAULTS = 20;
const KNOWN = `an event has ${Object.keys(NAMES).join(', ')}`;

function textAt(found: Found | undefined, faults: EventFault[], path: string): string {
  if (typeof found?.value === 'string') return found.value;
  faults.push({ path, message: found === undefined ? 'is missing' : 'must be text' });
  return '';
}

/** Numbers are taken for their digits, as long as they are those that were sent. */
function idAt(found: Found | undefined, faults: EventFault[]): string | undefined {
  const id = found?.value;
  if (id === undefined || id === null) return undefined;
  if (typeof id === 'string') return id;
  if (Number.isSafeInteger(id)) return String(id);
  faults.push({ path: '/id', message: 'must be text, or a whole number below 2^53' });
  return undefined;
}

function instantAt(found: Found | undefined, faults: EventFault[]): EpochMs | undefined {
  const written = found?.value;
  if (written === undefined || written === null) return undefined;
  const at = typeof written === 'string' || typeof written === 'number' ? instantOf(written) : undefined;
  if (at === undefined) faults.push({ path: '/occurredAt', message: INSTANT_EXPECTED });
  return at;
}

const refused = (code: 'MALFORMED_JSON' | 'EVENT_INVALID', faults: readonly EventFault[]): Envelope => ({
  ok: false,
  code,
  faults,
});
