import { after, days, type EpochMs, epochMs, type Millis, seconds } from '../../domain/time.ts';

export type ResponseHeaders = Readonly<Record<string, string>>;

/** Header names in lower case; a header that came several times is joined by commas. */
export function responseHeaders(
  raw: Readonly<Record<string, string | string[] | undefined>>,
): ResponseHeaders {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** `Cache-Control: max-age` less `Age`, at most a day; `undefined` when the answer may not be kept at all. */
export function freshFor(headers: ResponseHeaders): Millis | undefined {
  const control = headers['cache-control']?.toLowerCase() ?? '';
  if (/\bno-(store|cache)\b/.test(control)) return undefined;
  const age = /(?:^|[\s,])max-age="?(\d{1,9})/.exec(control)?.[1];
  if (age === undefined) return undefined;
  const spent = /^\d{1,9}$/.test(headers.age ?? '') ? Number(headers.age) : 0;
  const left = Math.min(seconds(Number(age) - spent), days(1));
  return left > 0 ? left : undefined;
}

/**
 * When `Retry-After` allows the next request: seconds or an HTTP date, the date read against the server's own clock
 * where it shows it. Never before `now`, never more than a day away.
 */
export function retryAt(headers: ResponseHeaders, now: EpochMs): EpochMs | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  const wait = /^\d{1,9}$/.test(value) ? seconds(Number(value)) : untilDate(value, headers.date, now);
  return wait === undefined ? undefined : after(now, Math.min(Math.max(wait, 0), days(1)));
}

function untilDate(value: string, serverDate: string | undefined, now: EpochMs): Millis | undefined {
  const until = httpDate(value);
  return until === undefined ? undefined : until - (httpDate(serverDate) ?? now);
}

function httpDate(text: string | undefined): EpochMs | undefined {
  if (text === undefined || !/GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isFinite(at) ? epochMs(at) : undefined;
}
