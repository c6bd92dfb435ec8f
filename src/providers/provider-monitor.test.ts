import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { providerId } from '../domain/ids.ts';
import { minutes, seconds } from '../domain/time.ts';
import { ProviderError, type ProviderErrorCode } from '../ports/provider-error.ts';
import { type ProviderEdge, ProviderMonitor } from './provider-monitor.ts';

function watched(disabled?: string) {
  const clock = new FakeClock();
  const edges: ProviderEdge[] = [];
  const monitor = new ProviderMonitor({
    provider: providerId('acme'),
    name: 'Acme',
    clock,
    onEdge: (edge) => edges.push(edge),
    ...(disabled !== undefined && { disabled }),
  });
  const failed = (code: ProviderErrorCode = 'PROVIDER_TIMEOUT') =>
    monitor.failed(new ProviderError(code, 'failed'));
  return { clock, edges, monitor, failed };
}

/** `s` a success, `f` a failure, `q` an exhausted quota, `x` stopped; each gives the status after it. */
const walks: readonly { name: string; steps: string; statuses: string }[] = [
  { name: 'the first success', steps: 's', statuses: 'healthy' },
  { name: 'the first failure', steps: 'f', statuses: 'degraded' },
  { name: 'one failure among successes', steps: 'ssfsss', statuses: 'healthy' },
  { name: 'two failures within five polls', steps: 'sfssf', statuses: 'healthy degraded' },
  { name: 'two failures further apart', steps: 'sfssssf', statuses: 'healthy' },
  { name: 'an exhausted quota', steps: 'sq', statuses: 'healthy degraded' },
  { name: 'five failures in a row', steps: 'sfffff', statuses: 'healthy degraded down' },
  { name: 'an outage and its end', steps: 'sfffffsssss', statuses: 'healthy degraded down degraded healthy' },
  { name: 'a relapse on the way back', steps: 'sffssssfsssss', statuses: 'healthy degraded healthy' },
  {
    name: 'every fourth target failing steadily',
    steps: 'sssfsssfsssfsssfsss',
    statuses: 'healthy degraded',
  },
  { name: 'every sixth target failing steadily', steps: 'sssssfsssssfsssssfsssss', statuses: 'healthy' },
  { name: 'a refused key', steps: 'sfx', statuses: 'healthy down' },
  { name: 'a key that works again', steps: 'xs', statuses: 'down degraded' },
];

test.each(walks)('$name', ({ steps, statuses }) => {
  const { edges, monitor, failed } = watched();
  for (const step of steps) {
    if (step === 's') monitor.succeeded();
    else if (step === 'f') failed();
    else if (step === 'q') failed('PROVIDER_QUOTA_EXHAUSTED');
    else monitor.stopped('The key is refused');
  }
  expect(edges.map(({ to }) => to).join(' ')).toBe(statuses);
  for (const [index, { from }] of edges.entries()) expect(from).toBe(edges[index - 1]?.to ?? 'unknown');
  expect(monitor.health().status).toBe(edges.at(-1)?.to ?? 'unknown');
});

test('a change tells how long it had been otherwise, and why it changed', async () => {
  const { clock, edges, monitor, failed } = watched();
  monitor.succeeded();
  await clock.advance(minutes(3));
  failed();
  failed('PROVIDER_KEY_REFUSED');
  monitor.stopped('The key is refused');
  expect(edges.slice(1)).toEqual([
    {
      provider: providerId('acme'),
      from: 'healthy',
      to: 'degraded',
      lasted: minutes(3),
      code: 'PROVIDER_KEY_REFUSED',
    },
    {
      provider: providerId('acme'),
      from: 'degraded',
      to: 'down',
      lasted: 0,
      code: 'PROVIDER_KEY_REFUSED',
      reason: 'The key is refused',
    },
  ]);
});

test('a disabled provider says what it lacks and stays so', () => {
  const { edges, monitor, failed } = watched('ACME_KEY is missing');
  monitor.succeeded();
  failed();
  monitor.stopped('no');
  expect(monitor.health()).toMatchObject({ status: 'disabled' });
  expect(edges).toEqual([]);
  expect(watched('ACME_KEY is missing').monitor.health().reason).toBe('ACME_KEY is missing');
});

describe('the health value', () => {
  test('before anything happened holds only what is known', () => {
    const { monitor, clock } = watched();
    expect(monitor.health()).toEqual({
      provider: providerId('acme'),
      name: 'Acme',
      status: 'unknown',
      since: clock.now(),
      errorRate: 0,
      requests: 0,
      failures: 0,
      dropped: {},
      circuit: 'closed',
    });
  });

  test('holds the last outcomes and what was left out', async () => {
    const { monitor, clock, failed } = watched();
    monitor.succeeded();
    const succeededAt = clock.now();
    await clock.advance(seconds(10));
    failed('PROVIDER_NOT_FOUND');
    monitor.dropped([
      { where: 'events[0]', why: 'wrong_type' },
      { where: 'events[4]', why: 'wrong_type' },
      { where: 'events[5]', why: 'repeated_id' },
    ]);
    monitor.circuit('half_open');
    monitor.quota({ remaining: 40, limit: 500 });
    expect(monitor.health()).toMatchObject({
      lastSuccessAt: succeededAt,
      lastErrorAt: clock.now(),
      lastErrorCode: 'PROVIDER_NOT_FOUND',
      dropped: { wrong_type: 2, repeated_id: 1 },
      circuit: 'half_open',
      quota: { remaining: 40, limit: 500 },
    });
  });

  test('holds the last hundred requests and the count of all', () => {
    const { monitor } = watched();
    for (let n = 0; n < 50; n++) monitor.requested(9_000, false);
    for (let n = 1; n <= 100; n++) monitor.requested(n, n > 90);
    expect(monitor.health()).toMatchObject({
      requests: 150,
      failures: 140,
      errorRate: 0.9,
      responseTime: { p50: 50, p95: 95, last: 100 },
    });
  });

  test('gives the reason of an exhausted quota until it is over', () => {
    const { monitor, clock } = watched();
    monitor.failed(new ProviderError('PROVIDER_QUOTA_EXHAUSTED', 'used up', { retryAt: clock.now() }));
    expect(monitor.health().reason).toBe('Its quota is used up until 2026-01-03T15:00:00.000Z');
    monitor.succeeded();
    expect(monitor.health().reason).toBeUndefined();
  });
});
