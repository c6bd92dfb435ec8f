import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { connect } from 'node:net';
import fc from 'fast-check';
import { ERROR_CODES } from '../../src/http/error-codes.ts';
import { operatorToken } from '../support/operator-token.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

const JWT_SECRET = 'request-test-3d8f1a6c2e9b4750d1c8e3f7';

let server: RunningApp;
let token: string;
let matchId: string;
beforeAll(async () => {
  server = await runningApp({ PROVIDERS: 'simulated', JWT_SECRET, ALLOWED_ORIGINS: 'https://a.example' });
  token = await operatorToken(JWT_SECRET, 'fuzz');
  matchId = await until('a match is known', async () => {
    const { matches } = await server.get<{ matches: { matchId: string }[] }>('/api/matches?limit=1');
    return matches[0]?.matchId;
  });
});
afterAll(() => server.stop());

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

interface Got {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Sends the bytes as they are: a client library would refuse or mend half of them. `undefined`: no answer, closed. */
function send({ method, target, headers, body }: Sent): Promise<Got | undefined> {
  const { hostname, port } = new URL(server.url);
  const head = [
    `${method} ${target} HTTP/1.1`,
    'host: touchline',
    'connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body.length > 0 ? [`content-length: ${body.length}`] : []),
  ];
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]));
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    // A socket that was opened as a WebSocket would stay.
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on('close', () => resolve(parsed(Buffer.concat(chunks).toString())));
  });
}

const NO_CHUNKS = '0\r\n\r\n';

function parsed(text: string): Got | undefined {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
  if (!status) return undefined;
  const end = text.indexOf('\r\n\r\n');
  const type = /^content-type: (.+)\r$/im.exec(text.slice(0, end + 2))?.[1] ?? '';
  const body = text.slice(end + 4);
  return { status, type, body: body === NO_CHUNKS ? '' : body };
}

const ODD = [
  '',
  '%',
  '%00',
  '%ff%fe',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  'a'.repeat(3_000),
  '__proto__',
  'constructor',
  "'; drop table matches; --",
  '<script>',
  '\u0000',
  '💥',
  'ﷺ',
  '\ud800',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '9'.repeat(400),
  '2026-02-30',
  '0000-00-00T99:99:99Z',
  '::::',
  'espn:',
  'espn:%',
  '[]',
  '{}',
  '$(id)',
  '*',
];
const odd = () => fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 40 }));

const written = (text: string) =>
  // What cannot stand in a request line at all is left to the test of broken bytes.
  [...Buffer.from(text, 'utf8')]
    .map((byte) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `%${byte.toString(16)}`))
    .join('');

const segment = () =>
  fc.oneof(
    odd().map(written),
    fc.constantFrom('api', 'scores', 'markets', 'matches', 'history', 'polling', 'live', 'docs', 'soccer'),
  );
const route = () =>
  fc.oneof(
    fc.constantFrom(
      '/health',
      '/livez',
      '/readyz',
      '/metrics',
      '/openapi.json',
      '/docs',
      '/docs/static/',
      '/api/sports',
      '/api/matches',
      '/api/scores',
      '/api/markets/football',
      '/api/providers/health',
      '/api/polling/status',
      '/api/polling/update',
    ),
    segment().map((one) => `/api/scores/${one}`),
    segment().map((one) => `/api/markets/${one}`),
    segment().map((one) => `/api/matches/${one}`),
    segment().map((one) => `/api/matches/${one}/history`),
    segment().map((one) => `/live/${one}`),
    segment().map((one) => `/docs/static/${one}`),
    fc.constant('known').map(() => `/api/matches/${matchId}/history`),
    fc.constant('known').map(() => `/api/scores/${matchId}`),
    fc.array(segment(), { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
    odd().map(written),
  );
const PARAMETERS = [
  'sport',
  'league',
  'status',
  'date',
  'limit',
  'cursor',
  'kind',
  'since',
  'market',
  'format',
  'minConfidence',
  'maxAge',
  'markets',
  'marketsSince',
];
const query = () =>
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...PARAMETERS), odd()), odd()), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, value]) => `${written(name)}=${written(value)}`).join('&'));

const HEADERS: readonly (readonly [string, string])[] = [
  ['accept', 'text/html'],
  ['accept-encoding', 'br;q=nonsense, , *;q=9'],
  ['if-none-match', '"'],
  ['if-none-match', '*'],
  ['if-none-match', `"${'x'.repeat(2_000)}"`],
  ['origin', 'https://evil.example'],
  ['origin', 'null'],
  ['authorization', 'Bearer'],
  ['authorization', 'Bearer a.b.c'],
  ['authorization', `Bearer ${'x'.repeat(4_000)}`],
  ['authorization', 'Basic dXNlcjpwYXNz'],
  ['content-type', 'application/json'],
  ['content-type', 'application/json; charset=utf-7'],
  ['content-type', 'application/xml'],
  ['content-type', 'multipart/form-data; boundary='],
  ['content-type', ';;;'],
  ['content-encoding', 'gzip'],
  ['x-forwarded-for', '999.1.1.1, ::1'],
  ['x-request-id', '<b>'],
  ['x-request-id', 'x'.repeat(5_000)],
  ['range', 'bytes=9-1'],
  ['expect', 'nonsense'],
  ['upgrade', 'websocket'],
  ['upgrade', 'h2c'],
  ['sec-websocket-version', '13'],
  ['sec-websocket-key', 'short'],
  ['transfer-encoding', 'identity'],
  ['cookie', 'a=b; __proto__=c'],
  ['access-control-request-method', 'DELETE'],
];
const header = () =>
  fc.oneof(
    fc.constantFrom(...HEADERS),
    fc.constant('ours').map(() => ['authorization', `Bearer ${token}`] as const),
    fc.tuple(fc.constantFrom('x-odd', 'accept', 'since', 'range'), odd().map(written)),
  );

const BODIES = [
  '{"__proto__":{"interval":1}}',
  '{"interval":',
  `{"scope":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
  `"${'x'.repeat(70_000)}"`,
  '{"taskId":"espn:scores:nba","interval":250}',
  '{"scope":{},"interval":1e999}',
  '\ufeff{}',
];
const body = () =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(Buffer.alloc(0)) },
    {
      weight: 2,
      arbitrary: fc
        .record(
          {
            taskId: fc.oneof(odd(), fc.jsonValue()),
            scope: fc.oneof(
              fc.record({ sport: odd(), league: odd(), matchId: odd() }, { requiredKeys: [] }),
              fc.jsonValue(),
            ),
            kind: fc.oneof(fc.constantFrom('scores', 'markets'), fc.jsonValue()),
            interval: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(null, '5', [], {}, true)),
          },
          { requiredKeys: [] },
        )
        .map((value) => Buffer.from(JSON.stringify(value))),
    },
    { weight: 1, arbitrary: fc.constantFrom(...BODIES).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );

const anyRequest: fc.Arbitrary<Sent> = fc.record({
  method: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('GET', 'POST') },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW') },
  ),
  target: fc.tuple(route(), query()).map(([path, text]) => (text === '' ? path : `${path}?${text}`)),
  headers: fc.array(header(), { maxLength: 4 }),
  body: body(),
});

const OWN: Readonly<Record<string, readonly string[]>> = {
  '/api/matches': ['sport', 'league', 'status', 'date', 'limit', 'cursor'],
  '/api/scores': ['sport', 'league', 'status', 'limit', 'cursor'],
  '/api/markets/football': ['league', 'market', 'format', 'minConfidence', 'maxAge', 'limit', 'cursor'],
  '/api/polling/status': ['limit', 'cursor'],
  '/api/matches/known/history': ['kind', 'since', 'limit'],
  '/live/known': ['since', 'markets', 'marketsSince'],
};
const CLOSE = [
  '1',
  '0',
  '-1',
  '500',
  'soccer',
  'live',
  'e:1',
  'e:9007199254740993',
  'MTow',
  'h2h',
  'decimal',
  '1',
];

/** All in order but for one parameter, or for what a change of polling says. */
const nearlyGood: fc.Arbitrary<Sent> = fc.oneof(
  fc.constantFrom(...Object.entries(OWN)).chain(([path, names]) =>
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.oneof(odd(), fc.constantFrom(...CLOSE))), {
        selector: ([name]) => name,
        maxLength: 3,
      })
      .map((pairs) => ({
        method: 'GET',
        target: `${path.replace('known', matchId)}?${new URLSearchParams(
          pairs.map(([name, value]): [string, string] => [name, value]),
        )}`,
        headers: [],
        body: Buffer.alloc(0),
      })),
  ),
  body().map((sent) => ({
    method: 'POST',
    target: '/api/polling/update',
    headers: [['authorization', `Bearer ${token}`] as const, ['content-type', 'application/json'] as const],
    body: sent,
  })),
);

const PROBLEM = 'application/problem+json';
const STACK = /\n\s+at |node_modules|\/src\/|\.ts:\d|SyntaxError|TypeError|select .+ from/i;

function judge(sent: Sent, got: Got | undefined): void {
  if (got === undefined) return;
  const shown = `${sent.method} ${sent.target} → ${got.status} ${got.type} ${got.body.slice(0, 200)}`;
  if (got.status >= 500) throw new Error(shown);
  if (got.status < 400) return;
  if (STACK.test(got.body.replaceAll(sent.target, ''))) throw new Error(shown);
  // The answer to HEAD has no body, and a broken message may be closed without one.
  if (sent.method === 'HEAD' || got.body === '') return;
  if (got.type !== PROBLEM) throw new Error(shown);
  const problem = JSON.parse(got.body) as { status: number; code: string; requestId: string };
  expect(problem.status).toBe(got.status);
  expect(ERROR_CODES[problem.code as keyof typeof ERROR_CODES]?.status).toBe(got.status as never);
}

test('1,500 hostile requests: never our fault, never a stack, always a problem with a code', async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anyRequest, nearlyGood), { minLength: 15, maxLength: 15 }),
      async (batch) => {
        const answers = await Promise.all(batch.map(send));
        answers.forEach((got, i) => {
          statuses.set(got?.status ?? 0, (statuses.get(got?.status ?? 0) ?? 0) + 1);
          judge(batch[i] as Sent, got);
        });
      },
    ),
    {
      numRuns: 100,
      seed: 20260103,
      endOnFailure: true,
    },
  );
  for (const status of [200, 400, 404, 405, 413, 415, 426])
    expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
  expect((await server.get<{ status: string }>('/health')).status).toBe('ok');
});
