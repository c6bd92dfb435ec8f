import { expect, test } from 'bun:test';
import type { EventId, StoredEvent } from '../../../../domain/event.ts';
import { matchId } from '../../../../domain/ids.ts';
import { epochMs } from '../../../../domain/time.ts';
import { archivedEvent, archiveLine } from './archive-line.ts';

const event: StoredEvent = {
  itemId: 'ev_0123456789abcdefghijklmn' as EventId,
  source: 'north-feed',
  eventType: 'live_score',
  data: '{}',
  externalId: 'n-1',
  bodyHash: 'hash',
  receivedAt: epochMs(1_710_000_000_123),
  subject: 'north-feed:7',
  shardId: 3,
  sequenceNumber: 42,
};

test('a line is JSON, with times to be read by people and data last', () => {
  expect(
    archiveLine({ ...event, data: '{ "b":1.10,"a":1e2 }', occurredAt: epochMs(1_709_999_999_000) }),
  ).toBe(
    '{"itemId":"ev_0123456789abcdefghijklmn","source":"north-feed","eventType":"live_score","externalId":"n-1",' +
      '"bodyHash":"hash","subject":"north-feed:7","shardId":3,"sequenceNumber":42,' +
      '"receivedAt":"2024-03-09T16:00:00.123Z","occurredAt":"2024-03-09T15:59:59.000Z",' +
      '"data":{ "b":1.10,"a":1e2 }}\n',
  );
});

const cases: readonly { name: string; given: Partial<StoredEvent> }[] = [
  { name: 'a plain event', given: {} },
  { name: 'one with its own time and a match', given: { occurredAt: epochMs(5), matchId: matchId('m-1') } },
  { name: 'numbers as they were spelt', given: { data: '[1.10,1e2,-0.0,12345678901234567890.5]' } },
  { name: 'what looks like the end of a line', given: { data: '{"data":{"data":"}"},"x":",\\"data\\":"}' } },
  { name: 'an id that looks like a member', given: { externalId: '","data":1}', source: ',"data":' } },
  { name: 'escapes', given: { data: '"\\n\\u0000\\ud83d\\u2028 \u2028"', externalId: 'a\u2028"\\b' } },
];
for (const { name, given } of cases)
  test(`${name} comes back as it was`, () => {
    const line = archiveLine({ ...event, ...given });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(archivedEvent(line)).toEqual({ ...event, ...given });
  });

test('line breaks between the tokens of data become spaces', () => {
  const line = archiveLine({ ...event, data: '{\r\n\t"a": 1,\n"b": "x\\ny"\n}' });
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(archivedEvent(line).data).toBe('{  \t"a": 1, "b": "x\\ny" }');
});
