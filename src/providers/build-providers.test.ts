import { afterEach, expect, test } from 'bun:test';
import type { RequestListener } from 'node:http';
import { Type } from 'typebox';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { type UpstreamServer, upstreamServer } from '../../tests/support/upstream-server.ts';
import { providerId } from '../domain/ids.ts';
import { seconds } from '../domain/time.ts';
import type { PollTarget, ProviderDefinition } from '../ports/provider.ts';
import { ProviderError } from '../ports/provider-error.ts';
import { buildProviders } from './build-providers.ts';
import { defineProvider } from './define-provider.ts';
import type { ProviderEdge } from './provider-monitor.ts';

const target: PollTarget = { id: 'scores:nba', kind: 'scores', sport: 'basketball' };
const signal = new AbortController().signal;

/** A provider that asks for `/scores` and has nothing to say about it. */
const acme = defineProvider({
  id: providerId('acme'),
  name: 'Acme',
  sports: ['basketball'],
  offers: ['scores'],
  pace: { minInterval: seconds(1), timeout: seconds(4) },
  settings: Type.Object({ baseUrl: Type.String() }),
  decode: () => ({ statements: [], dropped: [] }),
  quotaOf: (headers) => (headers['x-left'] ? { remaining: Number(headers['x-left']) } : undefined),
  create: (_settings, { http }) => ({
    targets: () => [target],
    poll: async () => {
      const answer = await http.getJson({ path: '/scores', signal });
      return { ...answer, statements: [], dropped: [] };
    },
  }),
});

/** A provider that makes its answers itself. */
const local = (poll: () => never): ProviderDefinition => ({
  ...acme,
  id: providerId('local'),
  settings: Type.Object({}),
  create: () => ({ targets: () => [target], poll: async () => poll() }),
});

const servers: UpstreamServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function against(answer: RequestListener) {
  const upstream = await upstreamServer(answer);
  servers.push(upstream);
  const edges: ProviderEdge[] = [];
  const clock = new FakeClock();
  const providers = buildProviders({
    definitions: [acme],
    enabled: new Map([[acme.id, { baseUrl: upstream.url }]]),
    disabled: new Map(),
    clock,
    userAgent: 'touchline/0',
    onEdge: (edge) => edges.push(edge),
  });
  const [provider] = providers.running;
  if (provider === undefined) throw new Error('It is not running');
  return { upstream, providers, provider, edges, clock };
}

test('every definition is listed, and only the configured run', async () => {
  const other = { ...acme, id: providerId('other'), name: 'Other' };
  const third = { ...acme, id: providerId('third'), name: 'Third' };
  const providers = buildProviders({
    definitions: [other, acme, third],
    enabled: new Map([[acme.id, { baseUrl: 'http://127.0.0.1:1' }]]),
    disabled: new Map([[other.id, 'OTHER_KEY is missing']]),
    clock: new FakeClock(),
    userAgent: 'touchline/0',
  });
  expect(providers.running.map(({ definition }) => definition.id)).toEqual([acme.id]);
  expect(providers.health.all().map(({ provider, status, reason }) => [provider, status, reason])).toEqual([
    [other.id, 'disabled', 'OTHER_KEY is missing'],
    [acme.id, 'unknown', undefined],
    [third.id, 'disabled', 'Not switched on'],
  ]);
  await providers.close();
});

test('requests are counted and their quota kept, whatever comes of them', async () => {
  const statuses = [200, 500];
  const { providers, provider } = await against((_request, response) =>
    response.writeHead(statuses.shift() ?? 200, { 'x-left': String(statuses.length) }).end('{}'),
  );
  await provider.poll(target, signal);
  expect(provider.quota()).toEqual({ remaining: 1 });
  expect(await codeOf(provider.poll(target, signal))).toBe('PROVIDER_UPSTREAM_ERROR');
  expect(provider.quota()).toEqual({ remaining: 0 });
  expect(providers.health.all()[0]).toMatchObject({ requests: 2, failures: 1, errorRate: 0.5 });
  await providers.close();
});

test('an open circuit shows, and what it refuses is no request', async () => {
  const { providers, provider } = await against((_request, response) => response.writeHead(500).end());
  for (let n = 0; n < 5; n++) await codeOf(provider.poll(target, signal));
  expect(await codeOf(provider.poll(target, signal))).toBe('PROVIDER_CIRCUIT_OPEN');
  expect(providers.health.all()[0]).toMatchObject({ requests: 5, circuit: 'open' });
  await providers.close();
});

test('an aborted poll is no request and no failure', async () => {
  const { providers, provider, upstream } = await against(() => {});
  const abort = new AbortController();
  const reason = new Error('stop');
  const poll = provider.poll(target, abort.signal).catch((error: unknown) => error);
  abort.abort(reason);
  await providers.close();
  expect(await poll).toBe(reason);
  expect(providers.health.all()[0]).toMatchObject({ requests: 0, failures: 0 });
  expect(await provider.poll(target, AbortSignal.abort(reason)).catch((error: unknown) => error)).toBe(
    reason,
  );
  expect(upstream.requests.length).toBeLessThanOrEqual(1);
});

test("an adapter's own fault is a coded error", async () => {
  const broken = local(() => {
    throw new TypeError('x is not a function');
  });
  const providers = buildProviders({
    definitions: [broken],
    enabled: new Map([[broken.id, {}]]),
    disabled: new Map(),
    clock: new FakeClock(),
    userAgent: 'touchline/0',
  });
  const error = await providers.running[0]?.poll(target, signal).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ code: 'PROVIDER_BAD_PAYLOAD', cause: new TypeError('x is not a function') });
  await providers.close();
});

test('closing twice is closing once', async () => {
  const { providers } = await against(() => {});
  expect(providers.close()).toBe(providers.close());
  await providers.close();
});

const codeOf = (poll: Promise<unknown>): Promise<unknown> =>
  poll.then(
    () => 'none',
    (error: unknown) => (error instanceof ProviderError ? error.code : error),
  );
