import type { Brand } from './ids.ts';

/** An instant in milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** A span in milliseconds. */
export type Millis = number;

export const seconds = (n: number): Millis => n * 1_000;
export const minutes = (n: number): Millis => n * 60_000;
export const hours = (n: number): Millis => n * 3_600_000;
export const days = (n: number): Millis => n * 86_400_000;

export const epochMs = (ms: number): EpochMs => ms as EpochMs;

/** The instant `span` after `at` (before it when negative). */
export const after = (at: EpochMs, span: Millis): EpochMs => (at + span) as EpochMs;

/** The RFC 3339 form with milliseconds and `Z`. */
export const iso = (at: EpochMs): string => new Date(at).toISOString();

// A zone is demanded: a time without one would be read as the server's own.
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** Reads an ISO 8601 instant that names its zone; `undefined` for everything else, a day or a zoneless time included. */
export function parseInstant(text: string): EpochMs | undefined {
  if (!INSTANT.test(text)) return undefined;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isFinite(at) ? (at as EpochMs) : undefined;
}
