import { describe, expect, test } from 'bun:test';
import { epochMs } from '../../domain/time.ts';
import type { FeedDeclaration, FeedDocument } from '../../ports/feed-declaration.ts';
import { declaredFeeds } from './declared-feeds.ts';

const document = (
  changes: Partial<FeedDeclaration> = {},
  rest: Partial<FeedDocument> = {},
): FeedDocument => ({
  place: 'FEEDS_DIR acme.json',
  declaration: {
    id: 'acme',
    name: 'Acme',
    signature: { scheme: 'none' },
    preset: 'match-events',
    ...changes,
  },
  secrets: [],
  ...rest,
});

describe('faults of declarations', () => {
  const table: readonly (readonly [name: string, documents: readonly FeedDocument[], fault: string])[] = [
    ['the same id twice', [document(), document()], 'FEEDS_DIR acme.json /id: acme is declared twice'],
    [
      'no address range',
      [document({ allow: ['10.0.0.0/8', 'acme.example'] })],
      '/allow: "acme.example" is no address range',
    ],
    [
      'a secret that is no key',
      [document({ signature: { scheme: 'svix' } }, { secrets: ['hush!'] })],
      '/signature: secret 1 is not base64',
    ],
    [
      'a bad mapping',
      [document({ mapping: { events: [{ eventType: 'x', data: { $at: 'x' } }] } })],
      'FEEDS_DIR acme.json /mapping/events/0/data/$at: has to be a JSON pointer',
    ],
  ];
  for (const [name, documents, fault] of table) {
    test(name, () => {
      const withoutPreset = documents.map(({ declaration: { preset, ...declaration }, ...rest }) => ({
        ...rest,
        declaration: declaration.mapping ? declaration : { ...declaration, preset: preset ?? 'match-events' },
      })) as readonly FeedDocument[];
      const { faults } = declaredFeeds(withoutPreset);
      expect(faults.join()).toContain(fault);
      expect(faults.join()).not.toContain('hush');
    });
  }
});

describe('a feed with a secret path', () => {
  const { feeds } = declaredFeeds([document({}, { pathSecret: 'abc' }), document({ id: 'open' })]);
  const table: readonly (readonly [id: string, secret: string | undefined, found: string | undefined])[] = [
    ['acme', 'abc', 'acme'],
    ['acme', 'abcd', undefined],
    ['acme', '', undefined],
    ['acme', undefined, undefined],
    ['open', undefined, 'open'],
    ['open', 'abc', undefined],
    ['none', undefined, undefined],
    ['constructor', undefined, undefined],
  ];
  for (const [id, secret, found] of table) {
    test(`${id}/${secret}`, () => expect(feeds.find(id, secret)?.id).toBe(found));
  }
});

describe('the name of an event', () => {
  const data = { matchId: 'm1', type: 'goal' };
  const named = (
    scheme: FeedDeclaration['signature'],
    body: unknown,
    headers: Record<string, string> = {},
  ) => {
    const { feeds } = declaredFeeds([document({ signature: scheme })]);
    const feed = feeds.find('acme');
    const delivery = feed?.verify({
      headers,
      body: Buffer.from(JSON.stringify(body)),
      receivedAt: epochMs(0),
    });
    if (!delivery?.ok) throw new Error('not verified');
    const reading = feed?.read(delivery);
    return reading?.ok ? reading.events.map(({ id }) => id) : [];
  };
  const hash = named({ scheme: 'none' }, data)[0];

  test('is the hash of the body where nobody tells another', () => {
    expect(hash).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(named({ scheme: 'none' }, { ...data, minute: 1 })).not.toEqual([hash]);
  });
  test('is its own where it has one', () => {
    expect(named({ scheme: 'none' }, { id: 'e1', data })).toEqual(['e1']);
  });
  test('is its place in the delivery where that has many', () => {
    const [first, second, third] = named({ scheme: 'none' }, [{ data }, { id: 'e2', data }, { data }]);
    expect([second, third]).toEqual(['e2', `${first}#2`]);
  });
  test('an unsigned header names it only where that is declared', () => {
    const headers = { 'x-delivery': 'd1' };
    expect(named({ scheme: 'none' }, data, headers)).toEqual([hash]);
    expect(named({ scheme: 'none', deliveryHeader: 'X-Delivery' }, data, headers)).toEqual(['d1']);
    expect(named({ scheme: 'none', deliveryHeader: 'X-Delivery' }, data, { 'x-delivery': 'é' })).toEqual([
      hash,
    ]);
  });
});
