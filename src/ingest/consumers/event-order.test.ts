import { describe, expect, test } from 'bun:test';
import { aDraft } from '../../../tests/support/event-drafts.ts';
import type { StoredEvent } from '../../domain/event.ts';
import { epochMs } from '../../domain/time.ts';
import { inOrder, type KnownChange } from './event-order.ts';

/** `a3@20`: number 3 of shard a, received at 20. */
function read(text: string): StoredEvent {
  const [name = '', at] = text.split('@');
  return {
    ...aDraft({ receivedAt: epochMs(Number(at)) }),
    shardId: name.charCodeAt(0) - 97,
    sequenceNumber: Number(name.slice(1)),
  };
}

const nameOf = ({ shardId, sequenceNumber }: KnownChange['event']) =>
  `${String.fromCharCode(97 + shardId)}${sequenceNumber}`;

/** `b1@20`: a change that b1 made as of 20. `b1@20 a2b1`: and the view had taken in a2 and b1 by then. */
function readChange(text: string): KnownChange {
  const [change = '', marks] = text.split(' ');
  const { receivedAt: at, ...event } = read(change);
  if (marks === undefined) return { at, event };
  const taken = [...marks.matchAll(/([a-z])(\d+)/g)].map(([, shard = '', number]) => [
    shard.charCodeAt(0) - 97,
    Number(number),
  ]);
  return { at, event, marks: Object.fromEntries(taken) };
}

const cases: readonly {
  readonly name: string;
  readonly given: string;
  readonly changes?: readonly string[];
  readonly expected: string;
}[] = [
  { name: 'by receipt over all shards', given: 'b1@20 a1@10 a2@30 b2@25', expected: 'a1 b1 b2 a2' },
  { name: 'by number in a shard, whenever received', given: 'a1@30 a2@10 b1@20', expected: 'b1 a1 a2' },
  { name: 'at one moment by shard', given: 'b1@10 a1@10 c1@10', expected: 'a1 b1 c1' },
  {
    name: 'as their changes were made, when shards were not in step',
    given: 'a1@10 b1@12 a2@14',
    changes: ['b1@12', 'a1@12', 'a2@14'],
    expected: 'b1 a1 a2',
  },
  {
    name: 'one that changed nothing between those whose marks have it and have it not',
    given: 'a1@10 a2@11 b1@50 b2@51',
    changes: ['a1@10 a1', 'b2@51 a1b2', 'a2@51 a2b2'],
    expected: 'a1 b1 b2 a2',
  },
  {
    name: 'before a change as of the moment at which it was received',
    given: 'a1@10 b1@20',
    changes: ['a1@20'],
    expected: 'b1 a1',
  },
  {
    name: 'by number, when what is known contradicts that',
    given: 'a1@10 a2@20',
    changes: ['a2@20', 'a1@20'],
    expected: 'a1 a2',
  },
  {
    name: 'without regard to changes of events that are not among them',
    given: 'a2@10 b1@20',
    changes: ['a1@5', 'c9@6', 'b1@20', 'a2@20'],
    expected: 'b1 a2',
  },
];

describe('events of several shards come in order', () => {
  for (const { name, given, changes = [], expected } of cases)
    test(name, () => {
      const events = given.split(' ').map(read);
      expect(inOrder(events, changes.map(readChange)).map(nameOf).join(' ')).toBe(expected);
    });

  test('each once, whatever is said of them', () => {
    const events = Array.from({ length: 60 }, (_, i) =>
      read(`${'abc'[i % 3]}${Math.floor(i / 3) + 1}@${(i * 7) % 40}`),
    );
    const changes = events.map((event, i) => ({
      event: events[(i * 17) % 60] as StoredEvent,
      at: event.receivedAt,
      marks: { [i % 3]: i },
    }));
    const ordered = inOrder(events, changes);
    expect(new Set(ordered.map(nameOf)).size).toBe(60);
    for (const shard of [0, 1, 2]) {
      const numbers = ordered.filter(({ shardId }) => shardId === shard).map((one) => one.sequenceNumber);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });
});
