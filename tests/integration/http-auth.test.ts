import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { anApi, JWT_SECRET, tokenMaker } from '../support/api.ts';

const api = anApi();
const now = Math.floor(api.clock.now() / 1000);
const good = {
  sub: 'alice',
  scope: 'operator',
  iss: 'touchline',
  aud: 'touchline-api',
  iat: now,
  exp: now + 60,
};

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token made by hand, so that it can be wrong in any way. */
function token(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }, secret = JWT_SECRET): string {
  const { alg } = header as { alg: string };
  const text = `${base64(header)}.${base64(claims)}`;
  if (alg === 'none') return `${text}.`;
  const hash = `sha${alg.slice(2)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

const without = (claim: keyof typeof good): object =>
  Object.fromEntries(Object.entries(good).filter(([name]) => name !== claim));

const update = (authorization?: string) =>
  api.send({
    method: 'POST',
    url: '/api/polling/update',
    headers: authorization === undefined ? {} : { authorization },
    payload: { taskId: 'espn/scores:epl', interval: 500 },
  });

beforeAll(() => api.app.ready());
beforeEach(() => {
  api.asked.length = 0;
});
afterAll(() => api.server.stop());

const REFUSED: readonly { name: string; given: string | undefined; expected: [number, string, RegExp] }[] = [
  { name: 'no header', given: undefined, expected: [401, 'TOKEN_MISSING', /^Bearer realm="touchline"$/] },
  { name: 'another scheme', given: 'Basic YTpi', expected: [401, 'TOKEN_MISSING', /^Bearer/] },
  { name: 'nothing after Bearer', given: 'Bearer ', expected: [401, 'TOKEN_MISSING', /^Bearer/] },
  {
    name: 'two tokens',
    given: `Bearer ${token(good)} ${token(good)}`,
    expected: [401, 'TOKEN_MISSING', /^Bearer/],
  },
  ...(
    [
      ['garbage', 'garbage'],
      ['three empty parts', '..'],
      ['odd Unicode', 'é.ü.☃'],
      ['a huge one', 'a'.repeat(8_000)],
      ['no signature', token(good).replace(/[^.]*$/, '')],
      ['another secret', token(good, { alg: 'HS256' }, 'somebody else’s secret')],
      ['a changed payload', token(good).replace(/\.[^.]*\./, `.${base64({ ...good, sub: 'mallory' })}.`)],
      ['algorithm none', token(good, { alg: 'none' })],
      [
        'algorithm None',
        token(good, { alg: 'none', typ: 'JWT' }).replace(base64({ alg: 'none' }), base64({ alg: 'None' })),
      ],
      ['algorithm HS512', token(good, { alg: 'HS512' })],
      ['algorithm HS384', token(good, { alg: 'HS384' })],
      ['another issuer', token({ ...good, iss: 'elsewhere' })],
      ['no issuer', token(without('iss'))],
      ['another audience', token({ ...good, aud: 'elsewhere' })],
      ['no audience', token(without('aud'))],
      ['no expiry', token(without('exp'))],
      ['an expiry in words', token({ ...good, exp: 'tomorrow' })],
      ['no subject', token(without('sub'))],
      ['an empty subject', token({ ...good, sub: '' })],
      ['a subject that is no text', token({ ...good, sub: { name: 'alice' } })],
      ['scopes as a list', token({ ...good, scope: ['operator'] })],
      ['not valid yet', token({ ...good, nbf: now + 30 })],
    ] as const
  ).map(([name, text]) => ({
    name,
    given: `Bearer ${text}`,
    expected: [401, 'TOKEN_INVALID', /error="invalid_token"/] as [number, string, RegExp],
  })),
  {
    name: 'expired',
    given: `Bearer ${token({ ...good, exp: now - 1 })}`,
    expected: [401, 'TOKEN_EXPIRED', /error="invalid_token"/],
  },
  ...[undefined, '', 'read', 'operators', 'OPERATOR', 'read,operator'].map((scope) => ({
    name: `scope ${scope}`,
    given: `Bearer ${token({ ...good, scope })}`,
    expected: [403, 'SCOPE_MISSING', /error="insufficient_scope", scope="operator"/] as [
      number,
      string,
      RegExp,
    ],
  })),
];

describe('refused', () => {
  for (const { name, given, expected } of REFUSED) {
    const [status, code, challenge] = expected;
    test(`${name}: ${status} ${code}`, async () => {
      const answer = await update(given);
      expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
      expect(answer.headers['www-authenticate']).toMatch(challenge);
      expect(answer.body).not.toContain(JWT_SECRET);
      expect(api.asked).toEqual([]);
    });
  }

  test('before the body is read', async () => {
    const answer = await api.send({
      method: 'POST',
      url: '/api/polling/update',
      headers: { 'content-type': 'text/plain' },
      payload: 'x'.repeat(100_000),
    });
    expect(answer.statusCode).toBe(401);
  });
});

describe('let in', () => {
  const LET_IN: readonly [string, string][] = [
    ['one scope', `Bearer ${token(good)}`],
    ['several scopes', `Bearer ${token({ ...good, scope: 'read operator ingest' })}`],
    ['several audiences', `Bearer ${token({ ...good, aud: ['other', 'touchline-api'] })}`],
    ['the scheme in lower case', `bearer ${token(good)}`],
  ];
  for (const [name, header] of LET_IN)
    test(name, async () => {
      const answer = await update(header);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ taskCount: 2, tasks: [{ taskId: 'espn/scores:epl' }, {}] });
      expect(api.asked).toEqual([{ change: { taskId: 'espn/scores:epl', interval: 500 }, actor: 'alice' }]);
    });

  test('until the second it expires in', async () => {
    const header = `Bearer ${token({ ...good, exp: now + 2 })}`;
    await api.clock.advance(1_900);
    expect((await update(header)).statusCode).toBe(200);
    await api.clock.advance(200);
    expect((await update(header)).json().code).toBe('TOKEN_EXPIRED');
  });

  test('again and again, and each token for itself', async () => {
    const tokens = [good, { ...good, sub: 'bob' }, { ...good, scope: 'read' }].map((claims) => token(claims));
    const codes: number[] = [];
    for (let i = 0; i < 600; i++) {
      const own = token({ ...good, sub: `user-${i}` });
      codes.push((await update(`Bearer ${own}`)).statusCode);
    }
    expect(new Set(codes)).toEqual(new Set([200]));
    api.asked.length = 0;
    for (let i = 0; i < 2; i++)
      expect(
        await Promise.all(tokens.map(async (one) => (await update(`Bearer ${one}`)).statusCode)),
      ).toEqual([200, 200, 403]);
    expect(api.asked.map(({ actor }) => actor)).toEqual(['alice', 'bob', 'alice', 'bob']);
  });

  test('with issuer and audience of one’s own', async () => {
    const own = anApi({ issuer: 'us', audience: 'them' });
    const ask = (claims: object) =>
      own.send({
        method: 'POST',
        url: '/api/polling/update',
        headers: { authorization: `Bearer ${token(claims)}` },
        payload: { scope: { sport: 'soccer', league: 'epl' }, kind: 'scores', interval: null },
      });
    expect((await ask(good)).statusCode).toBe(401);
    expect((await ask({ ...good, iss: 'us', aud: 'them' })).statusCode).toBe(200);
    expect(own.asked).toEqual([
      {
        change: { scope: { sport: 'soccer', league: 'epl' }, kind: 'scores', interval: null },
        actor: 'alice',
      },
    ]);
    await own.server.stop();
  });
});

describe('bun run token', () => {
  const run = async (...args: string[]) => {
    const child = Bun.spawn(['bun', 'scripts/token.ts', ...args], {
      env: { ...process.env, JWT_SECRET },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, error, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { out: out.trim(), error, code };
  };

  test('prints a token that the server takes', async () => {
    const { out, code } = await run('--scope', 'operator', '--subject', 'bob', '--ttl', '15m');
    expect(code).toBe(0);
    const claims = JSON.parse(Buffer.from(out.split('.')[1] as string, 'base64url').toString());
    expect(claims).toMatchObject({ sub: 'bob', scope: 'operator', iss: 'touchline', aud: 'touchline-api' });
    expect(claims.exp - claims.iat).toBe(900);
    expect(out).toBe((await tokenMaker())(claims));
  });

  for (const args of [[], ['--scope', 'everything'], ['--scope', 'operator', '--ttl', 'soon'], ['--what']])
    test(`refuses ${args.join(' ') || 'nothing'} with the usage`, async () => {
      const { out, error, code } = await run(...args);
      expect([out, code]).toEqual(['', 1]);
      expect(error).toContain('Usage: bun run token');
    });
});
