import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { matchId } from '../../src/domain/ids.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { anEvent, anIngestApi } from '../support/ingest.ts';

const api = await anIngestApi();
afterAll(() => api.server.stop());
beforeEach(() => {
  api.events.stored.length = 0;
  api.events.letters.length = 0;
  api.events.fails = undefined;
});

const NDJSON = { 'content-type': 'application/x-ndjson' };
const GZIP = { 'content-encoding': 'gzip' };
const text = JSON.stringify(anEvent());

describe('an event', () => {
  test('is answered with what it was stored as', async () => {
    const answer = await api.push(anEvent());
    expect(answer.statusCode).toBe(202);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({
      success: true,
      message: 'Event accepted',
      itemId: expect.stringMatching(/^ev_[a-z0-9]{24}$/),
      sequenceNumber: 1,
      shardId: expect.any(Number),
      timestamp: '2026-01-03T15:00:00.000Z',
      duplicate: false,
    });
  });

  test('without an id gets one, and is not another’s duplicate', async () => {
    const ids = await Promise.all([1, 2].map(async () => (await api.push(anEvent())).json().itemId));
    expect(new Set(ids).size).toBe(2);
    expect(api.events.stored.map(({ externalId }) => externalId).sort()).toEqual(ids.sort());
  });

  test('is kept letter by letter', async () => {
    const data =
      '{ "match_id":"m",\n "home_score": 1.0, "awayScore":0, "note":"\\u00e9", "n": 12345678901234567890 }';
    await api.push(`{"source":"a","event_type":"live_score","payload":${data}}`);
    expect(api.events.stored[0]?.data).toBe(data);
    expect((await api.get('/events')).body).toContain(`"data":${data}`);
  });

  test('in the other spelling is the same', async () => {
    const { eventType, data, source } = anEvent();
    const one = await api.push({ source, eventType, data, id: 'x', occurredAt: '2026-01-03T14:59:00Z' });
    const other = await api.push({
      source,
      event_type: eventType,
      payload: data,
      event_id: 'x',
      timestamp: 1767452340,
    });
    expect(other.json()).toEqual({ ...one.json(), message: 'Event was accepted before', duplicate: true });
    expect(api.events.stored[0]?.occurredAt as number).toBe(1_767_452_340_000);
  });

  test('twice with its members in another order is once', async () => {
    await api.push(
      '{"source":"a","eventType":"live_score","id":7,"data":{"matchId":"m","homeScore":1,"awayScore":0}}',
    );
    const again = await api.push(
      '{"id":"7","data":{"awayScore":0,"homeScore":1.0,"matchId":"m"},"eventType":"live_score","source":"a"}',
    );
    expect(again.json()).toMatchObject({ duplicate: true, sequenceNumber: 1 });
    expect(api.events.stored).toHaveLength(1);
  });

  test('with the id of another body is a conflict', async () => {
    await api.push(anEvent({ id: 'x' }));
    const other = await api.push(
      anEvent({ id: 'x', data: { matchId: 'rovers-united', homeScore: 3, awayScore: 1 } }),
    );
    expect([other.statusCode, other.json().code]).toEqual([409, 'EVENT_CONFLICT']);
    const elsewhere = await api.push(anEvent({ id: 'x', source: 'south-feed' }));
    expect(elsewhere.json()).toMatchObject({ success: true, duplicate: false });
  });

  test('is told apart by its Idempotency-Key where it brings no id', async () => {
    const key = { 'idempotency-key': '"8e03978e-40d5"' };
    const first = (await api.push(anEvent(), key)).json();
    expect((await api.push(anEvent(), key)).json()).toEqual({
      ...first,
      message: 'Event was accepted before',
      duplicate: true,
    });
    expect((await api.push(anEvent({ data: { ...anEvent().data, homeScore: 5 } }), key)).statusCode).toBe(
      409,
    );
    expect((await api.push(anEvent({ id: 'own' }), key)).json().duplicate).toBe(false);
  });

  test('is of the lane of the name that its source uses, and found by the match it means', async () => {
    const link = { provider: 'north-feed', externalId: 'rovers-united' } as never;
    const match = { id: matchId('m7'), sport: 'soccer', links: [link] } as never;
    const known = await anIngestApi();
    await known.live.putMatch(match, 1);
    for (const id of ['rovers-united', 'm7', 'north-feed:rovers-united'])
      await known.push(anEvent({ data: { ...anEvent().data, matchId: id } }));
    // What a link means may be learned between two events; the lane of a name never changes.
    expect(known.events.stored.map(({ subject }) => subject)).toEqual([
      'north-feed:rovers-united',
      'match:m7',
      'north-feed:north-feed:rovers-united',
    ]);
    for (const named of ['m7', 'north-feed:rovers-united'])
      expect((await known.get(`/events?matchId=${named}`)).json().events).toHaveLength(3);
    await known.server.stop();
  });

  test('about what nobody knows is of its source’s lane', async () => {
    await api.push(anEvent());
    expect(api.events.stored[0]?.subject).toBe('north-feed:rovers-united');
  });
});

describe('a batch', () => {
  const mixed = [
    anEvent({ id: 1 }),
    anEvent({ id: 2, data: {} }),
    anEvent({ id: 1 }),
    anEvent({ id: 1, data: { ...anEvent().data, homeScore: 9 } }),
    anEvent({ eventType: 'rain' }),
    'text',
  ];
  const codes = (results: { success: boolean; code?: string; duplicate?: boolean }[]) =>
    results.map(({ success, code, duplicate }) => (success ? (duplicate ? 'again' : 'stored') : code));
  const EXPECTED = [
    'stored',
    'EVENT_INVALID',
    'again',
    'EVENT_CONFLICT',
    'EVENT_TYPE_UNKNOWN',
    'EVENT_INVALID',
  ];

  for (const [name, payload, headers] of [
    ['as an array', JSON.stringify(mixed), {}],
    ['as NDJSON', mixed.map((one) => JSON.stringify(one)).join('\r\n'), NDJSON],
    ['as NDJSON with empty lines', `\n\n${mixed.map((one) => JSON.stringify(one)).join('\n \n')}\n`, NDJSON],
    ['gzipped', gzipSync(JSON.stringify(mixed)), GZIP],
  ] as const)
    test(`${name} is judged item by item`, async () => {
      const answer = await api.push(payload, headers);
      expect(answer.statusCode).toBe(202);
      const { results, ...rest } = answer.json();
      expect(rest).toMatchObject({ success: false, accepted: 2, rejected: 4, duplicates: 1 });
      expect(rest.validTypes).toContain('live_score');
      expect(codes(results)).toEqual(EXPECTED);
      expect(results.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(results[1].errors).toContainEqual({
        in: 'body',
        field: 'data.homeScore',
        message: expect.any(String),
      });
      expect(api.events.stored).toHaveLength(1);
    });

  test('of which nothing is accepted is refused', async () => {
    const answer = await api.push([anEvent({ eventType: 'rain' }), 5]);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'EVENTS_REJECTED', accepted: 0, rejected: 2, duplicates: 0 });
    expect(codes(answer.json().results)).toEqual(['EVENT_TYPE_UNKNOWN', 'EVENT_INVALID']);
  });

  test('a line that is not JSON is its own fault', async () => {
    const { results } = (await api.push(`${text}\n{"source":\n${text}`, NDJSON)).json();
    expect(codes(results)).toEqual(['stored', 'MALFORMED_JSON', 'stored']);
  });

  test('of one is a batch', async () => {
    expect((await api.push([anEvent()])).json()).toMatchObject({ accepted: 1, results: [{ index: 0 }] });
    expect((await api.push(text, NDJSON)).json()).toMatchObject({ accepted: 1, results: [{ index: 0 }] });
  });

  test('with an Idempotency-Key can be sent again as a whole', async () => {
    const key = { 'idempotency-key': 'night-1' };
    await api.push([anEvent(), anEvent({ id: 'own' })], key);
    expect((await api.push([anEvent(), anEvent({ id: 'own' })], key)).json()).toMatchObject({
      accepted: 2,
      duplicates: 2,
    });
    expect(api.events.stored.map(({ externalId }) => externalId)).toEqual(['night-1/0', 'own']);
  });

  test('of 5,000 is taken, one more is not', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => JSON.stringify(anEvent({ id: i })));
    const most = await api.push(lines.join('\n'), NDJSON);
    expect(most.json()).toMatchObject({ success: true, accepted: 5_000 });
    for (const [payload, headers] of [
      [[...lines, text].join('\n'), NDJSON],
      [`[${[...lines, text].join(',')}]`, {}],
    ] as const) {
      const answer = await api.push(payload, headers);
      expect([answer.statusCode, answer.json().code]).toEqual([413, 'BODY_TOO_LARGE']);
    }
  });
});

type Push = readonly [payload: string | object, headers?: Record<string, string>];
const eventWith = (data: string): string => `{"source":"a","eventType":"live_score","data":${data}}`;
const score = '"matchId":"m","homeScore":1,"awayScore":0';

const REFUSED: readonly (readonly [
  name: string,
  push: Push,
  status: number,
  code: string,
  field?: string,
])[] = [
  ['nothing', [''], 400, 'MALFORMED_JSON'],
  ['half of it', [text.slice(0, 40)], 400, 'MALFORMED_JSON'],
  ['an empty batch', ['[]'], 400, 'VALIDATION_FAILED'],
  ['NDJSON of nothing', ['\n \n', NDJSON], 400, 'VALIDATION_FAILED'],
  ['text', ['"text"'], 400, 'EVENT_INVALID', ''],
  ['null', ['null'], 400, 'EVENT_INVALID', ''],
  ['no source', [{ ...anEvent(), source: undefined }], 400, 'EVENT_INVALID', 'source'],
  ['a source with a space', [anEvent({ source: 'a b' })], 400, 'EVENT_INVALID', 'source'],
  ['a long source', [anEvent({ source: 'a'.repeat(65) })], 400, 'EVENT_INVALID', 'source'],
  ['a source that is a number', [anEvent({ source: 5 })], 400, 'EVENT_INVALID', 'source'],
  ['no type', [anEvent({ eventType: undefined })], 400, 'EVENT_INVALID', 'eventType'],
  ['an unknown type', [anEvent({ eventType: 'rain' })], 400, 'EVENT_TYPE_UNKNOWN'],
  ['a type of objects', [anEvent({ eventType: 'constructor' })], 400, 'EVENT_TYPE_UNKNOWN'],
  ['no data', [anEvent({ data: undefined })], 400, 'EVENT_INVALID', 'data'],
  ['data as a list', [anEvent({ data: [] })], 400, 'EVENT_INVALID', 'data'],
  ['data as text', [anEvent({ data: 'x' })], 400, 'EVENT_INVALID', 'data'],
  ['both spellings', [anEvent({ event_type: 'live_score' })], 400, 'EVENT_INVALID', 'event_type'],
  ['an unknown member', [anEvent({ ocurredAt: 1 })], 400, 'EVENT_INVALID', 'ocurredAt'],
  ['an empty id', [anEvent({ id: '' })], 400, 'EVENT_INVALID', 'id'],
  ['a long id', [anEvent({ id: 'x'.repeat(201) })], 400, 'EVENT_INVALID', 'id'],
  ['an id with NUL', [anEvent({ id: 'a\0' })], 400, 'EVENT_INVALID', 'id'],
  ['an id with half a pair', [text.replace('{', '{"id":"\\ud83d",')], 400, 'EVENT_INVALID', 'id'],
  ['an id beyond numbers', [text.replace('{', '{"id":12345678901234567890,')], 400, 'EVENT_INVALID', 'id'],
  [
    'a time without a zone',
    [anEvent({ occurredAt: '2026-01-03T15:00:00' })],
    400,
    'EVENT_INVALID',
    'occurredAt',
  ],
  ['a time in minutes', [anEvent({ occurredAt: 29_457_540 })], 400, 'EVENT_INVALID', 'occurredAt'],
  ['a time beyond times', [text.replace('{', '{"timestamp":1e30,')], 400, 'EVENT_INVALID', 'occurredAt'],
  [
    '__proto__ in data',
    [eventWith(`{${score},"__proto__":{"a":1}}`)],
    400,
    'EVENT_INVALID',
    'data.__proto__',
  ],
  ['__proto__ around it', [text.replace('{', '{"__proto__":{"a":1},')], 400, 'EVENT_INVALID', '__proto__'],
  ['NUL in data', [eventWith(`{${score},"x":"\\u0000"}`)], 400, 'EVENT_INVALID', 'data'],
  ['half a pair in data', [eventWith(`{${score},"x":"\\udc00"}`)], 400, 'EVENT_INVALID', 'data'],
  ['a number beyond numbers', [eventWith(`{${score},"x":1e999}`)], 400, 'EVENT_INVALID', 'data.x'],
  ['large data', [eventWith(`{${score},"x":"${'x'.repeat(262_144)}"}`)], 400, 'EVENT_INVALID', 'data'],
  ['large white space', [eventWith(`{${score}${' '.repeat(262_144)}}`)], 400, 'EVENT_INVALID', 'data'],
  [
    'a wrong type',
    [eventWith('{"matchId":"m","homeScore":"1","awayScore":0}')],
    400,
    'EVENT_INVALID',
    'data.homeScore',
  ],
  ['bytes that are not UTF-8', [Buffer.from([0x22, 0xff, 0x22])], 400, 'MALFORMED_JSON'],
  ['UTF-16', [Buffer.from(text, 'utf16le')], 400, 'MALFORMED_JSON'],
  ['gzip that is none', ['x', GZIP], 400, 'MALFORMED_JSON'],
  ['gzip cut off', [gzipSync(text).subarray(0, 30), GZIP], 400, 'MALFORMED_JSON'],
  ['JSON said to be gzip', [text, GZIP], 400, 'MALFORMED_JSON'],
  [
    'an odd Idempotency-Key',
    [text, { 'idempotency-key': 'a b' }],
    400,
    'VALIDATION_FAILED',
    'idempotency-key',
  ],
  ['a long one', [text, { 'idempotency-key': 'k'.repeat(181) }], 400, 'VALIDATION_FAILED', 'idempotency-key'],
  ['no token', [text, { authorization: '' }], 401, 'TOKEN_MISSING'],
  ['a bad token', [text, { authorization: 'Bearer x' }], 401, 'TOKEN_INVALID'],
  [
    'a token for something else',
    [text, { authorization: `Bearer ${api.token('read operator')}` }],
    403,
    'SCOPE_MISSING',
  ],
  ['over 8 MiB', [' '.repeat(8 * 2 ** 20 + 1)], 413, 'BODY_TOO_LARGE'],
  ['a gzip bomb', [gzipSync(Buffer.alloc(64 * 2 ** 20)), GZIP], 413, 'BODY_TOO_LARGE'],
  ['another type', [text, { 'content-type': 'text/plain' }], 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['a form', ['a=1', { 'content-type': 'application/x-www-form-urlencoded' }], 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [
    'another charset',
    [text, { 'content-type': 'application/json; charset=latin1' }],
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['another packing', [text, { 'content-encoding': 'br' }], 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['two packings', [text, { 'content-encoding': 'gzip, gzip' }], 415, 'UNSUPPORTED_MEDIA_TYPE'],
];

describe('refused', () => {
  for (const [name, [payload, headers], status, code, field] of REFUSED)
    test(`${name}: ${status} ${code}`, async () => {
      const answer = await api.push(payload, headers);
      const body = answer.json();
      expect([answer.statusCode, body.code]).toEqual([status, code]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.body.length).toBeLessThan(20_000);
      if (field !== undefined)
        expect(body.errors.map((fault: { field: string }) => fault.field)).toContain(field);
      if (code === 'EVENT_TYPE_UNKNOWN')
        expect(body.validTypes).toEqual([
          'live_score',
          'match_event',
          'match_status',
          'betting_odds',
          'race_result',
        ]);
      expect(api.events.stored).toEqual([]);
    });

  for (const [name, code] of [
    ['away', 'STORE_UNAVAILABLE'],
    ['silent', 'STORE_TIMEOUT'],
    ['stopping', 'STORE_STOPPED'],
  ] as const)
    test(`Postgres ${name}: 503 with the time to come back`, async () => {
      api.events.fails = new StoreError(code, 'no answer');
      for (const answer of [
        await api.push(anEvent()),
        await api.push([anEvent()]),
        await api.get('/events'),
        await api.get('/api/v1/feed/dead-letters', { authorization: api.authorization }),
      ]) {
        expect([answer.statusCode, answer.json().code]).toEqual([503, 'UNAVAILABLE']);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    });

  test('deep nesting is refused without a stack to overflow', async () => {
    for (const depth of [33, 1_000, 1_000_000]) {
      const answer = await api.push(eventWith(`{${score},"x":${'['.repeat(depth)}${']'.repeat(depth)}}`));
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'EVENT_INVALID']);
      const around = await api.push('['.repeat(depth) + ']'.repeat(depth));
      expect(around.statusCode).toBe(400);
    }
  });
});

test('the limit of /ingest is its own', async () => {
  const small = await anIngestApi({ ingestRateLimitMax: 2, rateLimit: { max: 3 } });
  const codes = [];
  for (let i = 0; i < 3; i++) codes.push((await small.push(anEvent())).statusCode);
  expect(codes).toEqual([202, 202, 429]);
  const refused = await small.push(anEvent());
  expect(refused.json().code).toBe('RATE_LIMITED');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  for (let i = 0; i < 3; i++) expect((await small.get('/events')).statusCode).toBe(200);
  expect((await small.get('/events')).statusCode).toBe(429);
  await small.clock.advance(60_000);
  expect((await small.push(anEvent())).statusCode).toBe(202);
  await small.server.stop();
});

describe('GET /events', () => {
  const ids = (answer: { json(): { events: { id: string }[] } }) => answer.json().events.map(({ id }) => id);

  async function fill(count: number) {
    for (let i = 0; i < count; i++) {
      await api.push(anEvent({ id: `e-${i}`, source: i % 2 === 0 ? 'even' : 'odd' }));
      // Three of them in each instant.
      if (i % 3 === 2) await api.clock.advance(1_000);
    }
  }

  test('shows the newest first, all of them once, page by page', async () => {
    await fill(11);
    const all = ids(await api.get('/events'));
    expect(all).toHaveLength(11);
    const paged: string[] = [];
    let path: string | undefined = '/events?limit=2';
    let pages = 0;
    while (path !== undefined) {
      const answer = await api.get(path);
      paged.push(...ids(answer));
      const { nextCursor } = answer.json();
      expect(answer.headers.link === undefined).toBe(nextCursor === null);
      path = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1];
      pages++;
    }
    expect(paged).toEqual(all);
    expect(pages).toBe(6);
  });

  test('keeps a page of large events small, and loses none', async () => {
    const note = 'x'.repeat(250_000);
    for (let i = 0; i < 45; i++) await api.push(anEvent({ id: `l-${i}`, data: { ...anEvent().data, note } }));
    const first = await api.get('/events');
    expect(first.body.length).toBeLessThan(9 * 2 ** 20);
    const rest = await api.get(`/events?cursor=${first.json().nextCursor}`);
    expect(new Set([...ids(first), ...ids(rest)]).size).toBe(45);
    expect(rest.json().nextCursor).toBeNull();
  });

  test('reads more than one look into the log brings', async () => {
    await api.push(Array.from({ length: 300 }, (_, i) => anEvent({ id: i })));
    expect(new Set(ids(await api.get('/events?limit=299'))).size).toBe(299);
    const all = await api.get('/events?limit=300');
    expect([ids(all).length, all.json().nextCursor]).toEqual([300, null]);
  });

  test('narrows by source, type and time', async () => {
    const from = api.clock.now();
    await fill(6);
    const at = (ms: number) => encodeURIComponent(new Date(from + ms).toISOString());
    expect(ids(await api.get('/events?source=odd')).sort()).toEqual(['e-1', 'e-3', 'e-5']);
    expect(ids(await api.get('/events?eventType=race_result'))).toEqual([]);
    expect(ids(await api.get(`/events?since=${at(1_000)}`)).sort()).toEqual(['e-3', 'e-4', 'e-5']);
    expect(ids(await api.get(`/events?until=${at(1_000)}`)).sort()).toEqual(['e-0', 'e-1', 'e-2']);
    expect(ids(await api.get(`/events?since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z`))).toHaveLength(
      6,
    );
  });

  const BAD = [
    'limit=0',
    'limit=501',
    'since=yesterday',
    'since=2026-01-03',
    'since=0000-01-01T00:00:00Z',
    'until=10000-01-01T00:00:00Z',
    'cursor=x',
    `cursor=${Buffer.from('[1e300,"ev_a"]').toString('base64url')}`,
    `cursor=${Buffer.from('[-1,"ev_a"]').toString('base64url')}`,
    `cursor=${Buffer.from('[1,"\\u0000"]').toString('base64url')}`,
    'source=a%20b',
    'eventType=%00',
    'order=asc',
  ];
  for (const query of BAD)
    test(`?${query} is refused`, async () => {
      const answer = await api.get(`/events?${query}`);
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'VALIDATION_FAILED']);
    });

  test('a match under a name that nobody knows is not found', async () => {
    const answer = await api.get('/events?matchId=espn:1');
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'MATCH_NOT_FOUND']);
  });

  test('may be for readers with a token alone', async () => {
    const guarded = await anIngestApi({ eventsReadAuth: true });
    expect((await guarded.get('/events')).statusCode).toBe(401);
    expect(
      (await guarded.get('/events', { authorization: `Bearer ${guarded.token('ingest')}` })).statusCode,
    ).toBe(403);
    expect(
      (await guarded.get('/events', { authorization: `Bearer ${guarded.token('read')}` })).statusCode,
    ).toBe(200);
    expect((await guarded.get('/api/v1/events/types')).statusCode).toBe(200);
    await guarded.server.stop();
  });
});

test('GET /api/v1/events/types tells what may be pushed, and its examples may be', async () => {
  const { types } = (await api.get('/api/v1/events/types')).json();
  expect(types).toHaveLength(5);
  for (const { id, example, schema, builtIn } of types) {
    expect([builtIn, schema.type]).toEqual([true, 'object']);
    expect((await api.push(anEvent({ eventType: id, data: example }))).statusCode).toBe(202);
  }
});

describe('dead letters', () => {
  const headers = { authorization: api.authorization };
  const url = '/api/v1/feed/dead-letters';
  const retry = (payload: object, given = headers) =>
    api.send({ method: 'POST', url, headers: given, payload });

  test('are shown newest first, with their events', async () => {
    await api.push(anEvent({ id: 'x' }));
    for (const id of [3, 5, 4]) api.events.bury(id);
    const first = (await api.get(`${url}?limit=2`, headers)).json();
    expect(first.deadLetters.map(({ id }: { id: number }) => id)).toEqual([5, 4]);
    expect(first.deadLetters[0]).toMatchObject({
      consumer: 'views',
      code: 'EVENT_INVALID',
      event: { id: 'x', data: anEvent().data },
    });
    const rest = (await api.get(`${url}?limit=2&cursor=${first.nextCursor}`, headers)).json();
    expect(rest.deadLetters.map(({ id }: { id: number }) => id)).toEqual([3]);
    expect(rest.nextCursor).toBeNull();
  });

  test('get another try', async () => {
    await api.push(anEvent());
    for (const id of [3, 4]) api.events.bury(id);
    expect((await retry({ ids: [4, 4, 99] })).json()).toEqual({ asked: 2, retried: 1, unknown: 1 });
    expect(api.events.letters.map(({ id }) => id)).toEqual([3]);
  });

  for (const payload of [
    {},
    { ids: [] },
    { ids: [0] },
    { ids: ['1'] },
    { ids: [1.5] },
    { ids: Array(1_001).fill(1) },
    { ids: [1], all: true },
  ])
    test(`${JSON.stringify(payload).slice(0, 30)} is refused`, async () => {
      expect((await retry(payload)).statusCode).toBe(400);
    });

  test('are for operators', async () => {
    const reader = { authorization: `Bearer ${api.token('ingest read')}` };
    expect((await api.get(url)).statusCode).toBe(401);
    expect((await api.get(url, reader)).statusCode).toBe(403);
    expect((await retry({ ids: [1] }, reader)).statusCode).toBe(403);
    expect(
      (await api.get(`${url}?cursor=${Buffer.from('[1.5,"letter"]').toString('base64url')}`, headers))
        .statusCode,
    ).toBe(400);
  });
});
