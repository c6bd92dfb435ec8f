import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEventTypes } from './event-type-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchline-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = {
  title: 'Train late',
  type: 'object',
  required: ['train'],
  properties: { train: { type: 'string' }, minutes: { type: 'integer', minimum: 0 } },
  examples: [{ train: 'IC 5', minutes: 7 }],
};

let made = 0;

/** What is found in a folder that holds this one file. */
function read(content: unknown, name = 'train_late.json') {
  const dir = join(folder, String(++made));
  const faults: string[] = [];
  mkdirSync(dir);
  writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  return { types: readEventTypes(dir, faults), faults };
}

test('a file declares the type it is named after', () => {
  const { types, faults } = read({ ...good, 'x-subject': '/train', 'x-ttl-days': 7 });
  expect(faults).toEqual([]);
  expect(types).toMatchObject([
    {
      id: 'train_late',
      description: 'Train late',
      example: { train: 'IC 5' },
      subject: '/train',
      ttlDays: 7,
    },
  ]);
});

test('no folder, no types', () => {
  const faults: string[] = [];
  expect(readEventTypes(undefined, faults)).toEqual([]);
  expect(faults).toEqual([]);
});

test('a folder that is not there is a fault', () => {
  const faults: string[] = [];
  readEventTypes(join(folder, 'absent'), faults);
  expect(faults.join()).toMatch(/EVENT_TYPES_DIR ".*absent" cannot be read/);
});

describe('a file that cannot be used is a fault with its name and place', () => {
  const property = (train: object) => ({ ...good, properties: { train } });
  const BAD: readonly (readonly [name: string, content: unknown, fault: RegExp, file?: string])[] = [
    ['not JSON', '{"type":', /train_late\.json cannot be read/],
    ['a list', [], /train_late\.json is not a JSON object/],
    ['no example', { ...good, examples: [] }, /\/examples is missing/],
    [
      'an example that does not fit',
      { ...good, examples: [{ train: 5 }] },
      /\/examples\/0\/train must be string/,
    ],
    ['data that is no object', { ...good, type: 'array', examples: [[]] }, /\/type must be object/],
    [
      'a misspelt keyword',
      property({ type: 'string', minLenght: 2 }),
      /\/properties\/train\/minLenght is no keyword/,
    ],
    ['a type that is none', property({ type: 'strng' }), /\/properties\/train\/type must be equal/],
    [
      'a pattern that is none',
      property({ type: 'string', pattern: '(' }),
      /\/properties\/train\/pattern is no regular/,
    ],
    ['a format that is none', property({ type: 'string', format: 'dat' }), /\/properties\/train\/format/],
    ['a reference to nowhere', property({ $ref: '#/$defs/no' }), /\/properties\/train\/\$ref leads nowhere/],
    ['a reference outside', property({ $ref: 'https://example.com/x' }), /\/properties\/train\/\$ref/],
    ['a subject that is no pointer', { ...good, 'x-subject': 'train' }, /\/x-subject must be a JSON pointer/],
    ['a span that is none', { ...good, 'x-ttl-days': 0 }, /\/x-ttl-days must be/],
    ['an id of another type', { ...good, $id: 'https://a/b.json' }, /\/\$id names another type/],
    ['a built-in type', good, /live_score\.json declares a built-in type/, 'live_score.json'],
    ['a name that is none', good, /Train Late\.json is not named like a type/, 'Train Late.json'],
  ];
  for (const [name, content, fault, file] of BAD)
    test(name, () => {
      const { types, faults } = read(content, file);
      expect(types).toEqual([]);
      expect(faults.join('\n')).toMatch(fault);
    });

  test('all of them at once', () => {
    expect(read({ ...property({ typ: 1 }), 'x-subject': 5, examples: undefined }).faults).toHaveLength(3);
  });
});

test('the six types of an operations dashboard can be used', () => {
  const faults: string[] = [];
  const types = readEventTypes(join(import.meta.dir, '../../examples/event-types'), faults);
  expect(faults).toEqual([]);
  expect(types.map(({ id }) => id)).toEqual([
    'customer_health_update',
    'ib_call_logged',
    'session_completed',
    'session_started',
    'supply_demand_update',
    'tutor_availability_updated',
  ]);
  for (const { subject } of types) expect(subject).toMatch(/^\//);
});
