import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { epochMs } from '../../domain/time.ts';
import { withoutEntities } from './entities.ts';
import { apiFootball } from './index.ts';

providerContract(apiFootball, join(import.meta.dir, 'testcases'));

const NOW = epochMs(Date.parse('2026-01-03T15:00:00Z'));
const IN_A_MINUTE = epochMs(NOW + 60_000);
const MIDNIGHT = epochMs(Date.parse('2026-01-04T00:00:00Z'));

describe('errors', () => {
  const envelope = (errors: unknown) => ({ get: 'fixtures', errors, response: [] });

  test.each([
    [{ token: 'x' }, 'PROVIDER_KEY_REFUSED', undefined],
    [{ access: 'x' }, 'PROVIDER_KEY_REFUSED', undefined],
    [{ Ip: 'x' }, 'PROVIDER_KEY_REFUSED', undefined],
    [{ rateLimit: 'x' }, 'PROVIDER_RATE_LIMITED', IN_A_MINUTE],
    [{ requests: 'x' }, 'PROVIDER_QUOTA_EXHAUSTED', MIDNIGHT],
    [{ rateLimit: 'x', requests: 'x' }, 'PROVIDER_QUOTA_EXHAUSTED', MIDNIGHT],
    [{ season: 'x', date: 'x' }, 'PROVIDER_REQUEST_REFUSED', undefined],
    [[{ bug: 'x' }], 'PROVIDER_UPSTREAM_ERROR', undefined],
    ['x', 'PROVIDER_REQUEST_REFUSED', undefined],
    [[], undefined, undefined],
    [{}, undefined, undefined],
    [null, undefined, undefined],
  ] as const)('%j in a 200', (errors, code, retryAt) => {
    const error = apiFootball.errorOf?.(200, {}, envelope(errors), NOW);
    expect({ code: error?.code, retryAt: error?.retryAt }).toEqual({ code, retryAt });
  });

  test.each([
    [403, {}, 'PROVIDER_KEY_REFUSED', undefined],
    [429, {}, 'PROVIDER_RATE_LIMITED', IN_A_MINUTE],
    [429, { 'retry-after': '5' }, 'PROVIDER_RATE_LIMITED', epochMs(NOW + 5_000)],
    [499, {}, 'PROVIDER_TIMEOUT', undefined],
    [500, {}, undefined, undefined],
  ] as const)('status %d with no body', (status, headers, code, retryAt) => {
    const error = apiFootball.errorOf?.(status, headers, undefined, NOW);
    expect({ code: error?.code, retryAt: error?.retryAt }).toEqual({ code, retryAt });
  });

  test('what a message echoes is not repeated', () => {
    const error = apiFootball.errorOf?.(
      200,
      {},
      envelope({ token: 'key 5f2c9d is unknown', 'KEY 5f2c9d': '' }),
      NOW,
    );
    expect(error?.message).not.toContain('5f2c9d');
  });
});

const headers = (day: [string, string] | undefined, minute: [string, string] | undefined) => ({
  ...(day && { 'x-ratelimit-requests-remaining': day[0], 'x-ratelimit-requests-limit': day[1] }),
  ...(minute && { 'x-ratelimit-remaining': minute[0], 'x-ratelimit-limit': minute[1] }),
});

test.each([
  ['day is tighter', headers(['90', '100'], ['9', '10']), { remaining: 90, limit: 100, resetsAt: MIDNIGHT }],
  [
    'minute is used up',
    headers(['90', '100'], ['0', '10']),
    { remaining: 0, limit: 10, resetsAt: IN_A_MINUTE },
  ],
  ['both are used up', headers(['0', '100'], ['0', '10']), { remaining: 0, limit: 100, resetsAt: MIDNIGHT }],
  ['minute alone', headers(undefined, ['9', '10']), { remaining: 9, limit: 10, resetsAt: IN_A_MINUTE }],
  ['unreadable', headers(['-', '100'], undefined), undefined],
  ['absent', headers(undefined, undefined), undefined],
] as const)('quota: %s', (_name, given, quota) => {
  expect(apiFootball.quotaOf?.(given, NOW)).toEqual(quota);
});

test.each([
  ['St. James&apos; Park', "St. James' Park"],
  ['A &amp; B &quot;C&quot;', 'A & B "C"'],
  ['&#39;&#x27;&#039;', "'''"],
  ['&amp;apos;', '&apos;'],
  ['&bogus; &#0; &#9999999; R&B', '&bogus; &#0; &#9999999; R&B'],
])('%s without entities', (wire, text) => {
  expect(withoutEntities(wire)).toBe(text);
});
