import { afterEach, describe, expect, test } from 'bun:test';
import { TEST_SESSION, TEST_USER } from '../../sandbox/betfair.ts';
import { certificate } from '../../sandbox/betfair-certificate.ts';
import type { ExchangeMarket } from '../../sandbox/betfair-exchange.ts';
import { type SandboxOptions, startSandbox } from '../../sandbox/start-sandbox.ts';
import { TEST_KEY } from '../../sandbox/upstream.ts';
import { defaultIntervals } from '../../src/config/polling-config.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { seconds } from '../../src/domain/time.ts';
import { SocketLineClient } from '../../src/platform/line-socket/socket-line-client.ts';
import { PollingManager } from '../../src/polling/polling-manager.ts';
import type { Leadership } from '../../src/ports/leadership.ts';
import type { ProviderDefinition } from '../../src/ports/provider.ts';
import { betfair } from '../../src/providers/betfair/index.ts';
import { buildProviders } from '../../src/providers/build-providers.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';
import { exampleSettings } from '../contracts/provider-polling.ts';
import { seeded } from '../contracts/seeded.ts';
import { AWAY, DRAW, HOME, matchOdds } from '../support/exchange-markets.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { until } from '../support/until.ts';

type Settings = Parameters<typeof betfair.create>[0];

const SESSION = { session: TEST_SESSION };
const ACCOUNT = { username: TEST_USER, password: TEST_KEY };
const MARKET = matchOdds(1).id;

const leads: Leadership = {
  isLeader: () => true,
  token: () => 1,
  onChange: (listener) => {
    listener(true);
    return () => {};
  },
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Bench {
  readonly credentials?: Partial<Settings>;
  readonly sandbox?: SandboxOptions['betfair'];
  readonly definition?: Partial<ProviderDefinition<Settings>>;
}

/** The provider on real sockets against the sandbox; time moves only by the test's hand. */
async function bench({ credentials = SESSION, sandbox: options = {}, definition = {} }: Bench = {}) {
  const sandbox = await startSandbox({ betfair: { markets: [matchOdds(1), matchOdds(2)], ...options } });
  stops.push(() => sandbox.stop());
  const clock = new FakeClock();
  const {
    session: _,
    username: __,
    password: ___,
    ...defaults
  } = exampleSettings<Settings>(betfair.settings, {
    appKey: TEST_KEY,
  });
  const settings: Settings = {
    ...defaults,
    baseUrl: sandbox.baseUrl('betfair'),
    identityUrl: `${sandbox.baseUrl('betfair')}/identity`,
    streamHost: '127.0.0.1',
    streamPort: sandbox.stream.port,
    tls: false,
    ...credentials,
  };
  const providers = buildProviders({
    definitions: [{ ...betfair, ...definition } as ProviderDefinition],
    enabled: new Map([[betfair.id, settings as unknown]]),
    disabled: new Map(),
    clock,
    userAgent: 'touchline/test',
  });
  const observations: Observation[] = [];
  const manager = new PollingManager({
    providers: providers.running,
    intervals: defaultIntervals,
    live: new MemoryLiveStore({ clock }),
    history: {
      overrides: async () => [],
      changeOverride: async () => {},
      onOverridesChanged: () => () => {},
    },
    leadership: leads,
    clock,
    chance: () => 0,
    log: keptLog(),
    onPolled: () => {},
    sink: {
      accept: async (batch) => {
        observations.push(...batch);
        return { accepted: batch.length, unresolved: 0, changed: 0 };
      },
    },
  });
  stops.push(async () => {
    await manager.stop();
    await providers.close();
    await until('no connection is left', () => sandbox.stream.open === 0);
    expect(clock.waiting).toBe(0);
  });
  await manager.start();
  const states = () =>
    Object.fromEntries(manager.status().tasks.map(({ taskId, state }) => [taskId.slice(8), state]));
  /** Waits for what sockets do in their own time; what the clock has due happens meanwhile, `step` at a time. */
  const settled = (what: string, is: () => boolean, step = 0) =>
    until(what, async () => {
      await clock.advance(step);
      return is();
    });
  /** The prices of a match as they were said last, `2/3.5/4`, with ` suspended`. */
  const price = (market = MARKET) => {
    const event = sandbox.betfair.exchange.market(market)?.event.id;
    const last = observations.findLast(({ match, markets }) => match.externalId === event && markets);
    const [claim] = last?.markets ?? [];
    const quotes = claim?.quotes.map((quote) => quote.price).join('/');
    return claim?.suspended ? `${quotes} suspended` : quotes;
  };
  const isOpen = () => states().stream === 'open';
  const subscriptions = () =>
    sandbox.stream.heard.map(({ op }) => op).filter(({ op }) => op === 'marketSubscription');
  return {
    sandbox,
    exchange: sandbox.betfair.exchange,
    stream: sandbox.stream,
    clock,
    manager,
    settings,
    observations,
    states,
    settled,
    price,
    isOpen,
    subscriptions,
    opened: () => settled('the stream is open', () => isOpen() && price() !== undefined),
    task: () => manager.status().tasks.find(({ taskId }) => taskId === 'betfair:stream'),
    health: () => providers.health.all()[0],
  };
}

describe('the exchange on real sockets', () => {
  test('prices come as they are made, with who plays', async () => {
    const { opened, exchange, settled, price, observations, states, health } = await bench();
    await opened();
    expect(price()).toBe('2/3.5/4');
    expect(states()).toMatchObject({ stream: 'open', 'prices:soccer': 'standby' });
    for (const back of [2.1, 2.2, 2.3]) {
      exchange.price(MARKET, HOME, back);
      await settled(`the price is ${back}`, () => price() === `${back}/3.5/4`);
    }
    expect(observations.at(-1)).toMatchObject({
      provider: 'betfair',
      match: {
        externalId: '40001',
        league: 'epl',
        competitors: { home: { name: 'Eastmere Bthorpe' }, away: { name: 'Penhaven Bthorpe' } },
      },
      markets: [{ bookmaker: 'betfair_ex', market: 'h2h' }],
    });
    expect(health()).toMatchObject({ dropped: {}, stream: { state: 'open', connections: 1, losses: 0 } });
  });

  test('cut in the middle of a line: polled meanwhile, then it goes on where it was, without an image', async () => {
    const { opened, exchange, stream, settled, price, isOpen, subscriptions, observations, states } =
      await bench();
    await opened();
    exchange.price(MARKET, HOME, 2.1);
    await settled('the change is there', () => price() === '2.1/3.5/4');
    const before = exchange.clk;
    stream.refuseNext('authentication', 'TIMEOUT');
    stream.cut('in-line');
    exchange.price(MARKET, HOME, 2.6);
    await settled('the poll stands in', () => price() === '2.6/3.5/4');
    await settled('the stream is back', () => isOpen() && states()['prices:soccer'] === 'standby');
    expect(subscriptions()).toHaveLength(2);
    expect(subscriptions()[1]).toMatchObject({ initialClk: exchange.initialClk, clk: before });
    exchange.price(MARKET, DRAW, 3.3);
    await settled('the stream is heard', () => price() === '2.6/3.3/4');
    const times = observations.map(({ receivedAt }) => Number(receivedAt));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('what changed while it was down is in the delta that it goes on with', async () => {
    const { opened, exchange, stream, settled, price, task } = await bench();
    await opened();
    stream.cut();
    exchange.price(matchOdds(2).id, AWAY, 4.8);
    await settled('both are known', () => price(matchOdds(2).id) === '2/3.5/4.8' && task()?.runs === 2);
    await settled('it is open', () => task()?.state === 'open');
    expect(task()).toMatchObject({ runs: 2, failures: 1, lastErrorCode: null });
  });

  test('silent beyond its heartbeats it is given up, although the socket stands', async () => {
    const { opened, clock, stream, settled, states, isOpen, health } = await bench();
    await opened();
    stream.mute(true);
    await clock.advance(seconds(3.1));
    expect(states().stream).toBe('silent');
    await clock.advance(seconds(6.8));
    expect({ state: states().stream, sockets: stream.open }).toEqual({ state: 'silent', sockets: 1 });
    stream.mute(false);
    await clock.advance(seconds(0.1));
    expect(health()?.stream?.losses).toBe(1);
    await settled('it is open again', isOpen);
    expect(health()).toMatchObject({ lastErrorCode: 'PROVIDER_TIMEOUT', stream: { state: 'open' } });
    await settled('the dead connection is gone', () => stream.open === 1);
  });

  test('out of date (503): every price is suspended until it is back', async () => {
    const { opened, exchange, stream, settled, price } = await bench();
    await opened();
    stream.outOfDate(true);
    await settled('suspended', () => price() === '2/3.5/4 suspended');
    expect(price(matchOdds(2).id)).toBe('2/3.5/4 suspended');
    exchange.price(MARKET, HOME, 2.2);
    await settled('suspended at the new price', () => price() === '2.2/3.5/4 suspended');
    stream.outOfDate(false);
    await settled('open', () => price() === '2.2/3.5/4' && price(matchOdds(2).id) === '2/3.5/4');
  });

  test('a goal: suspended at the last prices, then open at new ones; the end: no offer', async () => {
    const { opened, exchange, settled, price } = await bench();
    await opened();
    exchange.turn(MARKET, { status: 'SUSPENDED', inPlay: true });
    for (const selection of [HOME, AWAY, DRAW]) exchange.price(MARKET, selection, null);
    await settled('suspended', () => price() === '2/3.5/4 suspended');
    for (const [selection, back] of [
      [HOME, 1.3],
      [AWAY, 12],
      [DRAW, 5],
    ] as const) {
      exchange.price(MARKET, selection, back);
    }
    exchange.turn(MARKET, { status: 'OPEN' });
    await settled('open', () => price() === '1.3/5/12');
    exchange.turn(MARKET, { status: 'CLOSED' });
    await settled('gone', () => price() === undefined);
  });

  test('an image in segments is one image', async () => {
    const markets = Array.from({ length: 120 }, (_, at) => matchOdds(100 + at));
    const { settled, isOpen, task, observations } = await bench({ sandbox: { markets, segment: 25 } });
    await settled('all are there', () => isOpen() && task()?.matches === 120);
    const priced = observations.filter(({ markets: offered }) => offered !== undefined);
    expect(new Set(priced.map(({ match }) => match.externalId)).size).toBe(120);
  });

  test('a market that is listed later is followed when it is', async () => {
    const { opened, exchange, clock, settled, price, subscriptions, task } = await bench();
    await opened();
    exchange.put(matchOdds(3));
    // Past the next tick of the catalogue; the sandbox's heartbeats run on their own time.
    for (let step = 0; step < 650 && task()?.matches !== 3; step++) {
      await clock.advance(seconds(1));
      await until('it is open', async () => {
        await clock.advance(0);
        return task()?.state === 'open';
      });
    }
    await settled('the new one is there', () => price(matchOdds(3).id) === '2/3.5/4');
    expect(subscriptions().at(-1)).toMatchObject({
      marketFilter: { marketIds: [1, 2, 3].map((number) => matchOdds(number).id) },
    });
  });

  test('rubbish is counted, and everything is asked for again on the same connection', async () => {
    const { opened, exchange, stream, settled, price, subscriptions, health } = await bench();
    await opened();
    stream.sendLine('{"op":"mcm","id":2,"clk":');
    await settled('it is asked for again', () => subscriptions().length === 2);
    exchange.price(MARKET, HOME, 2.4);
    await settled('it goes on', () => price() === '2.4/3.5/4');
    expect(subscriptions()[1]).not.toHaveProperty('clk');
    expect(health()).toMatchObject({ dropped: { not_json: 1 }, stream: { connections: 1 } });
  });

  test('a line without an end is read no further than its limit', async () => {
    const { opened, stream, settled, isOpen, health } = await bench({
      definition: { pace: { ...betfair.pace, maxBodyBytes: 64 * 1_024 } },
    });
    await opened();
    stream.sendLine('x'.repeat(200_000));
    await settled('it is back', () => (health()?.stream?.losses ?? 0) === 1 && isOpen());
    expect(health()).toMatchObject({ lastErrorCode: 'PROVIDER_BODY_TOO_LARGE' });
  });

  test('clocks that are refused are given up for an image', async () => {
    const { opened, stream, settled, isOpen, subscriptions } = await bench();
    await opened();
    stream.refuseNext('marketSubscription', 'INVALID_CLOCK');
    stream.cut();
    await settled('it is back', () => subscriptions().length === 3 && isOpen());
    expect(subscriptions().map((op) => 'clk' in op)).toEqual([false, true, false]);
  });
});

describe('whatever happens', () => {
  const NUMBERS = [1, 2, 3, 4];

  test.each([1, 2, 3, 4, 5])('what is known in the end is what is offered (%i)', async (seed) => {
    const random = seeded(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const markets = NUMBERS.map((number) => matchOdds(number));
    const { opened, sandbox, exchange, stream, clock, settled, price, isOpen, observations } = await bench({
      credentials: ACCOUNT,
      sandbox: { markets, segment: 2 },
    });
    await opened();
    const happenings: readonly (() => void)[] = [
      () =>
        exchange.price(pick(markets).id, pick([HOME, AWAY, DRAW]), 1.5 + Math.round(random() * 500) / 100),
      () => exchange.price(pick(markets).id, pick([HOME, AWAY, DRAW]), null),
      () => exchange.turn(pick(markets).id, { status: pick(['OPEN', 'SUSPENDED']) }),
      () => stream.cut(pick(['clean', 'in-line'] as const)),
      () => stream.sendLine(pick(['{', '{"op":"mcm","id":"2"}', '{"op":"new"}'])),
      () => stream.outOfDate(random() < 0.5),
    ];
    for (let step = 0; step < 150; step++) {
      pick(random() < 0.8 ? happenings.slice(0, 3) : happenings)();
      // Once: an account whose new session is refused as well is shut out.
      if (step === 75) sandbox.betfair.endSessions();
      if (random() < 0.2) await clock.advance(seconds(random()));
      if (random() < 0.7) await new Promise((resolve) => setImmediate(resolve));
    }
    stream.outOfDate(false);
    // Every runner has a price at last, so that what is offered can be told in full.
    for (const { id } of markets) {
      for (const selection of [HOME, AWAY, DRAW]) exchange.price(id, selection, 2 + random());
      exchange.turn(id, { status: 'OPEN' });
    }
    const offered = ({ id }: ExchangeMarket) =>
      [HOME, DRAW, AWAY]
        .map((selection) => exchange.market(id)?.selections.find((one) => one.id === selection)?.back)
        .join('/');
    await settled(
      'all is as it is offered',
      () => isOpen() && markets.every((one) => price(one.id) === offered(one)),
    );
    const times = observations.map(({ receivedAt }) => Number(receivedAt));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('an order of the control endpoint does what it says', async () => {
    const { opened, sandbox, stream, settled, isOpen, price } = await bench();
    await opened();
    const order = (body: object) =>
      fetch(`${sandbox.url}/sandbox/stream`, { method: 'POST', body: JSON.stringify(body) });
    expect((await order({ do: 'out-of-date' })).status).toBe(204);
    await settled('suspended', () => price() === '2/3.5/4 suspended');
    await order({ do: 'in-date' });
    expect((await order({ do: 'cut' })).status).toBe(204);
    await settled('back', () => stream.connections === 2 && isOpen());
    for (const bad of [{}, { do: 'fly' }, { do: 'line' }, { do: 'refuse', code: 7 }]) {
      expect((await order(bad)).status).toBe(400);
    }
  });
});

describe('who is let in', () => {
  test('an account logs in once for polls and stream, and again when its session has ended', async () => {
    const { opened, sandbox, stream, settled, isOpen, task } = await bench({ credentials: ACCOUNT });
    await opened();
    expect(sandbox.betfair.logins).toBe(1);
    sandbox.betfair.endSessions();
    stream.cut();
    await settled('it is back', () => task()?.runs === 2 && isOpen());
    expect(sandbox.betfair.logins).toBe(2);
  });

  test('a given session that has ended stops everything, and nothing is tried again', async () => {
    const { opened, sandbox, stream, clock, settled, states, health } = await bench();
    await opened();
    sandbox.betfair.endSessions();
    stream.cut();
    await settled('stopped', () => states().stream === 'stopped');
    const [connections, asked] = [stream.connections, sandbox.requests.count('betfair')];
    await clock.advance(seconds(36_000));
    expect(states()).toEqual({
      'catalogue:soccer': 'stopped',
      'prices:soccer': 'stopped',
      stream: 'stopped',
    });
    expect([stream.connections, sandbox.requests.count('betfair')]).toEqual([connections, asked]);
    expect(health()).toMatchObject({ status: 'down', lastErrorCode: 'PROVIDER_KEY_REFUSED' });
    expect(clock.waiting).toBe(0);
  });

  test('a wrong password is tried once: more would lock the account', async () => {
    const { sandbox, stream, clock, settled, states } = await bench({
      credentials: { ...ACCOUNT, password: 'wrong-password' },
    });
    await settled('stopped', () => states().stream === 'stopped');
    await clock.advance(seconds(36_000));
    expect({ logins: sandbox.betfair.logins, connections: stream.connections }).toEqual({
      logins: 1,
      connections: 0,
    });
  });

  test('too many connections: it comes again, later and later', async () => {
    const { opened, stream, settled, isOpen, health } = await bench();
    await opened();
    stream.refuseNext('authentication', 'MAX_CONNECTION_LIMIT_EXCEEDED');
    stream.cut();
    await settled('it is back', () => (health()?.stream?.losses ?? 0) === 2 && isOpen());
    expect(health()).toMatchObject({ lastErrorCode: 'PROVIDER_RATE_LIMITED' });
  });

  test('more markets than it may follow: the stream stops and says why, the poll goes on', async () => {
    const { stream, exchange, settled, states, price, task } = await bench({ sandbox: { limit: 1 } });
    await settled('stopped', () => states().stream === 'stopped');
    expect(task()).toMatchObject({ lastErrorCode: 'PROVIDER_REQUEST_REFUSED' });
    expect(task()?.reason).toContain('SUBSCRIPTION_LIMIT_EXCEEDED');
    exchange.price(MARKET, HOME, 2.8);
    await settled('polled', () => price() === '2.8/3.5/4', seconds(5));
    expect(stream.connections).toBe(1);
  });
});

const pair = certificate();
if (pair) {
  test('over TLS', async () => {
    const { settings, exchange, stream } = await bench({ sandbox: { certificate: pair } });
    const clock = new FakeClock();
    const lines = new SocketLineClient({
      clock,
      connectTimeout: seconds(5),
      maxLineBytes: 1e6,
      ca: pair.cert,
    });
    const providers = buildProviders({
      definitions: [
        { ...betfair, create: (chosen, host) => betfair.create(chosen as Settings, { ...host, lines }) },
      ],
      enabled: new Map([[betfair.id, { ...settings, tls: true } as unknown]]),
      disabled: new Map(),
      clock,
      userAgent: 'touchline/test',
    });
    const abort = new AbortController();
    const prices: unknown[] = [];
    for await (const item of providers.running[0]?.connect?.(abort.signal) ?? []) {
      if (item.kind !== 'batch') continue;
      prices.push(item.statements[0]?.markets?.[0]?.quotes[0]?.price);
      if (prices.length === 2) break;
      exchange.price(MARKET, HOME, 2.9);
    }
    expect(prices).toEqual([2, 2.9]);
    await providers.close();
    await until('the connection is gone', () => stream.open === 0);
  });
}

test('nothing to follow is no failure', async () => {
  const { clock, stream, settled, task, exchange, isOpen } = await bench({ sandbox: { markets: [] } });
  await settled('it waits', () => task()?.state === 'reconnecting');
  expect(task()).toMatchObject({ failures: 0, lastErrorCode: null });
  expect(task()?.reason).toStartWith('nothing to follow at present');
  expect(stream.connections).toBe(0);
  exchange.put(matchOdds(1));
  await clock.advance(seconds(31));
  await settled('it is open', isOpen);
});
