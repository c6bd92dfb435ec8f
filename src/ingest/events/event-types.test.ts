import { describe, expect, test } from 'bun:test';
import type { EventId, StoredEvent } from '../../domain/event.ts';
import { linkKey, type MatchId, matchId } from '../../domain/ids.ts';
import { epochMs } from '../../domain/time.ts';
import type { DeclaredEventType } from '../../ports/declared-event-type.ts';
import { builtInTypes } from './built-in-types.ts';
import { declaredType } from './declared-type.ts';
import { EventError, EventTypes, type MatchNames } from './event-types.ts';

const LINKS: ReadonlyMap<string, MatchId> = new Map([
  ['north-feed:17', matchId('m1')],
  ['espn:401', matchId('m2')],
  ['espn-push:99', matchId('m3')],
]);
const names: MatchNames = {
  view: (id) => (id === 'm7' ? ({ id } as ReturnType<MatchNames['view']>) : undefined),
  findByLink: (link) => LINKS.get(linkKey(link)),
};

const train: DeclaredEventType = {
  id: 'train_late',
  description: 'A train is late.',
  schema: {
    type: 'object',
    required: ['trainId'],
    properties: { trainId: { type: 'string' }, at: { type: 'object', properties: { 'a/b': {} } } },
  },
  example: { trainId: 'IC 5' },
  subject: '/trainId',
  ttlDays: 7,
};
const types = new EventTypes([...builtInTypes, declaredType(train)], names, ['espn', 'redis']);

const stored = (eventType: string, data: object | string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  itemId: 'ev_1' as EventId,
  source: 'north-feed',
  eventType,
  data: typeof data === 'string' ? data : JSON.stringify(data),
  externalId: 'n-1',
  bodyHash: 'hash',
  receivedAt: epochMs(2_000),
  subject: 'north-feed:17',
  shardId: 3,
  sequenceNumber: 1,
  ...more,
});

describe('the match a source means', () => {
  const NAMED: readonly (readonly [source: string, named: string, expected: string | undefined])[] = [
    ['north-feed', 'm7', 'm7'],
    ['north-feed', '17', 'm1'],
    ['south-feed', '17', undefined],
    ['south-feed', 'north-feed:17', 'm1'],
    ['south-feed', 'espn:401', 'm2'],
    ['espn', '401', 'm2'],
    ['espn', '99', 'm3'],
    ['north-feed', ':17', undefined],
    ['north-feed', 'espn:', undefined],
    ['north-feed', 'toString', undefined],
  ];
  for (const [source, named, expected] of NAMED)
    test(`${source} by ${named}: ${expected ?? 'none that we know'}`, () =>
      expect(types.matchOf(source, { matchId: named }) as string | undefined).toBe(expected));

  test('is none where it names none', () =>
    expect(types.matchOf('north-feed', { topic: '17' })).toBeUndefined());
});

test('a pushed source never speaks in the name of a polled one', () => {
  expect(types.observerOf('north-feed') as string).toBe('north-feed');
  expect(types.observerOf('espn') as string).toBe('espn-push');
  expect(types.observerOf('redis') as string).toBe('redis-push');
});

describe('a stored event', () => {
  const score = { match_id: 17, home_score: 2, away_score: 1 };

  test('is said of the match that was known on arrival, or that is known by now', () => {
    expect(types.statementOf(stored('live_score', score))?.match.matchId as string).toBe('m1');
    const placed = stored('live_score', score, { matchId: matchId('m5') });
    expect(types.statementOf(placed)?.match.matchId as string).toBe('m5');
    expect(types.statementOf(stored('live_score', { ...score, match_id: 18 }))?.match).toEqual({
      externalId: '18',
      sport: 'other',
    });
  });

  test('of a declared type says nothing of scores', () => {
    const event = stored('train_late', { trainId: 'IC 5' });
    expect(types.statementOf(event)).toBeUndefined();
    expect(types.liveFactOf(event)).toBeUndefined();
  });

  const UNREADABLE: readonly (readonly [string, object, EventError['code']])[] = [
    ['rain', {}, 'EVENT_TYPE_UNKNOWN'],
    ['constructor', {}, 'EVENT_TYPE_UNKNOWN'],
    ['train_late', { trainId: 5 }, 'EVENT_INVALID'],
  ];
  for (const [type, data, code] of UNREADABLE)
    test(`${type} ${JSON.stringify(data)}: ${code}`, () => {
      try {
        types.normalise(stored(type, data));
      } catch (error) {
        expect(error).toBeInstanceOf(EventError);
        expect(error).toMatchObject({ code, retryable: false });
        return;
      }
      throw new Error('it was read');
    });
});

describe('a declared type', () => {
  const namingOf = (subject: string | undefined, data: object) => {
    const { subject: _, ...rest } = train;
    const type = declaredType({ ...rest, ...(subject !== undefined && { subject }) });
    const reading = type.read({ trainId: 'IC 5', ...data });
    if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
    return type.namingOf(reading.normal);
  };

  const SUBJECTS: readonly (readonly [pointer: string | undefined, data: object, expected: object])[] = [
    ['/trainId', {}, { topic: 'IC 5' }],
    ['/at/a~1b', { at: { 'a/b': 7 } }, { topic: '7' }],
    ['/at/a~1b', { at: {} }, {}],
    ['/at', { at: {} }, {}],
    ['/matchId', { matchId: 'm7' }, { matchId: 'm7' }],
    ['/toString', {}, {}],
    [undefined, {}, {}],
    ['/note', { note: `${'x'.repeat(199)}😀` }, { topic: `${'x'.repeat(199)}\ufffd` }],
  ];
  for (const [pointer, data, expected] of SUBJECTS)
    test(`is about what ${pointer ?? 'no pointer'} finds in ${JSON.stringify(data).slice(0, 40)}`, () =>
      expect(namingOf(pointer, data)).toEqual(expected));

  test('takes snake_case where its schema has camelCase, and tells its own span', () => {
    const type = declaredType(train);
    expect(type.read({ train_id: 'IC 5' })).toEqual({ ok: true, normal: { trainId: 'IC 5' } });
    expect(type.read({ train: 'IC 5' })).toMatchObject({ ok: false, faults: [{ path: '/data/trainId' }] });
    expect(type.ttlDays).toBe(7);
  });
});
