import { after, days, type EpochMs, epochMs, seconds } from '../../domain/time.ts';
import { type ResponseHeaders, retryAt } from '../../platform/http-client/response-headers.ts';
import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import { isEnvelope } from './wire.ts';

/** Classes of `errors`, the gravest first; every other class is the name of a parameter they refuse. */
const CLASSES: readonly (readonly [string, ProviderErrorCode])[] = [
  ['token', 'PROVIDER_KEY_REFUSED'],
  ['access', 'PROVIDER_KEY_REFUSED'],
  ['ip', 'PROVIDER_KEY_REFUSED'],
  ['requests', 'PROVIDER_QUOTA_EXHAUSTED'],
  ['ratelimit', 'PROVIDER_RATE_LIMITED'],
  ['bug', 'PROVIDER_UPSTREAM_ERROR'],
];

/** The error that an envelope carries, also with status 200; `undefined` when it carries none. */
export function errorIn(body: unknown, now: EpochMs): ProviderError | undefined {
  if (!isEnvelope(body)) return undefined;
  const told = classesIn(body.errors);
  if (told.length === 0) return undefined;
  const [name, code] = CLASSES.find(([known]) => told.includes(known)) ?? [
    told[0] ?? '',
    'PROVIDER_REQUEST_REFUSED' as const,
  ];
  const later = retryAfter(code, now);
  return new ProviderError(
    code,
    `API-Football answered an error of class ${printable(name)}`,
    later === undefined ? {} : { retryAt: later },
  );
}

/** Answers outside 2xx that say nothing in their body. */
export function errorOfStatus(
  status: number,
  headers: ResponseHeaders,
  now: EpochMs,
): ProviderError | undefined {
  // Only a request without any key header gets a 403.
  if (status === 403) return new ProviderError('PROVIDER_KEY_REFUSED', 'API-Football got no key');
  if (status === 499) return new ProviderError('PROVIDER_TIMEOUT', 'API-Football ran out of time');
  if (status !== 429) return undefined;
  return new ProviderError('PROVIDER_RATE_LIMITED', 'API-Football answered 429', {
    retryAt: retryAt(headers, now) ?? after(now, seconds(60)),
  });
}

/** The day of a plan ends at midnight UTC. */
export const nextDay = (now: EpochMs): EpochMs => epochMs(now - (now % days(1)) + days(1));

function classesIn(errors: unknown): string[] {
  const objects = Array.isArray(errors) ? errors : [errors];
  return objects.flatMap((object) => {
    if (typeof object === 'object' && object !== null)
      return Object.keys(object).map((key) => key.toLowerCase());
    return object === undefined || object === null || object === '' ? [] : ['unnamed'];
  });
}

function retryAfter(code: ProviderErrorCode, now: EpochMs): EpochMs | undefined {
  if (code === 'PROVIDER_RATE_LIMITED') return after(now, seconds(60));
  return code === 'PROVIDER_QUOTA_EXHAUSTED' ? nextDay(now) : undefined;
}

// The message beside a class may echo what we sent; its name is kept only when it looks like one.
const printable = (name: string): string => (/^[a-z_]{1,32}$/.test(name) ? name : 'unknown');
