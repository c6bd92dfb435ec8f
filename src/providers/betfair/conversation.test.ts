import { describe, expect, test } from 'bun:test';
import { inspect } from 'node:util';
import { epochMs } from '../../domain/time.ts';
import type { LineConnection } from '../../ports/line-client.ts';
import type { StreamItem } from '../../ports/provider.ts';
import { readCatalogue } from './catalogue.ts';
import { converse } from './conversation.ts';
import { KnownMarkets } from './known-markets.ts';
import { StreamBook } from './stream-book.ts';
import { StreamMemory } from './stream-memory.ts';

type Op = Record<string, unknown>;

const listed = (number: number) => ({
  marketId: `1.30000000${number}`,
  marketStartTime: '2026-01-03T17:30:00.000Z',
  description: { marketType: 'MATCH_ODDS' },
  runners: [
    { selectionId: number * 10 + 1, runnerName: `Home ${number}`, sortPriority: 1 },
    { selectionId: number * 10 + 2, runnerName: `Away ${number}`, sortPriority: 2 },
  ],
  eventType: { id: '2' },
  event: { id: `${number}`, name: `Home ${number} v Away ${number}` },
});

const catalogueOf = (...numbers: number[]) => readCatalogue(numbers.map(listed), '', () => {});

const image = (id: number, ...numbers: number[]) => ({
  op: 'mcm',
  id,
  ct: 'SUB_IMAGE',
  initialClk: 'first',
  clk: `image-${id}`,
  pt: 1_767_454_200_000,
  mc: numbers.map((number) => ({
    id: `1.30000000${number}`,
    img: true,
    marketDefinition: {
      status: 'OPEN',
      eventId: `${number}`,
      eventTypeId: '2',
      marketType: 'MATCH_ODDS',
      runners: [
        { id: number * 10 + 1, status: 'ACTIVE', sortPriority: 1 },
        { id: number * 10 + 2, status: 'ACTIVE', sortPriority: 2 },
      ],
    },
    rc: [1, 2].map((side) => ({ id: number * 10 + side, batb: [[0, 1 + side, 10]] })),
  })),
});

const price = (id: number, number: number, back: number, clk = 'delta') => ({
  op: 'mcm',
  id,
  clk,
  pt: 1_767_454_201_000,
  mc: [{ id: `1.30000000${number}`, rc: [{ id: number * 10 + 1, batb: [[0, back, 10]] }] }],
});

const CONNECTION = { op: 'connection', connectionId: '000-1' };
const agreed = (id: number) => ({ op: 'status', id, statusCode: 'SUCCESS', connectionClosed: false });
const failed = (id: number, errorCode: string, connectionClosed = true) => ({
  op: 'status',
  id,
  statusCode: 'FAILURE',
  errorCode,
  connectionClosed,
});

/** A talk on a scripted connection: each line is heard by itself. */
function talk(known: KnownMarkets, memory = new StreamMemory(new StreamBook((id) => known.find(id)))) {
  const said: Op[] = [];
  const waiting: string[] = [];
  let wake = () => {};
  const connection: LineConnection = {
    lines: (async function* () {
      for (;;) {
        const line = waiting.shift();
        if (line !== undefined) yield line;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    })(),
    send: (line) => said.push(JSON.parse(line)),
    close: () => {},
  };
  const items = converse(connection, {
    appKey: 'key',
    session: 'session',
    known,
    memory,
    maxMarkets: 3,
    heartbeatMs: 2_000,
    clock: { now: () => epochMs(0) },
    signal: new AbortController().signal,
  });
  const hearLine = async (line: string): Promise<StreamItem> => {
    waiting.push(line);
    wake();
    return (await items.next()).value as StreamItem;
  };
  return {
    memory,
    hearLine,
    hear: (message: object) => hearLine(JSON.stringify(message)),
    /** What was said to the exchange since the last time. */
    news: () => said.splice(0),
    end: () => items.return(undefined),
  };
}

/** A talk that has come to its first image. */
async function opened(...numbers: number[]) {
  const known = new KnownMarkets();
  known.replace('tennis', catalogueOf(...numbers));
  const one = talk(known);
  await one.hear(CONNECTION);
  await one.hear(agreed(1));
  await one.hear(agreed(2));
  const first = await one.hear(image(2, ...numbers));
  const greeting = one.news();
  return { ...one, known, first, greeting };
}

/** The prices of an item's statements, `1=2.5` each. */
const inShort = (item: StreamItem) =>
  item.kind === 'heartbeat'
    ? 'heartbeat'
    : item.statements.map(
        ({ match, markets }) => `${match.externalId}=${markets?.[0]?.quotes[0]?.price ?? '–'}`,
      );

describe('talking with the exchange', () => {
  test('authenticates when greeted, subscribes when let in, and the image is a whole batch', async () => {
    const { greeting, first } = await opened(1, 2);
    expect(greeting).toEqual([
      { op: 'authentication', id: 1, appKey: 'key', session: 'session' },
      {
        op: 'marketSubscription',
        id: 2,
        segmentationEnabled: true,
        conflateMs: 0,
        heartbeatMs: 2_000,
        marketFilter: { marketIds: ['1.300000001', '1.300000002'] },
        marketDataFilter: { ladderLevels: 1, fields: ['EX_BEST_OFFERS', 'EX_MARKET_DEF'] },
      },
    ]);
    expect(first).toMatchObject({ kind: 'batch', whole: true, sentAt: 1_767_454_200_000 });
    expect(inShort(first)).toEqual(['1=2', '2=2']);
  });

  test('a delta says the match it is about, a heartbeat nothing', async () => {
    const { hear } = await opened(1, 2);
    const item = await hear(price(2, 2, 2.4));
    expect(item).toMatchObject({ whole: false, sentAt: 1_767_454_201_000 });
    expect(inShort(item)).toEqual(['2=2.4']);
    expect(await hear({ op: 'mcm', id: 2, ct: 'HEARTBEAT', clk: 'c', pt: 1_767_454_202_000 })).toEqual({
      kind: 'heartbeat',
      sentAt: epochMs(1_767_454_202_000),
    });
    expect(inShort(await hear({ op: 'mcm', id: 2, clk: 'd', mc: [] }))).toBe('heartbeat');
  });

  test('goes on from the last clocks on the next connection, and the answer to that is whole too', async () => {
    const { hear, known, memory, end } = await opened(1, 2);
    await hear(price(2, 1, 2.1, 'last'));
    await end();
    const next = talk(known, memory);
    await next.hear(CONNECTION);
    await next.hear(agreed(1));
    expect(next.news()[1]).toMatchObject({ initialClk: 'first', clk: 'last' });
    const item = await next.hear({ ...price(2, 2, 3.3, 'next'), ct: 'RESUB_DELTA' });
    expect(item).toMatchObject({ kind: 'batch', whole: true });
    expect(inShort(item)).toEqual(['1=2.1', '2=3.3']);
  });

  test('other markets begin with an image', async () => {
    const { known, memory, end } = await opened(1, 2);
    await end();
    known.replace('tennis', catalogueOf(1, 3));
    const next = talk(known, memory);
    await next.hear(CONNECTION);
    await next.hear(agreed(1));
    const [, subscription] = next.news();
    expect(subscription).not.toHaveProperty('clk');
    expect(subscription).toMatchObject({ marketFilter: { marketIds: ['1.300000001', '1.300000003'] } });
  });

  test('a clock that is refused is forgotten: at once where the connection stands, else for the next', async () => {
    const { known, memory, end } = await opened(1);
    await end();
    const next = talk(known, memory);
    await next.hear(CONNECTION);
    await next.hear(agreed(1));
    expect(next.news()[1]).toHaveProperty('clk');
    await next.hear(failed(2, 'INVALID_CLOCK', false));
    const [again] = next.news();
    expect(again).toMatchObject({ op: 'marketSubscription', id: 3 });
    expect(again).not.toHaveProperty('clk');
    expect(inShort(await next.hear(image(3, 1)))).toEqual(['1=2']);
    await expect(next.hear(failed(3, 'INVALID_CLOCK'))).rejects.toMatchObject({
      code: 'PROVIDER_UPSTREAM_ERROR',
      retryable: true,
    });
    expect(memory.clocksFor(['1.300000001'])).toEqual({});
  });

  test.each([
    ['NO_SESSION', 'PROVIDER_KEY_REFUSED'],
    ['INVALID_SESSION_INFORMATION', 'PROVIDER_KEY_REFUSED'],
    ['INVALID_APP_KEY', 'PROVIDER_KEY_REFUSED'],
    ['NOT_AUTHORIZED', 'PROVIDER_KEY_REFUSED'],
    ['MAX_CONNECTION_LIMIT_EXCEEDED', 'PROVIDER_RATE_LIMITED'],
    ['TOO_MANY_REQUESTS', 'PROVIDER_RATE_LIMITED'],
    ['SUBSCRIPTION_LIMIT_EXCEEDED', 'PROVIDER_REQUEST_REFUSED'],
    ['INVALID_INPUT', 'PROVIDER_REQUEST_REFUSED'],
    ['TIMEOUT', 'PROVIDER_TIMEOUT'],
    ['UNEXPECTED_ERROR', 'PROVIDER_UPSTREAM_ERROR'],
    ['A_NEW_ONE', 'PROVIDER_UPSTREAM_ERROR'],
    ['the session abc123 is wrong', 'PROVIDER_UPSTREAM_ERROR'],
  ])('%s ends it with %s', async (errorCode, code) => {
    const { hear } = await opened(1);
    const error = await hear(failed(2, errorCode)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 6 })).not.toContain('abc123');
  });

  test.each([
    ['not JSON', '{"op":"mcm","id":2,"mc":[', 'not_json'],
    ['no object', '7', 'not_json'],
    ['a change message of another shape', '{"op":"mcm","id":"2"}', 'wrong_type'],
    ['a status of another shape', '{"op":"status"}', 'wrong_type'],
    ['the end of an image without its start', '{"op":"mcm","id":2,"segmentType":"SEG_END"}', 'wrong_type'],
    ['lists in lists, 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 'not_json'],
  ])('a line that is %s is counted, and everything is asked for again', async (_name, line, why) => {
    const { hear, hearLine, news } = await opened(1);
    await hear(price(2, 1, 2.1, 'last'));
    const item = await hearLine(line);
    expect(item).toMatchObject({ kind: 'batch', whole: false, dropped: [{ where: 'line', why }] });
    const [again] = news();
    expect(again).toMatchObject({ op: 'marketSubscription', id: 3 });
    expect(again).not.toHaveProperty('clk');
    // What still comes for the old subscription is not heard any more.
    expect(inShort(await hear(price(2, 1, 9.9)))).toBe('heartbeat');
    expect(inShort(await hear(image(3, 1)))).toEqual(['1=2']);
  });

  test('twice in a row it cannot be understood, and ends', async () => {
    const { hearLine } = await opened(1);
    await hearLine('{');
    await expect(hearLine('{')).rejects.toMatchObject({ code: 'PROVIDER_BAD_PAYLOAD' });
  });

  test('an operation that we do not know is counted and changes nothing', async () => {
    const { hear, news } = await opened(1);
    expect(await hear({ op: 'rcm', id: 9 })).toMatchObject({
      dropped: [{ where: 'line', why: 'unknown_op' }],
    });
    expect(news()).toEqual([]);
  });

  test('follows what is listed anew, within its limit, and not what only leaves the listing', async () => {
    const { known, hear, news, end } = await opened(1, 2);
    known.replace('tennis', catalogueOf(2));
    expect(news()).toEqual([]);
    // The market that left the listing is still named when the exchange closes it.
    expect(inShort(await hear(price(2, 1, 2.7)))).toEqual(['1=2.7']);
    known.replace('tennis', catalogueOf(2, 3, 4, 5));
    expect(news()).toMatchObject([
      { id: 3, marketFilter: { marketIds: ['1.300000002', '1.300000003', '1.300000004'] } },
    ]);
    known.replace('tennis', catalogueOf(2, 3, 4, 5));
    expect(news()).toEqual([]);
    const item = await hear(image(3, 2, 3, 4));
    expect({ whole: item.kind === 'batch' && item.whole, prices: inShort(item) }).toEqual({
      whole: true,
      prices: ['2=2', '3=2', '4=2'],
    });
    await end();
    known.replace('tennis', catalogueOf(6));
    expect(news()).toEqual([]);
  });

  test('is out of date and back: every price is suspended, then every price is open', async () => {
    const { hear } = await opened(1, 2);
    const suspended = (item: StreamItem) =>
      item.kind === 'batch' && item.statements.map(({ markets }) => markets?.[0]?.suspended);
    expect(suspended(await hear({ op: 'mcm', id: 2, status: 503 }))).toEqual([true, true]);
    expect(await hear({ op: 'mcm', id: 2, ct: 'HEARTBEAT', status: 503 })).toEqual({ kind: 'heartbeat' });
    expect(suspended(await hear({ ...price(2, 1, 2.2), status: 503 }))).toEqual([true]);
    expect(suspended(await hear({ op: 'mcm', id: 2, ct: 'HEARTBEAT' }))).toEqual([false, false]);
  });
});
