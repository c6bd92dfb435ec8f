import { instantOf } from '../../../domain/instant.ts';
import { type EpochMs, epochMs, iso, parseInstant } from '../../../domain/time.ts';

/** Turns a value of a body into one of ours; `undefined` when it cannot be one. */
export type Conversion = (value: unknown) => unknown;

const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?$/;

function toNumber(value: unknown, pattern: RegExp): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && pattern.test(value.trim()) ? Number(value) : undefined;
}

function toInteger(value: unknown): number | undefined {
  const number = toNumber(value, INTEGER);
  return Number.isSafeInteger(number) ? number : undefined;
}

// A number beyond 2^53 has lost digits in parsing: as an id it would be another one's.
function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  '1': true,
  '0': false,
  yes: true,
  no: false,
};

function toBoolean(value: unknown): boolean | undefined {
  const word = String(value).trim().toLowerCase();
  return Object.hasOwn(TRUTHS, word) ? TRUTHS[word] : undefined;
}

// 10000-01-01: beyond it no text form of ours holds it.
const LAST = 253_402_300_800_000;

const instant = (ms: number | undefined): EpochMs | undefined =>
  ms !== undefined && ms >= 0 && ms < LAST ? epochMs(Math.round(ms)) : undefined;

const ZONELESS = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d{4})$/;

/** An instant by the way it is written. `iso` demands a zone; `iso-utc` takes a time without one as UTC; `any` is as in `/ingest`. */
const INSTANTS: Readonly<Record<string, (value: unknown) => EpochMs | undefined>> = {
  iso: (value) => instant(parseInstant(String(value).trim())),
  'iso-utc': (value) => {
    const text = String(value).trim();
    return instant(parseInstant(ZONELESS.test(text) ? `${text}Z` : text));
  },
  'iso-basic': (value) => {
    const found = BASIC.exec(String(value).trim());
    if (found === null) return undefined;
    const [, year, month, day, hour, minute, second, fraction = '0', zone] = found;
    return instant(parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}${zone}`));
  },
  'epoch-s': (value) => {
    const number = toNumber(value, NUMBER);
    return instant(number === undefined ? undefined : number * 1_000);
  },
  'epoch-ms': (value) => instant(toNumber(value, NUMBER)),
  any: (value) =>
    typeof value === 'string' || typeof value === 'number' ? instant(instantOf(value)) : undefined,
};

/** Reads an instant; `undefined` when it is not written that way. */
export const instantAs = (form: string, value: unknown): EpochMs | undefined => INSTANTS[form]?.(value);

export const INSTANT_FORMS: readonly string[] = Object.keys(INSTANTS);

const asText = (form: string): Conversion => {
  return (value) => {
    const at = instantAs(form, value);
    return at === undefined ? undefined : iso(at);
  };
};

/** By the word that stands in `$as`. Instants come out in RFC 3339. */
export const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['text', toText],
  ['integer', toInteger],
  ['number', (value) => toNumber(value, NUMBER)],
  ['boolean', toBoolean],
  ...INSTANT_FORMS.map((form) => [form, asText(form)] as const),
]);
