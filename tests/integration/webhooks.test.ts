import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import { declaredFeeds } from '../../src/ingest/feeds/declared-feeds.ts';
import type { FeedDocument } from '../../src/ports/feed-declaration.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { anApi } from '../support/api.ts';

const SECRET = 'the secret of the feed';
const KEY = Buffer.from('twenty-four bytes of key');
const PATH_SECRET = 'q8Zr-secret-segment';

const documents: readonly FeedDocument[] = [
  {
    place: 'test',
    declaration: {
      id: 'match-events',
      name: 'Events',
      signature: { scheme: 'hmac-hex' },
      preset: 'match-events',
    },
    secrets: [SECRET],
  },
  {
    place: 'test',
    declaration: {
      id: 'std',
      name: 'Standard',
      signature: { scheme: 'standard-webhooks' },
      limits: { perMinute: 3, maxBytes: 1_000 },
      mapping: {
        otherwise: 'ignore',
        events: [
          {
            when: [{ $at: '/kind', $is: 'score' }],
            eventType: 'live_score',
            data: {
              matchId: { $at: '/match' },
              homeScore: { $at: '/home', $as: 'integer' },
              awayScore: { $at: '/away' },
            },
          },
        ],
      },
    },
    secrets: [`whsec_${KEY.toString('base64')}`],
  },
  {
    place: 'test',
    declaration: {
      id: 'opta',
      name: 'Opta',
      signature: { scheme: 'opta' },
      allow: ['203.0.113.0/24', '2001:db8::/32'],
      preset: 'opta',
    },
    secrets: [],
    pathSecret: PATH_SECRET,
  },
];

const lines: string[] = [];
const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
const setUp = (options = {}) => anApi(options, { feeds: declaredFeeds(documents).feeds, log });
let api = setUp();
beforeEach(async () => {
  await api.server.stop();
  lines.length = 0;
  api = setUp();
});
afterAll(() => api.server.stop());

const hex = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');
const goal = { matchId: 'm1', id: 'goal-1', type: 'goal', team: 'home', homeScore: 1, awayScore: 0 };
const envelope = { id: 'e1', occurredAt: '2026-01-03T14:59:58Z', data: goal };

function send(
  body: string,
  headers: Record<string, string> = {},
  path = 'match-events',
  remoteAddress = '198.51.100.7',
) {
  return api.send({
    method: 'POST',
    url: `/api/v1/webhooks/${path}`,
    remoteAddress,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
}
const signed = (body: string, headers: Record<string, string> = {}) =>
  send(body, { 'x-signature': hex(body), ...headers });

function standard(body: string, { id = 'msg_1', at = api.clock.now() / 1_000 } = {}) {
  const signature = createHmac('sha256', KEY).update(`${id}.${at}.${body}`).digest('base64');
  return send(
    body,
    { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` },
    'std',
  );
}

describe('a signed delivery', () => {
  test('is committed and answered with its receipt', async () => {
    const answer = await signed(JSON.stringify(envelope));
    expect(answer.statusCode).toBe(202);
    const [event] = api.events.stored;
    expect(answer.json()).toEqual({
      success: true,
      message: 'Accepted.',
      duplicate: false,
      events: [
        {
          success: true,
          itemId: event!.itemId,
          sequenceNumber: 1,
          shardId: event!.shardId,
          timestamp: '2026-01-03T15:00:00.000Z',
          duplicate: false,
        },
      ],
    });
    expect(event).toMatchObject({
      source: 'match-events',
      eventType: 'match_event',
      externalId: 'e1',
      subject: 'match-events:m1',
      occurredAt: Date.parse('2026-01-03T14:59:58Z') as never,
    });
    expect(JSON.parse(event!.data)).toEqual(goal);
  });

  test('sent again is a duplicate, with the first numbers and one row', async () => {
    const body = JSON.stringify(goal);
    const [first, ...again] = await Promise.all([1, 2, 3, 4].map(() => signed(body)));
    for (const answer of again) {
      expect(answer.statusCode).toBe(202);
      expect(answer.json()).toMatchObject({
        duplicate: true,
        events: [{ itemId: first!.json().events[0].itemId }],
      });
    }
    expect(api.events.stored).toHaveLength(1);
  });

  test('with the same id and another body is a conflict', async () => {
    await signed(JSON.stringify(envelope));
    const answer = await signed(JSON.stringify({ ...envelope, data: { ...goal, homeScore: 2 } }));
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'EVENT_CONFLICT']);
    expect(api.events.stored).toHaveLength(1);
  });

  test('sent again in time under the same delivery id is a duplicate, another body under it a conflict, and late it is refused', async () => {
    const body = '{"kind":"score","match":"m1","home":"1","away":0}';
    expect((await standard(body)).json().duplicate).toBe(false);
    const at = api.clock.now() / 1_000;
    await api.clock.advance(300_000);
    expect((await standard(body, { at })).json().duplicate).toBe(true);
    expect((await standard(body.replace('"1"', '2'))).statusCode).toBe(409);
    await api.clock.advance(1_000);
    expect((await standard(body, { at })).json().code).toBe('SIGNATURE_EXPIRED');
    expect(api.events.stored.map(({ externalId }) => externalId)).toEqual(['msg_1']);
  });

  test('of which a part can be kept tells of each', async () => {
    const answer = await signed(JSON.stringify([envelope, { id: 'e2', data: { type: 'goal' } }]));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      message: '1 of 2 events accepted.',
      events: [{ success: true }, { success: false, code: 'EVENT_INVALID' }],
    });
  });

  test('that the declaration lets go is a 202 without an event', async () => {
    const answer = await standard('{"kind":"ping"}');
    expect([answer.statusCode, answer.json().events]).toEqual([202, []]);
  });

  test('in XML, from its address and under its secret path', async () => {
    const xml = `<SoccerFeed><SoccerDocument uID="f77"><MatchData><MatchInfo Period="HalfTime"/>
      <TeamData Side="Home" Score="1"/><TeamData Side="Away" Score="0"/></MatchData></SoccerDocument></SoccerFeed>`;
    for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::7']) {
      const answer = await send(
        xml,
        { 'content-type': 'text/xml; charset=utf-8' },
        `opta/${PATH_SECRET}`,
        address,
      );
      expect(answer.statusCode).toBe(202);
    }
    expect(api.events.stored).toHaveLength(1);
    expect(JSON.parse(api.events.stored[0]!.data)).toEqual({
      matchId: '77',
      sport: 'soccer',
      status: 'paused',
      period: 'Half Time',
      score: { home: 1, away: 0 },
    });
  });
});

describe('what is refused leaves no row', () => {
  const body = JSON.stringify(goal);
  const bare = { 'content-type': '' };
  const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>';
  const opta = (xml: string, address = '203.0.113.9', path = `opta/${PATH_SECRET}`) =>
    send(xml, { 'content-type': 'application/xml' }, path, address);
  const table: readonly (readonly [name: string, act: () => ReturnType<typeof send>, expected: string])[] = [
    ['no signature', () => send(body), '401 SIGNATURE_MISSING'],
    ['another secret', () => send(body, { 'x-signature': hex(body, 'guess') }), '401 SIGNATURE_INVALID'],
    [
      'white space that was not signed',
      () => send(`${body} `, { 'x-signature': hex(body) }),
      '401 SIGNATURE_INVALID',
    ],
    ['an empty body, not signed', () => send('', { 'x-signature': hex('x') }), '401 SIGNATURE_INVALID'],
    ['an empty body, signed', () => signed(''), '400 FEED_BODY_INVALID'],
    ['no JSON', () => signed('{"a":'), '400 FEED_BODY_INVALID'],
    ['XML for JSON', () => signed('<a/>', { 'content-type': 'application/xml' }), '400 FEED_BODY_INVALID'],
    ['a prototype', () => signed('{"__proto__":{"a":1}}'), '400 FEED_BODY_INVALID'],
    ['no match', () => signed('{"type":"goal"}'), '422 FEED_MAPPING_FAULT'],
    ['no object', () => signed('7'), '422 FEED_MAPPING_FAULT'],
    ['another type', () => signed('{"eventType":"betting_odds","data":{}}'), '422 FEED_MAPPING_FAULT'],
    [
      'an id that is too long',
      () => signed(JSON.stringify({ ...envelope, id: 'x'.repeat(161) })),
      '422 FEED_MAPPING_FAULT',
    ],
    ['a value of the wrong kind', () => standard('{"kind":"score","home":"two"}'), '422 FEED_MAPPING_FAULT'],
    ['too many bytes', () => standard(JSON.stringify({ x: 'x'.repeat(1_000) })), '413 BODY_TOO_LARGE'],
    [
      'more bytes than any feed may send',
      () => signed(JSON.stringify({ x: 'x'.repeat(300_000) })),
      '413 BODY_TOO_LARGE',
    ],
    [
      'a form',
      () => signed(body, { 'content-type': 'application/x-www-form-urlencoded' }),
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['no content type', () => signed(body, bare), '415 UNSUPPORTED_MEDIA_TYPE'],
    [
      'another charset',
      () => signed(body, { 'content-type': 'application/json; charset=latin1' }),
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a packed body', () => signed(body, { 'content-encoding': 'gzip' }), '415 UNSUPPORTED_MEDIA_TYPE'],
    ['no feed', () => send(body, {}, 'nobody'), '404 FEED_UNKNOWN'],
    ['a feed of the prototype', () => send(body, {}, '__proto__'), '404 FEED_UNKNOWN'],
    ['a secret where there is none', () => send(body, {}, 'match-events/x'), '404 FEED_UNKNOWN'],
    ['no secret', () => opta('<a/>', '203.0.113.9', 'opta'), '404 FEED_UNKNOWN'],
    ['a wrong secret', () => opta('<a/>', '203.0.113.9', 'opta/guess'), '404 FEED_UNKNOWN'],
    ['an address outside', () => opta('<a/>', '203.0.114.1'), '403 ADDRESS_REFUSED'],
    ['a billion laughs', () => opta(laughs), '400 FEED_BODY_INVALID'],
    ['another document', () => opta('<a/>'), '422 FEED_MAPPING_FAULT'],
    [
      'a digest of another body',
      () =>
        send(
          '<a/>',
          { 'content-type': 'text/xml', 'x-meta-message-digest': '0'.repeat(32) },
          `opta/${PATH_SECRET}`,
          '203.0.113.9',
        ),
      '401 SIGNATURE_INVALID',
    ],
  ];
  for (const [name, act, expected] of table) {
    test(`${name}: ${expected}`, async () => {
      const answer = await act();
      expect(`${answer.statusCode} ${answer.json().code}`).toBe(expected);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(api.events.stored).toEqual([]);
    });
  }

  test('faults of the body say where', async () => {
    const { errors } = (await signed('{"type":"goal","minute":"x","matchId":"m"}')).json();
    expect(errors).toEqual([{ in: 'body', field: '/data/minute', message: expect.any(String) }]);
  });

  test('a store that is away: 503, to be tried again', async () => {
    api.events.fails = new StoreError('STORE_UNAVAILABLE', 'away');
    const answer = await signed(body);
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'UNAVAILABLE']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    api.events.fails = undefined;
    expect((await signed(body)).json().duplicate).toBe(false);
  });
});

describe('limits', () => {
  test('a feed has its own, which no stranger can use up', async () => {
    const body = '{"kind":"ping"}';
    for (let i = 0; i < 10; i++) await send(body, {}, 'std');
    for (let i = 0; i < 3; i++) expect((await standard(body)).statusCode).toBe(202);
    const over = await standard(body);
    expect([over.statusCode, over.json().code, over.headers['retry-after']]).toEqual([
      429,
      'RATE_LIMITED',
      '60',
    ]);
    expect((await signed(JSON.stringify(goal))).statusCode).toBe(202);
    await api.clock.advance(60_000);
    expect((await standard(body)).statusCode).toBe(202);
  });

  test('a stranger is held back by what he was refused, and nobody else', async () => {
    await api.server.stop();
    api = setUp({ rateLimit: { max: 5 } });
    const body = JSON.stringify(goal);
    const status = async (address: string, headers = {}) =>
      (await send(body, headers, 'match-events', address)).statusCode;
    const good = { 'x-signature': hex(body) };
    // The gateway's address is known to bring good deliveries: a stranger behind it cannot shut it out.
    expect(await status('198.51.100.1', good)).toBe(202);
    for (const address of ['198.51.100.1', '198.51.100.2'])
      for (let i = 0; i < 5; i++) expect(await status(address)).toBe(401);
    expect(await status('198.51.100.2')).toBe(429);
    expect(await status('198.51.100.1', good)).toBe(202);
    expect(await status('198.51.100.3', good)).toBe(202);
    // Good deliveries are not counted by the common limit of an address.
    for (let i = 0; i < 20; i++) expect(await status('198.51.100.3', good)).toBe(202);
  });

  test('behind a proxy the address is the one it tells, when it is to be believed', async () => {
    await api.server.stop();
    api = setUp({ trustProxy: true });
    const headers = { 'content-type': 'text/xml', 'x-forwarded-for': '203.0.113.9' };
    expect((await send('<a/>', headers, `opta/${PATH_SECRET}`)).statusCode).toBe(422);
    await api.server.stop();
    api = setUp();
    expect((await send('<a/>', headers, `opta/${PATH_SECRET}`)).statusCode).toBe(403);
  });
});

test('a secret path is neither answered nor logged', async () => {
  const url = `/api/v1/webhooks/opta/${PATH_SECRET}`;
  const answers = [
    await send('<a/>', { 'content-type': 'text/xml' }, `opta/${PATH_SECRET}`, '203.0.113.9'),
    await send('{}', {}, `opta/${PATH_SECRET}/more`),
    await send('<a/>', {}, `opta/${PATH_SECRET}?x=1`, '203.0.113.9'),
    await api.get(url),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([422, 404, 400, 405]);
  expect(lines.length).toBe(4);
  expect(lines.join() + answers.map((answer) => answer.body).join()).not.toContain(PATH_SECRET);
});

test('health counts what was taken, what was refused, and why', async () => {
  await signed(JSON.stringify(goal));
  await signed(JSON.stringify(goal));
  await send('{}');
  await signed('{}');
  const { feeds } = (await api.get('/api/v1/feed/health')).json();
  expect(feeds).toHaveLength(1);
  expect(feeds[0]).toMatchObject({
    feed: 'match-events',
    status: 'healthy',
    received: 4,
    accepted: 1,
    duplicate: 1,
    refused: 1,
    failed: 1,
    lastErrorCode: 'EVENT_INVALID',
    lastEventAt: '2026-01-03T15:00:00.000Z',
  });
});

test('whatever is sent, signed or not: no fault of ours, and a row for each 2xx', async () => {
  const json = fc.json({ maxDepth: 6 });
  const almost = fc
    .record(
      {
        id: fc.option(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { nil: undefined }),
        occurredAt: fc.oneof(fc.date().map(String), fc.double(), fc.constant('2026-01-03T15:00:00Z')),
        data: fc.oneof(
          fc.jsonValue(),
          fc.record(
            { matchId: fc.string(), type: fc.constantFrom('goal', 'x'), minute: fc.anything() },
            { requiredKeys: [] },
          ),
        ),
        events: fc.array(fc.jsonValue(), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    )
    .map(
      (value) =>
        JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '',
    );
  const markup = fc
    .array(
      fc.constantFrom(
        '<a>',
        '</a>',
        '<b x="1"/>',
        '&amp;',
        '&x;',
        '<!--',
        '-->',
        ']]>',
        '<![CDATA[',
        '<?xml?>',
        't',
        '<',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join(''));
  const accepted = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(json, almost, markup, fc.string(), fc.string({ unit: 'binary' })),
      fc.constantFrom('signed', 'unsigned', 'xml'),
      async (body, how) => {
        const answer =
          how === 'signed'
            ? await signed(body)
            : how === 'unsigned'
              ? await send(body, { 'x-signature': body.slice(0, 64).replace(/[^\x20-\x7e]/g, '?') })
              : await send(body, { 'content-type': 'text/xml' }, `opta/${PATH_SECRET}`, '203.0.113.9');
        expect(answer.statusCode).toBeLessThan(500);
        if (answer.statusCode === 202)
          for (const event of answer.json().events) if (event.success) accepted.add(event.itemId);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(new Set(api.events.stored.map(({ itemId }) => itemId as string))).toEqual(accepted);
});
