import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** What is sent, and the answer that it must get. */
export interface HostileRequest {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly expected: `${number} ${string}`;
}

export const EVENTS_SECRET = 'faults-the-secret-of-match-events';
const ACME_KEY = Buffer.from('twenty-four bytes of key');
export const ACME_SECRET = `whsec_${ACME_KEY.toString('base64')}`;

const JSON_TYPE = { 'content-type': 'application/json' };
const MATCH = {
  matchId: 'hostile',
  sport: 'soccer',
  homeTeam: 'A',
  awayTeam: 'B',
  homeScore: 1,
  awayScore: 0,
};
const EVENT = { source: 'hostile', eventType: 'live_score', id: 'h-1', data: MATCH };
const GOOD = JSON.stringify(EVENT);
const GOAL = JSON.stringify({
  matchId: 'hostile',
  id: 'g',
  type: 'goal',
  team: 'home',
  homeScore: 1,
  awayScore: 0,
});
const MIB = 2 ** 20;

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const withData = (data: string) => `{"source":"hostile","eventType":"live_score","data":${data}}`;
const bent = (part: object) => JSON.stringify({ ...EVENT, ...part });

/** Requests to `/ingest` with a good token. */
export function hostileEvents(token: string): HostileRequest[] {
  const table: readonly (readonly [
    string,
    string | Buffer,
    `${number} ${string}`,
    Record<string, string>?,
  ])[] = [
    ['cut off', GOOD.slice(0, -7), '400 MALFORMED_JSON'],
    ['cut off inside a batch', `[${GOOD},${GOOD.slice(0, 30)}`, '400 MALFORMED_JSON'],
    ['empty', '', '400 MALFORMED_JSON'],
    [
      'not UTF-8',
      Buffer.concat([Buffer.from('{"source":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      '400 MALFORMED_JSON',
    ],
    ['nothing but brackets', '['.repeat(200_000), '400 MALFORMED_JSON'],
    ['larger than 8 MiB', withData(`{"x":"${'x'.repeat(8 * MIB)}"}`), '413 BODY_TOO_LARGE'],
    [
      'data larger than 256 KiB',
      withData(`{"matchId":"m","x":"${'x'.repeat(MIB / 2)}"}`),
      '400 EVENT_INVALID',
    ],
    ['5,001 events', `[${Array(5_001).fill('0').join(',')}]`, '413 BODY_TOO_LARGE'],
    ['nested 100 deep', withData(nested(100)), '400 EVENT_INVALID'],
    ['nested 50,000 deep', withData(nested(50_000)), '400 EVENT_INVALID'],
    ['a number for the source', bent({ source: 7 }), '400 EVENT_INVALID'],
    ['a list for data', bent({ data: [] }), '400 EVENT_INVALID'],
    ['null for data', bent({ data: null }), '400 EVENT_INVALID'],
    ['text for a score', bent({ data: { ...MATCH, homeScore: 'two' } }), '400 EVENT_INVALID'],
    ['a negative score', bent({ data: { ...MATCH, homeScore: -1 } }), '400 EVENT_INVALID'],
    [
      'a number no double holds',
      withData('{"matchId":"m","homeScore":1e999,"awayScore":0}'),
      '400 EVENT_INVALID',
    ],
    ['an unknown type', bent({ eventType: 'constructor' }), '400 EVENT_TYPE_UNKNOWN'],
    ['__proto__ in the event', `{"__proto__":{"admin":true},${GOOD.slice(1)}`, '400 EVENT_INVALID'],
    ['__proto__ in data', withData('{"matchId":"m","__proto__":{"admin":true}}'), '400 EVENT_INVALID'],
    [
      'constructor.prototype in data',
      withData('{"matchId":"m","constructor":{"prototype":{}}}'),
      '400 EVENT_INVALID',
    ],
    ['NUL in data', withData('{"matchId":"m\\u0000","homeScore":0,"awayScore":0}'), '400 EVENT_INVALID'],
    ['half a surrogate pair as id', bent({ id: '\ud800' }), '400 EVENT_INVALID'],
    ['a batch of nonsense', '[1,null,"x",[],{}]', '400 EVENTS_REJECTED'],
    [
      'charset utf-16',
      GOOD,
      '415 UNSUPPORTED_MEDIA_TYPE',
      { 'content-type': 'application/json; charset=utf-16' },
    ],
    [
      'a form',
      'source=hostile',
      '415 UNSUPPORTED_MEDIA_TYPE',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['XML', '<a/>', '415 UNSUPPORTED_MEDIA_TYPE', { 'content-type': 'application/xml' }],
    [
      'a gzip bomb of 256 MiB',
      gzipSync(Buffer.alloc(256 * MIB)),
      '413 BODY_TOO_LARGE',
      { 'content-encoding': 'gzip' },
    ],
    [
      'gzip that is cut off',
      gzipSync(GOOD).subarray(0, 40),
      '400 MALFORMED_JSON',
      { 'content-encoding': 'gzip' },
    ],
    ['gzip that is none', GOOD, '400 MALFORMED_JSON', { 'content-encoding': 'gzip' }],
    ['brotli', GOOD, '415 UNSUPPORTED_MEDIA_TYPE', { 'content-encoding': 'br' }],
    ['no token', GOOD, '401 TOKEN_MISSING', { authorization: '' }],
    [
      'a token of another secret',
      GOOD,
      '401 TOKEN_INVALID',
      { authorization: `Bearer ${token.slice(0, -4)}AAAA` },
    ],
    ['a key with a space', GOOD, '400 VALIDATION_FAILED', { 'idempotency-key': 'a b' }],
  ];
  return table.map(([name, body, expected, headers]) => ({
    name,
    path: '/ingest',
    headers: { ...JSON_TYPE, authorization: `Bearer ${token}`, ...headers },
    body,
    expected,
  }));
}

const hex = (body: string, secret = EVENTS_SECRET) => createHmac('sha256', secret).update(body).digest('hex');

const ACME = JSON.stringify({
  match: { id: 'm', home: 'A', away: 'B', kickoff: '2026-01-03T15:00:00Z' },
  incidents: [],
});

function standard(at: number, id = 'msg_hostile', body = ACME): Record<string, string> {
  const signature = createHmac('sha256', ACME_KEY).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

/** Requests to webhooks; the first delivery of `msg_replayed` is a good one that the caller has sent before. */
export function hostileDeliveries(now: number): HostileRequest[] {
  const events = '/api/v1/webhooks/match-events';
  const acme = '/api/v1/webhooks/acme-live';
  const table: readonly (readonly [string, string, string, Record<string, string>, `${number} ${string}`])[] =
    [
      ['no signature', events, GOAL, {}, '401 SIGNATURE_MISSING'],
      ['another secret', events, GOAL, { 'x-signature': hex(GOAL, 'guess') }, '401 SIGNATURE_INVALID'],
      [
        'a signature that is cut off',
        events,
        GOAL,
        { 'x-signature': hex(GOAL).slice(0, 40) },
        '401 SIGNATURE_INVALID',
      ],
      [
        'white space that was not signed',
        events,
        GOAL.replaceAll(',', ', '),
        { 'x-signature': hex(GOAL) },
        '401 SIGNATURE_INVALID',
      ],
      ['one byte more', events, `${GOAL}\n`, { 'x-signature': hex(GOAL) }, '401 SIGNATURE_INVALID'],
      ['signed nonsense', events, '{"a":', { 'x-signature': hex('{"a":') }, '400 FEED_BODY_INVALID'],
      [
        'signed __proto__',
        events,
        '{"__proto__":{}}',
        { 'x-signature': hex('{"__proto__":{}}') },
        '400 FEED_BODY_INVALID',
      ],
      ['signed, of the wrong shape', events, '7', { 'x-signature': hex('7') }, '422 FEED_MAPPING_FAULT'],
      [
        'signed, packed',
        events,
        GOAL,
        { 'x-signature': hex(GOAL), 'content-encoding': 'gzip' },
        '415 UNSUPPORTED_MEDIA_TYPE',
      ],
      ['six minutes late', acme, ACME, standard(now - 360), '401 SIGNATURE_EXPIRED'],
      ['six minutes early', acme, ACME, standard(now + 360), '401 SIGNATURE_EXPIRED'],
      [
        'the time changed after signing',
        acme,
        ACME,
        { ...standard(now), 'webhook-timestamp': String(now - 1) },
        '401 SIGNATURE_INVALID',
      ],
      [
        'the id changed after signing',
        acme,
        ACME,
        { ...standard(now), 'webhook-id': 'msg_other' },
        '401 SIGNATURE_INVALID',
      ],
      ['no such feed', '/api/v1/webhooks/__proto__', GOAL, { 'x-signature': hex(GOAL) }, '404 FEED_UNKNOWN'],
    ];
  return table.map(([name, path, body, headers, expected]) => ({
    name,
    path,
    headers: { ...JSON_TYPE, ...headers },
    body,
    expected,
  }));
}

/** A good delivery, to be sent twice: the second time it must be a duplicate. */
export function goodDelivery(now: number): Omit<HostileRequest, 'expected'> {
  const body = ACME.replace('"incidents":[]', `"incidents":[${INCIDENT}]`);
  return {
    name: 'replayed',
    path: '/api/v1/webhooks/acme-live',
    headers: { ...JSON_TYPE, ...standard(now, 'msg_replayed', body) },
    body,
  };
}

const INCIDENT =
  '{"id":1,"revision":1,"kind":"GOAL","at":"2026-01-03T15:10:00Z","side":"H","player":"X","minute":10,"score":[1,0]}';
