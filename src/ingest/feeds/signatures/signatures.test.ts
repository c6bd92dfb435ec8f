import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { epochMs } from '../../../domain/time.ts';
import type { FeedDeclaration, FeedDocument, SignatureScheme } from '../../../ports/feed-declaration.ts';
import { verifierOf } from '../verifier.ts';

/** HMAC by its definition (RFC 2104), so that the code under test is not its own judge. */
function definedHmac(key: Uint8Array, message: Uint8Array): Buffer {
  const sha = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const block = Buffer.alloc(64);
  (key.length > 64 ? sha(key) : Buffer.from(key)).copy(block);
  return sha(
    block.map((byte) => byte ^ 0x5c),
    sha(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
}

const NOW = 1_767_452_400;
const SECRET = 'a secret of the feed, é and all';
const OTHER = 'another secret';
const WHSEC = `whsec_${Buffer.from('twenty-four bytes of key').toString('base64')}`;
const OTHER_WHSEC = `whsec_${Buffer.from('another twenty-four byte').toString('base64')}`;
const BODY = '{"event":"goal","player":"Núñez"}';

interface Signing {
  readonly secret: string;
  readonly body: string;
  readonly time: number;
}
type Headers = Record<string, string>;

interface Case {
  readonly scheme: SignatureScheme;
  readonly options?: Partial<FeedDeclaration['signature']>;
  readonly secrets: readonly [string, string];
  readonly isTimed: boolean;
  readonly signature: string;
  readonly sign: (signing: Signing) => Headers;
  /** The digest of the signature header in another version, or under another name. */
  readonly unknownVersion: (headers: Headers) => Headers;
}

const digest = (secret: string, text: string, encoding: 'hex' | 'base64') =>
  definedHmac(Buffer.from(secret), Buffer.from(text)).toString(encoding);
const keyed = (secret: string, text: string) =>
  definedHmac(Buffer.from(secret.slice(6), 'base64'), Buffer.from(text)).toString('base64');
const replaced = (name: string, from: string, to: string) => (headers: Headers) => ({
  ...headers,
  [name]: (headers[name] ?? '').replace(from, to),
});

const cases: readonly Case[] = [
  {
    scheme: 'hmac-hex',
    secrets: [SECRET, OTHER],
    isTimed: false,
    signature: 'x-signature',
    sign: ({ secret, body }) => ({ 'x-signature': digest(secret, body, 'hex') }),
    unknownVersion: (headers) => ({ 'x-signature': `sha512=${headers['x-signature']}` }),
  },
  {
    scheme: 'hmac-hex',
    options: { header: 'X-Acme' },
    secrets: [SECRET, OTHER],
    isTimed: false,
    signature: 'x-acme',
    sign: ({ secret, body }) => ({ 'x-acme': `sha256=${digest(secret, body, 'hex')}` }),
    unknownVersion: replaced('x-acme', 'sha256', 'md5'),
  },
  {
    scheme: 'hmac-base64',
    secrets: [SECRET, OTHER],
    isTimed: false,
    signature: 'x-shopify-hmac-sha256',
    sign: ({ secret, body }) => ({ 'x-shopify-hmac-sha256': digest(secret, body, 'base64') }),
    unknownVersion: (headers) => ({ 'x-shopify-hmac-sha256': `v2,${headers['x-shopify-hmac-sha256']}` }),
  },
  {
    scheme: 'github',
    secrets: [SECRET, OTHER],
    isTimed: false,
    signature: 'x-hub-signature-256',
    sign: ({ secret, body }) => ({ 'x-hub-signature-256': `sha256=${digest(secret, body, 'hex')}` }),
    unknownVersion: replaced('x-hub-signature-256', 'sha256=', ''),
  },
  {
    scheme: 'standard-webhooks',
    secrets: [WHSEC, OTHER_WHSEC],
    isTimed: true,
    signature: 'webhook-signature',
    sign: ({ secret, body, time }) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(time),
      'webhook-signature': `v1,${keyed(secret, `msg_1.${time}.${body}`)}`,
    }),
    unknownVersion: replaced('webhook-signature', 'v1,', 'v1a,'),
  },
  {
    scheme: 'svix',
    secrets: [WHSEC, OTHER_WHSEC],
    isTimed: true,
    signature: 'svix-signature',
    sign: ({ secret, body, time }) => ({
      'svix-id': 'msg_1',
      'svix-timestamp': String(time),
      'svix-signature': `v1,${keyed(secret, `msg_1.${time}.${body}`)}`,
    }),
    unknownVersion: replaced('svix-signature', 'v1,', 'v2,'),
  },
  {
    scheme: 'stripe',
    secrets: [SECRET, OTHER],
    isTimed: true,
    signature: 'stripe-signature',
    sign: ({ secret, body, time }) => ({
      'stripe-signature': `t=${time},v1=${digest(secret, `${time}.${body}`, 'hex')}`,
    }),
    unknownVersion: replaced('stripe-signature', 'v1=', 'v0='),
  },
  {
    scheme: 'timestamped-hex',
    options: { header: 'X-BDL-Webhook-Signature', timestampHeader: 'X-BDL-Webhook-Timestamp' },
    secrets: [SECRET, OTHER],
    isTimed: true,
    signature: 'x-bdl-webhook-signature',
    sign: ({ secret, body, time }) => ({
      'x-bdl-webhook-timestamp': String(time),
      'x-bdl-webhook-signature': `v1=${digest(secret, `${time}.${body}`, 'hex')}`,
    }),
    unknownVersion: replaced('x-bdl-webhook-signature', 'v1=', 'v2='),
  },
];

function judge(
  signature: Partial<FeedDeclaration['signature']> & { scheme: SignatureScheme },
  secrets: readonly string[],
  headers: Headers,
  body: string,
  now = NOW,
): string {
  const document: FeedDocument = {
    place: 'test',
    declaration: { id: 'acme', name: 'Acme', signature, preset: 'match-events' },
    secrets,
  };
  const verify = verifierOf(document, (place, message) => {
    throw new Error(`${place} ${message}`);
  });
  const verdict = verify({ headers, body: Buffer.from(body), now: epochMs(now * 1_000) });
  return verdict.ok ? 'valid' : verdict.code;
}

for (const { scheme, options = {}, secrets, isTimed, signature, sign, unknownVersion } of cases) {
  const [secret, other] = secrets;
  const declared = { scheme, ...options };
  const signed = sign({ secret, body: BODY, time: NOW });
  const given = signed[signature] ?? '';
  const verdict = (headers: Headers, body = BODY, now = NOW, known: readonly string[] = [secret]) =>
    judge(declared, known, headers, body, now);
  const late = isTimed ? 'SIGNATURE_EXPIRED' : 'valid';

  const table: readonly (readonly [name: string, got: string, expected: string])[] = [
    ['as signed', verdict(signed), 'valid'],
    ['another secret', verdict(signed, BODY, NOW, [other]), 'SIGNATURE_INVALID'],
    ['the first of two secrets', verdict(signed, BODY, NOW, [secret, other]), 'valid'],
    ['the second of two secrets', verdict(signed, BODY, NOW, [other, secret]), 'valid'],
    ['no secret at all', verdict(signed, BODY, NOW, []), 'SIGNATURE_INVALID'],
    ['no header', verdict({}), 'SIGNATURE_MISSING'],
    ['an empty header', verdict({ ...signed, [signature]: '' }), 'SIGNATURE_MISSING'],
    ['a digest cut short', verdict({ ...signed, [signature]: given.slice(0, -2) }), 'SIGNATURE_INVALID'],
    [
      'only its prefix',
      verdict({ ...signed, [signature]: given.slice(0, given.length > 64 ? -64 : -44) || 'v1,' }),
      'SIGNATURE_INVALID',
    ],
    ['one byte more', verdict({ ...signed, [signature]: `${given}00` }), 'SIGNATURE_INVALID'],
    [
      'no text of its alphabet',
      verdict({ ...signed, [signature]: given.replace(/.$/, 'é') }),
      'SIGNATURE_INVALID',
    ],
    ['sent again at once', verdict(signed), 'valid'],
    ['white space in the body', verdict(signed, BODY.replace(':', ': ')), 'SIGNATURE_INVALID'],
    ['a line end after the body', verdict(signed, `${BODY}\n`), 'SIGNATURE_INVALID'],
    ['an empty body', verdict(signed, ''), 'SIGNATURE_INVALID'],
    ['an empty body, signed', verdict(sign({ secret, body: '', time: NOW }), ''), 'valid'],
    ['another version', verdict(unknownVersion(signed)), 'SIGNATURE_INVALID'],
    ['five minutes late', verdict(signed, BODY, NOW + 300), 'valid'],
    ['five minutes early', verdict(signed, BODY, NOW - 300), 'valid'],
    ['later', verdict(signed, BODY, NOW + 301), late],
    ['earlier', verdict(signed, BODY, NOW - 301), late],
    [
      'late, and not signed',
      verdict({ ...signed, [signature]: given.slice(0, -2) }, BODY, NOW + 301),
      'SIGNATURE_INVALID',
    ],
  ];

  describe(`${scheme}${options.header ? ` in ${options.header}` : ''}`, () => {
    for (const [name, got, expected] of table) test(name, () => expect(got).toBe(expected));
  });
}

describe('encodings', () => {
  const hex = digest(SECRET, BODY, 'hex');
  const table: readonly (readonly [string, SignatureScheme, Headers, string])[] = [
    ['hexadecimal in capitals', 'hmac-hex', { 'x-signature': hex.toUpperCase() }, 'valid'],
    [
      'base64 where hexadecimal is meant',
      'hmac-hex',
      { 'x-signature': digest(SECRET, BODY, 'base64') },
      'SIGNATURE_INVALID',
    ],
    [
      'hexadecimal where base64 is meant',
      'hmac-base64',
      { 'x-shopify-hmac-sha256': hex },
      'SIGNATURE_INVALID',
    ],
    [
      'base64url',
      'hmac-base64',
      {
        'x-shopify-hmac-sha256': digest(SECRET, BODY, 'base64')
          .replace('=', '')
          .replaceAll('+', '-')
          .replaceAll('/', '_'),
      },
      'SIGNATURE_INVALID',
    ],
    [
      'two headers joined by the server',
      'hmac-hex',
      { 'x-signature': `${hex}, ${hex}` },
      'SIGNATURE_INVALID',
    ],
    [
      "GitHub's SHA-1 header alone",
      'github',
      { 'x-hub-signature': `sha1=${hex.slice(0, 40)}` },
      'SIGNATURE_MISSING',
    ],
  ];
  for (const [name, scheme, headers, expected] of table) {
    test(name, () => expect(judge({ scheme }, [SECRET], headers, BODY)).toBe(expected));
  }
});

describe('rotation and times', () => {
  const content = `msg_1.${NOW}.${BODY}`;
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW) };
  const good = `v1,${keyed(WHSEC, content)}`;
  const bad = `v1,${keyed(OTHER_WHSEC, content)}`;
  const standard = (changes: Headers, secret = WHSEC) =>
    judge(
      { scheme: 'standard-webhooks' },
      [secret],
      { ...headers, 'webhook-signature': good, ...changes },
      BODY,
    );
  const t = digest(SECRET, `${NOW}.${BODY}`, 'hex');
  const stripe = (value: string) =>
    judge({ scheme: 'stripe' }, [SECRET], { 'stripe-signature': value }, BODY);

  const table: readonly (readonly [string, string, string])[] = [
    [
      'one good signature among others',
      standard({ 'webhook-signature': `${bad} v2,x ${good} ${bad}` }),
      'valid',
    ],
    [
      'more signatures than anybody needs',
      standard({ 'webhook-signature': `${`${bad} `.repeat(20)}${good}` }),
      'SIGNATURE_INVALID',
    ],
    ['a secret without its prefix', standard({}, WHSEC.slice(6)), 'valid'],
    ['another delivery id', standard({ 'webhook-id': 'msg_2' }), 'SIGNATURE_INVALID'],
    ['no delivery id', standard({ 'webhook-id': '' }), 'SIGNATURE_MISSING'],
    [
      'a later timestamp than the signed',
      standard({ 'webhook-timestamp': String(NOW + 1) }),
      'SIGNATURE_INVALID',
    ],
    ['a timestamp in words', standard({ 'webhook-timestamp': 'hello' }), 'SIGNATURE_INVALID'],
    ['a timestamp in milliseconds', standard({ 'webhook-timestamp': `${NOW}000` }), 'SIGNATURE_INVALID'],
    ['a negative timestamp', standard({ 'webhook-timestamp': `-${NOW}` }), 'SIGNATURE_INVALID'],
    ['v1 twice, the second good', stripe(`t=${NOW},v1=${'0'.repeat(64)},v1=${t}`), 'valid'],
    ['parts in another order', stripe(`v1=${t},t=${NOW}`), 'valid'],
    ['two times', stripe(`t=${NOW},t=${NOW},v1=${t}`), 'SIGNATURE_INVALID'],
    ['no time', stripe(`v1=${t}`), 'SIGNATURE_INVALID'],
    ['no version', stripe(`t=${NOW},${t}`), 'SIGNATURE_INVALID'],
  ];
  for (const [name, got, expected] of table) test(name, () => expect(got).toBe(expected));
});

describe('opta', () => {
  const md5 = createHash('md5').update(BODY).digest('hex');
  const table: readonly (readonly [string, Headers, string])[] = [
    ['without a digest', {}, 'valid'],
    ['with the digest of the body', { 'x-meta-message-digest': md5.toUpperCase() }, 'valid'],
    [
      'with the digest of another body',
      { 'x-meta-message-digest': md5.replace(/^./, 'g') },
      'SIGNATURE_INVALID',
    ],
  ];
  for (const [name, headers, expected] of table) {
    test(name, () => expect(judge({ scheme: 'opta' }, [], headers, BODY)).toBe(expected));
  }
});

const vectorFile = join(import.meta.dir, '../../../../../shared/payloads/webhooks/signature-vectors.json');
if (existsSync(vectorFile)) {
  interface Vector {
    readonly id: string;
    readonly scheme: string;
    readonly secret: string;
    readonly headers: Headers;
    readonly body: string;
    readonly valid_at_unix?: number;
    readonly expect: string;
  }
  const schemes: Readonly<
    Record<string, { scheme: SignatureScheme } & Partial<FeedDeclaration['signature']>>
  > = {
    'generic-hmac-sha256-hex': { scheme: 'hmac-hex' },
    'generic-hmac-sha256-base64': { scheme: 'hmac-base64' },
    github: { scheme: 'github' },
    stripe: { scheme: 'stripe' },
    'standard-webhooks': { scheme: 'standard-webhooks' },
    balldontlie: { scheme: 'timestamped-hex', ...cases.at(-1)?.options },
  };
  describe('the published vectors', () => {
    const { vectors } = JSON.parse(readFileSync(vectorFile, 'utf8')) as { vectors: readonly Vector[] };
    for (const vector of vectors) {
      test(vector.id, () => {
        const headers = Object.fromEntries(
          Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        const declared = schemes[vector.scheme];
        if (declared === undefined) throw new Error(`no scheme for ${vector.scheme}`);
        const got = judge(declared, [vector.secret], headers, vector.body, vector.valid_at_unix ?? NOW);
        const expected = /stale|future/.test(vector.expect)
          ? 'SIGNATURE_EXPIRED'
          : vector.expect === 'valid'
            ? 'valid'
            : 'SIGNATURE_INVALID';
        expect(got).toBe(expected);
      });
    }
  });
}
