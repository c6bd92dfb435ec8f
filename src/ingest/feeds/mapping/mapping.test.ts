import { describe, expect, test } from 'bun:test';
import type { FeedMapping } from '../../../ports/feed-declaration.ts';
import { ownEvents } from '../presets/own-events.ts';
import { compileMapping } from './mapping.ts';
import { MappingFault } from './mapping-fault.ts';

function compiled(mapping: FeedMapping) {
  const faults: string[] = [];
  const map = compileMapping(mapping, (place, message) => faults.push(`${place} ${message}`));
  return { map, faults };
}

/** What a template makes of a body, through the whole of a mapping. */
function made(data: unknown, body: unknown, headers: Record<string, string> = {}): unknown {
  const { map, faults } = compiled({ events: [{ eventType: 'live_score', data: { value: data } }] });
  expect(faults).toEqual([]);
  return (map(body, headers)[0]?.data as { value?: unknown } | undefined)?.value;
}

function faultOf(data: unknown, body: unknown): string {
  try {
    made(data, body);
  } catch (error) {
    if (error instanceof MappingFault) return error.path;
    throw error;
  }
  return 'none';
}

const body = {
  id: 12,
  big: 1e20,
  'a/b': { '~': 'odd name' },
  kind: 'GOAL',
  nothing: null,
  list: [
    { side: 'home', points: '2' },
    { side: 'away', points: '1' },
  ],
  one: { side: 'home' },
  flag: 'yes',
};

describe('templates', () => {
  const table: readonly (readonly [name: string, template: unknown, expected: unknown])[] = [
    ['a constant', 'soccer', 'soccer'],
    ['an object and a list of constants', { a: [1, true, 'x'] }, { a: [1, true, 'x'] }],
    ['a value', { $at: '/kind' }, 'GOAL'],
    ['a number stays one', { $at: '/id' }, 12],
    ['escaped names', { $at: '/a~1b/~0' }, 'odd name'],
    ['a member of a list', { $at: '/list/1/side' }, 'away'],
    ['what is missing is left out', { a: { $at: '/none' }, b: 1 }, { b: 1 }],
    ['null is missing', { $at: '/nothing' }, undefined],
    ['nothing of the prototype', { $at: '/constructor' }, undefined],
    ['nothing of a list', { $at: '/list/length' }, undefined],
    ['no index with a leading zero', { $at: '/list/01' }, undefined],
    ['the default', { $at: '/none', $default: 7 }, 7],
    ['a table', { $at: '/kind', $table: { GOAL: 'goal' } }, 'goal'],
    ["a table's rest", { $at: '/id', $table: { '13': 'x', '*': 'rest' } }, 'rest'],
    ['a table of what is missing', { $at: '/none', $table: {}, $default: 'd' }, 'd'],
    ['an integer', { $at: '/list/0/points', $as: 'integer' }, 2],
    ['a text of a number', { $at: '/id', $as: 'text' }, '12'],
    ['a truth', { $at: '/flag', $as: 'boolean' }, true],
    ['joined', { $join: ['m', { $at: '/id' }], $with: '-' }, 'm-12'],
    ['joined of a missing part', { $join: ['m', { $at: '/none' }] }, undefined],
    ['the first that is there', { $first: [{ $at: '/none' }, { $at: '/kind' }] }, 'GOAL'],
    ['one by its neighbour', { $at: '/list', $where: { '/side': 'away' }, $get: '/points' }, '1'],
    ['one that stands for a list', { $at: '/one', $where: { '/side': 'home' }, $get: '/side' }, 'home'],
    ['none by its neighbour', { $at: '/list', $where: { '/side': 'third' }, $get: '/points' }, undefined],
    ['a list', { $list: '/list', $item: { s: { $at: '/side' } } }, [{ s: 'home' }, { s: 'away' }]],
    ['a header', { $header: 'X-Meta-Game-Id' }, '77'],
  ];
  for (const [name, template, expected] of table) {
    test(name, () => expect(made(template, body, { 'x-meta-game-id': '77' })).toEqual(expected));
  }

  const times: readonly (readonly [form: string, written: unknown, expected: string | undefined])[] = [
    ['iso', '2026-01-03T15:00:00+01:00', '2026-01-03T14:00:00.000Z'],
    ['iso', '2026-01-03T15:00:00', undefined],
    ['iso-utc', '2026-01-03T15:00:00', '2026-01-03T15:00:00.000Z'],
    ['iso-utc', '2026-01-03 15:00', '2026-01-03T15:00:00.000Z'],
    ['iso-basic', '20180820T225140+0100', '2018-08-20T21:51:40.000Z'],
    ['iso-basic', '20181128T103549,933Z', '2018-11-28T10:35:49.933Z'],
    ['iso-basic', '20180832T225140+0100', undefined],
    ['epoch-s', 1_767_452_400, '2026-01-03T15:00:00.000Z'],
    ['epoch-s', '1767452400.5', '2026-01-03T15:00:00.500Z'],
    ['epoch-ms', 1_767_452_400_000, '2026-01-03T15:00:00.000Z'],
    ['epoch-ms', 1e300, undefined],
    ['epoch-ms', 'soon', undefined],
    ['any', 1_767_452_400, '2026-01-03T15:00:00.000Z'],
    ['any', '2026-01-03T15:00:00Z', '2026-01-03T15:00:00.000Z'],
  ];
  for (const [form, written, expected] of times) {
    test(`${form} ${written}`, () => {
      const template = { $at: '/t', $as: form };
      if (expected === undefined) expect(faultOf(template, { t: written })).toEndWith('/$as');
      else expect(made(template, { t: written })).toBe(expected);
    });
  }
});

describe('what does not fit a body', () => {
  const table: readonly (readonly [name: string, template: unknown, place: string])[] = [
    ['a value that is needed', { $at: '/none', $required: true }, ''],
    ['a word that no table has', { $at: '/kind', $table: { CARD: 'card' } }, '/$table'],
    ['a word that a prototype has', { $at: '/kind2', $table: { CARD: 'card' } }, '/$table'],
    ['a word for a number', { $at: '/kind', $as: 'integer' }, '/$as'],
    ['a number that has lost its digits', { $at: '/big', $as: 'text' }, '/$as'],
    ['an object for a text', { $at: '/one', $as: 'text' }, '/$as'],
    ['an object in a text', { $join: ['a', { $at: '/one' }] }, '/$join'],
  ];
  for (const [name, template, place] of table) {
    test(name, () =>
      expect(faultOf(template, { ...body, kind2: 'constructor' })).toBe(
        `/mapping/events/0/data/value${place}`,
      ),
    );
  }

  test('more events than one delivery may make', () => {
    const { map } = compiled({ events: [{ each: '/l', eventType: 'x', data: {} }] });
    expect(map({ l: Array(1_000).fill(1) }, {})).toHaveLength(1_000);
    expect(() => map({ l: Array(1_001).fill(1) }, {})).toThrow(MappingFault);
  });
});

describe('faults of a declaration name their place', () => {
  const rule = (changes: object): FeedMapping => ({ events: [{ eventType: 'x', data: {}, ...changes }] });
  const table: readonly (readonly [name: string, mapping: FeedMapping, fault: string])[] = [
    [
      'no pointer',
      rule({ data: { a: { $at: 'id' } } }),
      '/mapping/events/0/data/a/$at has to be a JSON pointer',
    ],
    ['a bad escape', rule({ id: { $at: '/a~2' } }), '/mapping/events/0/id/$at has to be a JSON pointer'],
    ['two sources', rule({ id: { $at: '/a', $header: 'b' } }), '/mapping/events/0/id needs exactly one of'],
    ['no source', rule({ id: { $as: 'text' } }), '/mapping/events/0/id needs exactly one of'],
    ['an unknown word', rule({ id: { $at: '/a', $eval: '1' } }), '/mapping/events/0/id/$eval is not known'],
    [
      'an unknown form',
      rule({ id: { $at: '/a', $as: 'date' } }),
      '/mapping/events/0/id/$as has to be one of',
    ],
    [
      'an unknown time',
      rule({ occurredAt: { $at: '/a', $as: 'text' } }),
      '/mapping/events/0/occurredAt has to be',
    ],
    [
      'a table that is none',
      rule({ id: { $at: '/a', $table: [] } }),
      '/mapping/events/0/id/$table has to be an object',
    ],
    ['an empty list', rule({ id: { $first: [] } }), '/mapping/events/0/id/$first has to be a list'],
    ['a condition without a source', rule({ when: [{ $is: 1 }] }), '/mapping/events/0/when/0 '],
    ['a condition that is none', rule({ when: ['/a'] }), '/mapping/events/0/when/0 '],
    [
      'a forbidden name',
      rule({ data: JSON.parse('{"__proto__":1}') }),
      '/mapping/events/0/data/__proto__ is a forbidden name',
    ],
    ['a list of the wrong kind', rule({ each: 'events' }), '/mapping/events/0/each has to be a JSON pointer'],
  ];
  for (const [name, mapping, fault] of table) {
    test(name, () => {
      const { faults } = compiled(mapping);
      expect(faults.some((found) => found.startsWith(fault))).toBe(true);
    });
  }
});

describe('rules', () => {
  const mapping: FeedMapping = {
    events: [
      {
        each: '/events',
        when: [
          { $at: '/kind', $in: ['GOAL', 'OG'] },
          { $at: '/cancelled', $exists: false },
        ],
        eventType: 'match_event',
        id: { $join: [{ $body: '/match/id' }, { $at: '/id' }], $with: ':' },
        occurredAt: { $at: '/ts', $as: 'epoch-ms' },
        data: {
          matchId: { $body: '/match/id' },
          type: { $at: '/kind', $table: { GOAL: 'goal', OG: 'own_goal' } },
        },
      },
      {
        when: [{ $at: '/match/status', $is: 'FT' }],
        eventType: 'match_status',
        data: { matchId: { $at: '/match/id' }, status: 'finished' },
      },
    ],
  };

  test('every rule that applies makes its events, in order', () => {
    const events = [
      { id: 1, kind: 'GOAL', ts: 1_767_452_400_000 },
      { id: 2, kind: 'CARD' },
      { id: 3, kind: 'OG', ts: 1_767_452_401_000 },
      { id: 4, kind: 'GOAL', cancelled: true },
    ];
    const { map } = compiled(mapping);
    expect(map({ match: { id: 'm1', status: 'FT' }, events }, {})).toEqual([
      {
        eventType: 'match_event',
        id: 'm1:1',
        occurredAt: 1_767_452_400_000 as never,
        data: { matchId: 'm1', type: 'goal' },
      },
      {
        eventType: 'match_event',
        id: 'm1:3',
        occurredAt: 1_767_452_401_000 as never,
        data: { matchId: 'm1', type: 'own_goal' },
      },
      { eventType: 'match_status', data: { matchId: 'm1', status: 'finished' } },
    ]);
  });

  test('a body for which there is no rule is refused, or let go where that is declared', () => {
    expect(() => compiled(mapping).map({ ping: true }, {})).toThrow(MappingFault);
    expect(compiled({ ...mapping, otherwise: 'ignore' }).map({ ping: true }, {})).toEqual([]);
  });

  test('a time that cannot be read is a fault, and not left out', () => {
    const { map } = compiled(mapping);
    expect(() => map({ match: { id: 1 }, events: [{ id: 1, kind: 'GOAL', ts: 'now' }] }, {})).toThrow(
      'as epoch-ms',
    );
  });
});

describe('our own events', () => {
  const { map, faults } = compiled(ownEvents('match_event'));
  const data = { matchId: 'm1', id: 'goal-3', type: 'goal' };
  const at = '2026-01-03T15:00:00Z';
  const occurredAt = Date.parse(at) as never;
  const eventType = 'match_event';
  const table: readonly (readonly [name: string, body: unknown, expected: readonly object[]])[] = [
    ['as in /ingest', { id: 'e1', occurredAt: at, data }, [{ eventType, id: 'e1', occurredAt, data }]],
    [
      'in the other spelling',
      { event_id: 'e1', event_type: 'match_event', timestamp: 1_767_452_400, payload: data },
      [{ eventType, id: 'e1', occurredAt, data }],
    ],
    ['the data alone', data, [{ eventType, data }]],
    [
      'the data with an id of the event',
      { ...data, eventId: 9 },
      [{ eventType, id: '9', data: { ...data, eventId: 9 } }],
    ],
    [
      'a list',
      [{ id: 'e1', data }, data],
      [
        { eventType, id: 'e1', data },
        { eventType, data },
      ],
    ],
    ['a list under events', { events: [{ id: 'e1', data }] }, [{ eventType, id: 'e1', data }]],
  ];
  test('its mapping is sound', () => expect(faults).toEqual([]));
  for (const [name, given, expected] of table) {
    test(name, () => {
      const sorted = [...map(given, {})].sort((a, b) => (b.id ?? '').localeCompare(a.id ?? ''));
      expect(sorted as readonly object[]).toEqual(expected as object[]);
    });
  }

  for (const [name, given] of [
    ['another type of event', { eventType: 'betting_odds', data }],
    ['an empty list', []],
    ['an empty list under events', { events: [] }],
  ] as const) {
    test(`${name} is refused`, () => expect(() => map(given, {})).toThrow(MappingFault));
  }
});
