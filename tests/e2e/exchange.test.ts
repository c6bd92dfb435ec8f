import { afterEach, expect, test } from 'bun:test';
import { TEST_USER } from '../../sandbox/betfair.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { TEST_KEY } from '../../sandbox/upstream.ts';
import { HOME, matchOdds } from '../support/exchange-markets.ts';
import { testPostgres } from '../support/postgres.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

interface Outcome {
  readonly name: string;
  readonly best: { readonly price: number; readonly bookmaker: string; readonly provider: string } | null;
}

interface Market {
  readonly matchId: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly market: string;
  readonly status: string;
  readonly outcomes: readonly Outcome[];
  readonly stale: boolean;
}

interface Message {
  readonly type: string;
  readonly seq: number;
  readonly data: { readonly markets?: readonly Market[] };
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A whole server that follows the sandbox's exchange, by its environment alone. */
async function following(sandbox: Sandbox): Promise<RunningApp> {
  const postgres = await testPostgres();
  cleanups.push(() => postgres.drop());
  const server = await runningApp({
    DATABASE_URL: postgres.url,
    PROVIDERS: 'betfair',
    BETFAIR_APP_KEY: TEST_KEY,
    BETFAIR_USERNAME: TEST_USER,
    BETFAIR_PASSWORD: TEST_KEY,
    BETFAIR_BASE_URL: sandbox.baseUrl('betfair'),
    BETFAIR_IDENTITY_URL: `${sandbox.baseUrl('betfair')}/identity`,
    BETFAIR_STREAM_HOST: '127.0.0.1',
    BETFAIR_STREAM_PORT: String(sandbox.stream.port),
    BETFAIR_TLS: 'false',
  });
  cleanups.push(() => server.stop());
  return server;
}

const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();

test('an exchange is followed: prices, their changes line by line, a cut, an outage of theirs, the end', async () => {
  const market = matchOdds(1, soon());
  const sandbox = await startSandbox({ betfair: { markets: [market, matchOdds(2, soon())] } });
  cleanups.push(() => sandbox.stop());
  const { exchange } = sandbox.betfair;
  const server = await following(sandbox);

  const offered = async () => {
    const { markets } = await server.get<{ markets: Market[] }>('/api/markets/soccer?league=epl');
    return markets.find(({ homeTeam }) => homeTeam === market.selections[0]?.name);
  };
  const stream = async () => {
    const { providers } = await server.get<{
      providers: { provider: string; status: string; stream: { state: string; lagMs: number } | null }[];
    }>('/api/providers/health');
    return providers.find(({ provider }) => provider === 'betfair');
  };

  const first = await until('its prices are served', offered);
  expect(first).toMatchObject({ market: 'h2h', status: 'open', stale: false, awayTeam: 'Penhaven Bthorpe' });
  expect(
    first.outcomes.map(({ name, best }) => [name, best?.price, best?.bookmaker, best?.provider]),
  ).toEqual([
    ['home', 2, 'betfair_ex', 'betfair'],
    ['draw', 3.5, 'betfair_ex', 'betfair'],
    ['away', 4, 'betfair_ex', 'betfair'],
  ]);
  await until('the stream is open', async () => (await stream())?.stream?.state === 'open');

  // Each line that is sent is a message to the client, in order, before the next one is sent.
  const heard: Message[] = [];
  const socket = new WebSocket(`${server.webSocketUrl}/live/${first.matchId}?markets=1`);
  socket.onmessage = ({ data }) => void heard.push(JSON.parse(String(data)) as Message);
  cleanups.push(() => socket.close());
  await until('the client is in', () => heard.length > 0);
  const homePrices = () =>
    heard
      .filter(({ type }) => type === 'market_update')
      .map(
        ({ data }) => data.markets?.[0]?.outcomes.find(({ name }) => name === 'home')?.best?.price ?? null,
      );
  const prices = [2.1, 2.12, 2.08, 2.2, 2.5, 2.46];
  for (const [at, price] of prices.entries()) {
    exchange.price(market.id, HOME, price);
    await until(`${price} is with the client`, () => homePrices().length > at);
  }
  expect(homePrices()).toEqual(prices);
  const positions = heard.filter(({ type }) => type === 'market_update').map(({ seq }) => seq);
  expect(positions).toEqual(positions.map((_, i) => (positions[0] ?? 0) + i));

  sandbox.stream.outOfDate(true);
  await until('what is out of date cannot be had', () => homePrices().at(-1) === null);
  expect(heard.at(-1)?.data.markets?.[0]?.status).toBe('suspended');
  sandbox.stream.outOfDate(false);
  await until('it is back', () => homePrices().at(-1) === 2.46);

  const before = sandbox.stream.connections;
  sandbox.stream.cut('in-line');
  exchange.price(market.id, HOME, 2.9);
  await until('the change of meanwhile has come', () => homePrices().at(-1) === 2.9);
  await until('the stream is open again', async () => {
    const open = (await stream())?.stream?.state === 'open';
    return open && sandbox.stream.connections > before;
  });
  exchange.price(market.id, HOME, 3);
  await until('it is listened to', () => homePrices().at(-1) === 3);

  const { tasks } = await server.get<{ tasks: { taskId: string; kind: string; state: string }[] }>(
    '/api/polling/status',
  );
  const states = Object.fromEntries(tasks.map(({ taskId, kind, state }) => [taskId, `${kind} ${state}`]));
  expect(states).toMatchObject({
    'betfair:stream': 'stream open',
    'betfair:prices:soccer': 'markets standby',
  });

  exchange.turn(market.id, { status: 'CLOSED' });
  await until('a closed market is offered no more', async () => (await offered()) === undefined);
}, 60_000);

test('the simulated league is played on the exchange of `bun run upstream`', async () => {
  const sandbox = await startSandbox({ speed: 60 });
  cleanups.push(() => sandbox.stop());
  const server = await following(sandbox);
  const priced = await until('markets are served', async () => {
    const { markets } = await server.get<{ markets: Market[] }>('/api/markets/soccer?limit=100');
    return markets.length > 1 && markets;
  });
  for (const { outcomes } of priced) expect(outcomes).toHaveLength(3);
  const shown = JSON.stringify(priced);
  await until('prices move', async () => {
    const { markets } = await server.get<{ markets: Market[] }>('/api/markets/soccer?limit=100');
    return JSON.stringify(markets) !== shown;
  });
}, 60_000);
