import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type EventDraft, SHARDS, type StoredEvent, shardOf } from '../../src/domain/event.ts';
import { matchId } from '../../src/domain/ids.ts';
import { epochMs, hours } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { AppendOutcome, DeadLetter, EventLog, EventQuery } from '../../src/ports/event-log.ts';
import { aDraft, drafts, SUBJECTS } from '../support/event-drafts.ts';
import { until } from '../support/until.ts';

/** What the suite needs of a place to keep events in. */
export interface EventLogFixture {
  /** A log that is not started; called again for a restart or a second replica on the same data. */
  create(): EventLog;
  /** Lets go of the data. */
  dispose(): Promise<void>;
}

const storedOf = (outcome: AppendOutcome | undefined): StoredEvent => {
  if (outcome?.outcome !== 'stored') throw new Error(`not stored but ${JSON.stringify(outcome)}`);
  return outcome.event;
};
const receiptOf = (outcome: AppendOutcome) => {
  if (outcome.outcome === 'refused') throw new Error(outcome.reason);
  const { itemId, shardId, sequenceNumber, receivedAt } =
    outcome.outcome === 'stored' ? outcome.event : outcome.first;
  return { itemId, shardId, sequenceNumber, receivedAt };
};
const kindsOf = (outcomes: readonly AppendOutcome[]) => outcomes.map(({ outcome }) => outcome);
const count = <T>(list: readonly T[], wanted: T) => list.filter((one) => one === wanted).length;

/** Every promise of `EventLog` that does not depend on where it is kept. */
export function eventLogContract(name: string, makeFixture: () => Promise<EventLogFixture>): void {
  describe(`${name} keeps the event log contract`, () => {
    let fixture: EventLogFixture;
    let log: EventLog;
    let other: EventLog;

    beforeAll(async () => {
      fixture = await makeFixture();
      [log, other] = [fixture.create(), fixture.create()];
      await Promise.all([log.start(), other.start()]);
    });
    afterAll(async () => {
      await Promise.all([log.stop(), other.stop()]);
      await fixture.dispose();
    });

    const append = async (draft: EventDraft): Promise<AppendOutcome> =>
      (await log.append([draft]))[0] as AppendOutcome;

    async function headOf(shard: number): Promise<number> {
      const probe = storedOf(await append(aDraft({ subject: SUBJECTS[shard] as string })));
      return probe.sequenceNumber;
    }

    /** All of a shard after a number, in small pages. */
    async function readAll(from: EventLog, shard: number, after: number): Promise<StoredEvent[]> {
      const all: StoredEvent[] = [];
      for (;;) {
        const page = await from.read(shard, all.at(-1)?.sequenceNumber ?? after, 7);
        if (page.length === 0) return all;
        all.push(...page);
      }
    }

    describe('append', () => {
      test('answers with the event as it is stored, and it reads the same on every replica', async () => {
        const draft = aDraft({ occurredAt: epochMs(1_700_000_000_123), matchId: matchId('m-1') });
        const event = storedOf(await append(draft));
        expect(event).toEqual({
          ...draft,
          shardId: shardOf(draft.subject),
          sequenceNumber: event.sequenceNumber,
        });
        for (const replica of [log, other])
          expect(await replica.read(event.shardId, event.sequenceNumber - 1, 1)).toEqual([event]);
      });

      test('outcomes come in the order of the drafts, numbers of a shard in it too and without holes', async () => {
        const heads = await Promise.all(SUBJECTS.map((_, shard) => headOf(shard)));
        const given = drafts(400).map((draft, i) => ({
          ...draft,
          subject: SUBJECTS[(i * 7) % SHARDS] as string,
        }));
        const events = (await log.append(given)).map(storedOf);
        expect(events.map(({ externalId }) => externalId)).toEqual(given.map(({ externalId }) => externalId));
        for (const [shard, head] of heads.entries())
          expect(events.filter(({ shardId }) => shardId === shard).map((e) => e.sequenceNumber)).toEqual(
            Array.from({ length: 25 }, (_, i) => head + 1 + i),
          );
      });

      test('of nothing is nothing', async () => {
        expect(await log.append([])).toEqual([]);
      });

      test('data stays as it came, to the last space', async () => {
        const bodies = [
          '{ "b" : 1.10, "a":1e2,\n\t"a": -0.0 }',
          '{"big":12345678901234567890.123456789,"deep":[[[{}]]]}',
          '"just a text with \\u0000, \\ud83d and \\"quotes\\""',
          '{"name":"Ådalen “FK” 🏉","__proto__":{"x":1},"sep":"\\u001e"}',
          'null',
          `{"long":"${'x'.repeat(100_000)}"}`,
        ];
        const events = (await log.append(bodies.map((data) => aDraft({ data })))).map(storedOf);
        for (const [i, { shardId, sequenceNumber }] of events.entries())
          expect((await log.read(shardId, sequenceNumber - 1, 1))[0]?.data).toBe(bodies[i] as string);
      });
    });

    describe('identity', () => {
      test('a repeat is told the receipt of the first, another body under the same key that it conflicts', async () => {
        const first = aDraft();
        const receipt = receiptOf(await append(first));
        const later = { receivedAt: epochMs(first.receivedAt + 5), subject: 'match:elsewhere' };
        const again = aDraft({ externalId: first.externalId, bodyHash: first.bodyHash, ...later });
        const another = aDraft({ externalId: first.externalId, ...later });
        for (const replica of [log, other]) {
          expect(await replica.append([again, another])).toEqual([
            { outcome: 'duplicate', first: receipt },
            { outcome: 'conflict', first: receipt },
          ]);
        }
      });

      test('the same id of another source is another event', async () => {
        const first = aDraft();
        await append(first);
        expect(
          kindsOf(await log.append([aDraft({ externalId: first.externalId, source: 'south-feed' })])),
        ).toEqual(['stored']);
      });

      test('a key that comes again in its own batch is judged by the first', async () => {
        const [a, b] = [aDraft(), aDraft()];
        const outcomes = await log.append([
          a,
          b,
          { ...aDraft(), externalId: a.externalId, bodyHash: a.bodyHash },
          { ...aDraft(), externalId: a.externalId },
          { ...aDraft(), externalId: b.externalId, bodyHash: b.bodyHash, subject: 'match:elsewhere' },
        ]);
        expect(kindsOf(outcomes)).toEqual(['stored', 'stored', 'duplicate', 'conflict', 'duplicate']);
        expect(outcomes[2] && receiptOf(outcomes[2])).toEqual(receiptOf(outcomes[0] as AppendOutcome));
      });

      test('a key that comes again in its own batch and was there before is judged by what was there', async () => {
        const kept = aDraft();
        await append(kept);
        const key = { externalId: kept.externalId };
        const outcomes = await log.append([
          aDraft(key),
          aDraft({ ...key, bodyHash: kept.bodyHash }),
          aDraft(key),
        ]);
        expect(kindsOf(outcomes)).toEqual(['conflict', 'duplicate', 'conflict']);
      });

      test('known and new ones mixed leave no hole and keep their order', async () => {
        const [subject, shard] = [SUBJECTS[3] as string, 3];
        const known = drafts(10, { subject });
        await log.append(known);
        const head = await headOf(shard);
        const mixed = drafts(20, { subject }).map((draft, i) =>
          i % 2 ? draft : (known[i / 2] as EventDraft),
        );
        const outcomes = await log.append(mixed);
        expect(kindsOf(outcomes)).toEqual(mixed.map((_, i) => (i % 2 ? 'stored' : 'duplicate')));
        expect(outcomes.filter((_, i) => i % 2).map((o) => receiptOf(o).sequenceNumber)).toEqual(
          Array.from({ length: 10 }, (_, i) => head + 1 + i),
        );
        expect((await readAll(other, shard, head)).map(({ sequenceNumber }) => sequenceNumber)).toEqual(
          Array.from({ length: 10 }, (_, i) => head + 1 + i),
        );
      });

      test('fifty callers at once with one key: one is stored, all are told of it', async () => {
        const first = aDraft();
        const outcomes = (
          await Promise.all(
            Array.from({ length: 50 }, (_, i) =>
              (i % 2 ? log : other).append([
                aDraft({
                  externalId: first.externalId,
                  bodyHash: i % 5 === 0 ? 'another' : first.bodyHash,
                  subject: SUBJECTS[i % SHARDS] as string,
                }),
              ]),
            ),
          )
        ).flat();
        const stored = outcomes.findIndex(({ outcome }) => outcome === 'stored');
        const winnerIsAnother = stored % 5 === 0;
        expect(count(kindsOf(outcomes), 'stored')).toBe(1);
        expect(count(kindsOf(outcomes), 'conflict')).toBe(winnerIsAnother ? 40 : 10);
        expect(new Set(outcomes.map((outcome) => JSON.stringify(receiptOf(outcome)))).size).toBe(1);
      });

      test('two replicas at once with the same keys in other orders: each is stored once, nobody waits for ever', async () => {
        const keys = drafts(300);
        const flights = Array.from({ length: 12 }, (_, i) => {
          const mine = keys.map((key, k) => ({
            ...aDraft({ externalId: key.externalId, bodyHash: key.bodyHash }),
            subject: SUBJECTS[(k + i) % SHARDS] as string,
          }));
          return (i % 2 ? log : other).append(i % 3 ? mine.reverse() : mine);
        });
        const outcomes = (await Promise.all(flights)).flat();
        expect(count(kindsOf(outcomes), 'stored')).toBe(300);
        expect(count(kindsOf(outcomes), 'duplicate')).toBe(300 * 11);
        const numbers = new Set(
          outcomes.map((o) => `${receiptOf(o).shardId}:${receiptOf(o).sequenceNumber}`),
        );
        expect(numbers.size).toBe(300);
      });

      test('the same key at the same moment in other shards is stored once', async () => {
        for (let round = 0; round < 40; round++) {
          const key = aDraft();
          const given = (shard: number) =>
            Array.from({ length: 1 + (round % 3) }, (_, i) =>
              aDraft({
                externalId: `${key.externalId}-${i}`,
                bodyHash: key.bodyHash,
                subject: SUBJECTS[shard] as string,
              }),
            );
          const [mine, theirs] = await Promise.all([log.append(given(6)), other.append(given(11))]);
          for (const [i, one] of mine.entries()) {
            const two = theirs[i] as AppendOutcome;
            expect(kindsOf([one, two]).sort()).toEqual(['duplicate', 'stored']);
            expect(receiptOf(one)).toEqual(receiptOf(two));
          }
        }
      });
    });

    describe('order', () => {
      test('a reader beside two writers sees every number of every shard, once, in order', async () => {
        const heads = await Promise.all(SUBJECTS.map((_, shard) => headOf(shard)));
        const seen = new Map<number, StoredEvent[]>(heads.map((_, shard) => [shard, []]));
        let writing = true;
        const reader = (async () => {
          for (let last = false; !last; ) {
            last = !writing;
            for (const [shard, events] of seen) {
              const after = events.at(-1)?.sequenceNumber ?? (heads[shard] as number);
              events.push(...(await other.read(shard, after, 40)));
            }
          }
          for (const [shard, events] of seen)
            events.push(
              ...(await readAll(log, shard, events.at(-1)?.sequenceNumber ?? (heads[shard] as number))),
            );
        })();
        const writers = [log, other, log, other].map(async (replica) => {
          for (let i = 0; i < 25; i++) await replica.append(drafts(20));
        });
        await Promise.all(writers);
        writing = false;
        await reader;
        let total = 0;
        for (const [shard, events] of seen) {
          total += events.length;
          expect(events.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
            events.map((_, i) => (heads[shard] as number) + 1 + i),
          );
        }
        expect(total).toBe(4 * 25 * 20);
      });

      test('who appends one after the other is read in that order', async () => {
        const subject = SUBJECTS[5] as string;
        const head = await headOf(5);
        const given = drafts(30, { subject });
        for (const [i, draft] of given.entries()) await (i % 2 ? log : other).append([draft]);
        expect((await readAll(log, 5, head)).map(({ externalId }) => externalId)).toEqual(
          given.map(({ externalId }) => externalId),
        );
      });
    });

    describe('what can never be stored', () => {
      const poisons: readonly { name: string; given: Partial<EventDraft> }[] = [
        { name: 'data that is not JSON', given: { data: '{"homeScore":' } },
        { name: 'no data', given: { data: '' } },
        { name: 'data nested too deeply', given: { data: '['.repeat(100_000) + ']'.repeat(100_000) } },
        { name: 'a raw control character between tokens', given: { data: '[1,\u001e2]' } },
        { name: 'no type', given: { eventType: '' } },
        { name: 'no subject', given: { subject: '' } },
        { name: 'a control character in data', given: { data: '{"a":"\0"}' } },
        { name: 'half a surrogate pair', given: { externalId: 'a\ud83d' } },
        { name: 'a NUL in the id', given: { externalId: 'a\0b' } },
        { name: 'the separator of lists', given: { externalId: 'a\u001eb' } },
        { name: 'an id that is too long', given: { externalId: 'x'.repeat(201) } },
        { name: 'no id', given: { externalId: '' } },
        { name: 'a time that is none', given: { receivedAt: epochMs(Number.NaN) } },
        { name: 'a time far out', given: { occurredAt: epochMs(8.64e15) } },
        { name: 'a time with a fraction', given: { receivedAt: epochMs(1_700_000_000_000.5) } },
      ];
      for (const { name: what, given } of poisons)
        test(`${what} is refused alone`, async () => {
          const [before, poison, after] = [aDraft(), aDraft(given), aDraft()];
          expect(kindsOf(await log.append([poison]))).toEqual(['refused']);
          const neighbour = log.append([aDraft()]);
          const outcomes = await log.append([before, poison, after]);
          expect(kindsOf(outcomes)).toEqual(['stored', 'refused', 'stored']);
          expect(kindsOf(await neighbour)).toEqual(['stored']);
          const [{ shardId, sequenceNumber }] = [storedOf(outcomes[2])];
          expect((await log.read(shardId, sequenceNumber - 1, 1))[0]?.externalId).toBe(after.externalId);
        });

      test('many of them among many leave no hole', async () => {
        const subject = SUBJECTS[9] as string;
        const head = await headOf(9);
        const given = drafts(100, { subject }).map((draft, i) =>
          i % 10 === 3 ? { ...draft, data: '[1,' } : draft,
        );
        const outcomes = await log.append(given);
        expect(count(kindsOf(outcomes), 'refused')).toBe(10);
        expect((await readAll(log, 9, head)).map(({ sequenceNumber }) => sequenceNumber)).toEqual(
          Array.from({ length: 90 }, (_, i) => head + 1 + i),
        );
      });

      test('a key that was refused may be used by a good one', async () => {
        const bad = aDraft({ data: '{' });
        const good = { ...bad, data: '{}' };
        expect(kindsOf(await log.append([bad, good]))).toEqual(['refused', 'stored']);
      });
    });

    describe('onCommitted', () => {
      test('tells of what this replica commits, before the caller is answered, in order per shard', async () => {
        const told: StoredEvent[] = [];
        const stop = log.onCommitted((events) => told.push(...events));
        const mine = await Promise.all(
          Array.from({ length: 40 }, async () => {
            const outcomes = await log.append(drafts(5));
            const ids = new Set(told.map(({ itemId }) => itemId));
            expect(outcomes.every((outcome) => ids.has(storedOf(outcome).itemId))).toBe(true);
            return outcomes;
          }),
        );
        stop();
        await append(aDraft());
        expect(told).toHaveLength(200);
        const numbers = new Map<number, number>();
        for (const { shardId, sequenceNumber } of told) {
          expect(sequenceNumber).toBeGreaterThan(numbers.get(shardId) ?? 0);
          numbers.set(shardId, sequenceNumber);
        }
        expect(new Set(told.map(({ itemId }) => itemId))).toEqual(
          new Set(mine.flat().map((outcome) => storedOf(outcome).itemId)),
        );
      });

      test('says nothing of duplicates, and a listener that throws harms nobody', async () => {
        const told: string[] = [];
        const stops = [
          log.onCommitted(() => {
            throw new Error('a listener of the test failed');
          }),
          log.onCommitted((events) => told.push(...events.map(({ externalId }) => externalId))),
        ];
        const draft = aDraft();
        await append(draft);
        expect(kindsOf([await append(draft)])).toEqual(['duplicate']);
        for (const stop of stops) stop();
        expect(told).toEqual([draft.externalId]);
      });

      test('wakes the other replicas with an empty list', async () => {
        const told = Promise.withResolvers<readonly StoredEvent[]>();
        const stop = other.onCommitted(told.resolve);
        await append(aDraft());
        expect(await told.promise).toEqual([]);
        stop();
      });
    });

    describe('search', () => {
      const base = epochMs(systemClock.now() - hours(1));
      const source = 'searched-feed';
      const kept: StoredEvent[] = [];
      const idsOf = (events: readonly StoredEvent[]) => events.map(({ itemId }) => itemId);
      const newestFirst = (events: readonly StoredEvent[]) =>
        [...events].sort((a, b) => b.receivedAt - a.receivedAt || (a.itemId < b.itemId ? 1 : -1));
      const search = (query: Partial<EventQuery>) => log.search({ source, limit: 100, ...query });

      beforeAll(async () => {
        const given = drafts(60, { source }).map((draft, i) => ({
          ...draft,
          eventType: i % 3 === 0 ? 'betting_odds' : 'live_score',
          // Seven of one instant.
          receivedAt: epochMs(base + Math.floor(i / 7) * 1_000),
          ...(i % 4 === 0 ? { matchId: matchId('m-searched') } : {}),
        }));
        kept.push(...(await log.append(given)).map(storedOf));
      });

      test('is newest first', async () => {
        expect(await search({})).toEqual(newestFirst(kept));
        expect(idsOf(await search({ limit: 5 }))).toEqual(idsOf(newestFirst(kept)).slice(0, 5));
      });

      const cases: readonly {
        name: string;
        query: Partial<EventQuery>;
        keeps: (event: StoredEvent) => boolean;
      }[] = [
        {
          name: 'a type',
          query: { eventType: 'betting_odds' },
          keeps: (e) => e.eventType === 'betting_odds',
        },
        { name: 'a match', query: { matchId: matchId('m-searched') }, keeps: (e) => e.matchId !== undefined },
        {
          name: 'a time on',
          query: { since: epochMs(base + 3_000) },
          keeps: (e) => e.receivedAt >= base + 3_000,
        },
        {
          name: 'before a time',
          query: { until: epochMs(base + 3_000) },
          keeps: (e) => e.receivedAt < base + 3_000,
        },
        {
          name: 'everything at once',
          query: {
            eventType: 'live_score',
            matchId: matchId('m-searched'),
            since: base,
            until: epochMs(base + 6_000),
          },
          keeps: (e) =>
            e.eventType === 'live_score' && e.matchId !== undefined && e.receivedAt < base + 6_000,
        },
        { name: 'what is not there', query: { eventType: 'race_result' }, keeps: () => false },
      ];
      for (const { name: what, query, keeps } of cases)
        test(`by ${what}`, async () => {
          expect(idsOf(await search(query))).toEqual(idsOf(newestFirst(kept.filter(keeps))));
        });

      for (const limit of [1, 4, 7, 59, 60])
        test(`pages of ${limit} miss and repeat nothing, whatever comes in between`, async () => {
          const found: StoredEvent[] = [];
          for (;;) {
            const last = found.at(-1);
            const page = await search({
              limit,
              until: epochMs(base + hours(1) / 2),
              ...(last ? { before: { receivedAt: last.receivedAt, itemId: last.itemId } } : {}),
            });
            if (page.length === 0) break;
            found.push(...page);
            if (limit > 1) await append(aDraft({ source }));
          }
          expect(idsOf(found)).toEqual(idsOf(newestFirst(kept)));
        });

      test('finds an event under the match it turned out to be about, on every replica', async () => {
        const event = storedOf(await append(aDraft({ subject: 'north-feed:77' })));
        const placed = matchId('m-placed');
        expect(await log.search({ matchId: placed, limit: 5 })).toEqual([]);
        await log.placed([{ event, matchId: placed }]);
        await log.placed([{ event, matchId: placed }]);
        await log.placed([]);
        for (const replica of [log, other])
          expect(await replica.search({ matchId: placed, limit: 5 })).toEqual([
            { ...event, matchId: placed },
          ]);
        expect((await log.read(event.shardId, event.sequenceNumber - 1, 1))[0]?.matchId).toBe(placed);
      });
    });

    describe('cursors', () => {
      test('are each consumer’s own, and never go back', async () => {
        expect(await log.cursors('nobody')).toEqual(new Map());
        await log.saveCursors(
          'views',
          new Map([
            [0, 5],
            [7, 12],
          ]),
        );
        await other.saveCursors(
          'views',
          new Map([
            [0, 3],
            [7, 13],
            [9, 1],
          ]),
        );
        await log.saveCursors('views', new Map());
        await log.saveCursors('streams', new Map([[0, 1]]));
        expect(await log.cursors('views')).toEqual(
          new Map([
            [0, 5],
            [7, 13],
            [9, 1],
          ]),
        );
        expect(await other.cursors('streams')).toEqual(new Map([[0, 1]]));
      });

      test('saved by many at once they end at the furthest', async () => {
        await Promise.all(
          Array.from({ length: 30 }, (_, i) =>
            (i % 2 ? log : other).saveCursors(
              'racing',
              new Map(SUBJECTS.map((_, shard) => [(shard * (i % 2 ? 1 : 15)) % SHARDS, (i * 7) % 30])),
            ),
          ),
        );
        expect(new Set((await log.cursors('racing')).values())).toEqual(new Set([29]));
      });
    });

    describe('dead letters', () => {
      const letterOf = (event: StoredEvent, more: Partial<DeadLetter> = {}): DeadLetter => ({
        event,
        consumer: 'views',
        code: 'EVENT_UNREADABLE',
        reason: 'no such period "9th"',
        attempts: 3,
        failedAt: epochMs(1_767_450_000_000),
        ...more,
      });

      test('are kept with their event, listed newest first, and taken out once', async () => {
        const events = (await log.append(drafts(5))).map(storedOf);
        for (const event of events) await log.bury(letterOf(event));
        const listed = await other.deadLetters({ limit: 5 });
        expect(listed.map(({ id: _, ...letter }) => letter)).toEqual(
          [...events].reverse().map((e) => letterOf(e)),
        );
        const [newest, second, third] = listed as [
          (typeof listed)[0],
          (typeof listed)[0],
          (typeof listed)[0],
        ];
        const page = await log.deadLetters({ limit: 2, before: newest.id });
        expect(page.map(({ id }) => id)).toEqual([second.id, third.id]);
        expect(await log.exhume([newest.id, 999_999_999, third.id])).toEqual([
          letterOf(third.event),
          letterOf(newest.event),
        ]);
        expect(await other.exhume([newest.id, third.id])).toEqual([]);
        expect((await log.deadLetters({ limit: 5 }))[0]?.id).toBe(second.id);
      });

      test('one is kept of an event and consumer: the latest', async () => {
        const event = storedOf(await append(aDraft()));
        await log.bury(letterOf(event));
        await log.bury(letterOf(event, { attempts: 6, reason: 'quoted: \0 \ud83d' }));
        await log.bury(letterOf(event, { consumer: 'streams' }));
        const mine = (await log.deadLetters({ limit: 100 })).filter(
          (letter) => letter.event.itemId === event.itemId,
        );
        expect(mine.map(({ consumer, attempts, reason }) => ({ consumer, attempts, reason }))).toEqual([
          { consumer: 'streams', attempts: 3, reason: 'no such period "9th"' },
          { consumer: 'views', attempts: 6, reason: 'quoted: \u{fffd} \u{fffd}' },
        ]);
      });
    });

    describe('life', () => {
      test('start and stop may be repeated; after the stop nothing is taken', async () => {
        const third = fixture.create();
        expect(third.start()).toBe(third.start());
        await third.start();
        const last = third.append([aDraft()]);
        const stopping = third.stop();
        expect(third.stop()).toBe(stopping);
        await Promise.all([last.catch(() => {}), stopping]);
        await expect(third.append([aDraft()])).rejects.toMatchObject({ code: 'STORE_STOPPED' });
        const never = fixture.create();
        await never.stop();
        await expect(never.start()).rejects.toMatchObject({ code: 'STORE_STOPPED' });
        await expect(never.append([aDraft()])).rejects.toMatchObject({ code: 'STORE_STOPPED' });
      });

      test('a restart goes on with the next number and still knows every key', async () => {
        const subject = SUBJECTS[1] as string;
        const before = aDraft({ subject });
        const first = storedOf(await append(before));
        await log.stop();
        log = fixture.create();
        await log.start();
        expect(storedOf(await append(aDraft({ subject }))).sequenceNumber).toBe(first.sequenceNumber + 1);
        expect(kindsOf([await append(before)])).toEqual(['duplicate']);
        await until('it hears of others again', async () => {
          const told = Promise.withResolvers<boolean>();
          const stop = log.onCommitted((events) => events.length === 0 && told.resolve(true));
          await other.append([aDraft()]);
          return told.promise.finally(stop);
        });
      });
    });
  });
}
