import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { keptLog } from '../../../tests/support/kept-log.ts';
import { matchId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { seconds } from '../../domain/time.ts';
import type { MarketView, ScoreView } from '../../domain/view.ts';
import type { HistoryEntry } from '../../ports/history.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { Row } from './history-rows.ts';
import { HistoryWriter } from './history-writer.ts';

const away = () => new StoreError('STORE_UNAVAILABLE', 'away');
const refused = () => new StoreError('STORE_REJECTED', 'no', { details: { postgres: '22P02' } });
const view = { status: 'live', score: null, confidence: 1 } as unknown as ScoreView;

/** A writer whose rows arrive in `batches`; `answer` may throw in place of taking them. */
function setUp(options: { capacity?: number; answer?: (rows: readonly Row[]) => Promise<void> } = {}) {
  const clock = new FakeClock();
  const log = keptLog();
  const batches: (readonly Row[])[] = [];
  const state = { answer: options.answer ?? (async () => {}) };
  const writer = new HistoryWriter({
    clock,
    log,
    insert: async (rows) => {
      await state.answer(rows);
      batches.push(rows);
      return 0;
    },
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
  });
  const entry = (seq: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
    matchId: matchId('m'),
    stream: 'scores',
    position: { epoch: '1', seq },
    kind: 'score_update',
    at: clock.now(),
    view,
    ...more,
  });
  const stored = () => batches.map((rows) => rows.map((row) => JSON.parse(row.json).seq ?? row.matchId));
  return { clock, log, writer, entry, stored, state };
}

const match = (id: string): Match => ({ id, links: [], startsAt: 0, createdAt: 0 }) as unknown as Match;

describe('the history writer', () => {
  test('gathers for 100 ms, then stores once, matches first', async () => {
    const { clock, writer, entry, stored } = setUp();
    writer.keep(entry(1));
    await clock.advance(99);
    writer.keep(entry(2));
    writer.keepMatch(match('m'));
    writer.keepMatch(match('m'));
    expect([stored(), writer.waiting]).toEqual([[], 3]);
    await clock.advance(1);
    expect([stored(), writer.waiting, clock.waiting]).toEqual([[['m', 1, 2]], 0, 0]);
  });

  test('never has a match twice in a batch, also when it is described anew while the batch is made', async () => {
    const { writer, stored } = setUp();
    const large = (id: string) => ({ ...match(id), leagueName: 'x'.repeat(60_000) });
    for (const id of ['a', 'b', 'c', 'd']) writer.keepMatch(large(id));
    // Comes when the first two are written down and others have their turn.
    const anew = new Promise<void>((resolve) => {
      setImmediate(() => {
        writer.keepMatch(match('a'));
        resolve();
      });
    });
    await writer.flushed();
    await anew;
    await writer.flushed();
    expect([stored(), writer.waiting]).toEqual([[['a', 'b', 'c', 'd'], ['a']], 0]);
  });

  test('does not wait when a batch is full', async () => {
    const { clock, writer, entry, stored } = setUp();
    for (let seq = 1; seq <= 500; seq++) writer.keep(entry(seq));
    await clock.advance(0);
    expect(stored().map((batch) => batch.length)).toEqual([500]);
  });

  test('stores one batch at a time and in order, while more comes in', async () => {
    const gate = Promise.withResolvers<void>();
    const { clock, writer, entry, stored } = setUp({ answer: () => gate.promise });
    writer.keep(entry(1));
    await clock.advance(100);
    for (let seq = 2; seq <= 3_000; seq++) writer.keep(entry(seq));
    await clock.advance(seconds(1));
    expect([stored(), writer.waiting]).toEqual([[], 3_000]);
    gate.resolve();
    await writer.flushed();
    expect(stored().map((batch) => batch.length)).toEqual([1, 2_000, 999]);
    expect(stored().flat()).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
  });

  test('tries the same batch again, less and less often, until it is taken', async () => {
    const tries: number[] = [];
    const { clock, writer, entry, stored, state } = setUp({
      answer: async () => {
        tries.push(clock.now() - start);
        throw away();
      },
    });
    const start = clock.now();
    writer.keep(entry(1));
    await clock.advance(seconds(13));
    expect(tries).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_200, 9_200, 12_200]);
    state.answer = async () => {};
    writer.keep(entry(2));
    await clock.advance(seconds(3));
    expect([stored(), writer.lost]).toEqual([[[1], [2]], 0]);
  });

  test('leaves out the one row that is refused, and no other', async () => {
    const { clock, log, writer, entry, stored } = setUp({
      answer: async (rows) => {
        if (rows.some((row) => JSON.parse(row.json).seq === 4)) throw refused();
      },
    });
    for (let seq = 1; seq <= 7; seq++) writer.keep(entry(seq));
    await clock.advance(100);
    expect([stored().flat(), writer.lost, writer.waiting]).toEqual([[1, 2, 3, 5, 6, 7], 1, 0]);
    expect(log.lines.map(({ message }) => message)).toEqual(['history entry was refused']);
  });

  test('keeps a batch that is refused for another reason than its data, and says so once', async () => {
    const broken = new StoreError('STORE_REJECTED', 'no table', { details: { postgres: '42P01' } });
    const { clock, log, writer, entry, stored, state } = setUp({
      answer: async () => {
        throw broken;
      },
    });
    writer.keep(entry(1));
    await clock.advance(seconds(20));
    expect([stored(), writer.lost, writer.waiting]).toEqual([[], 0, 1]);
    state.answer = async () => {};
    await clock.advance(seconds(3));
    expect(stored()).toEqual([[1]]);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  test('lets the oldest fall when too much waits, and says so at both edges', async () => {
    const { clock, log, writer, entry, stored, state } = setUp({
      capacity: 3,
      answer: async () => {
        throw away();
      },
    });
    writer.keep(entry(1));
    await clock.advance(100);
    for (let seq = 2; seq <= 6; seq++) writer.keep(entry(seq));
    expect([writer.waiting, writer.lost]).toEqual([4, 2]);
    state.answer = async () => {};
    await clock.advance(seconds(3));
    expect([stored().flat(), writer.waiting, writer.lost]).toEqual([[1, 4, 5, 6], 0, 2]);
    expect(log.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { waiting: 4 }],
      ['info', { lost: 2 }],
    ]);
  });

  test('counts markets by their number, since they are what takes memory', () => {
    const { writer, entry } = setUp({ capacity: 10 });
    const markets = Array<MarketView>(4).fill({} as MarketView);
    for (let seq = 1; seq <= 3; seq++) writer.keep(entry(seq, { stream: 'markets', view: markets }));
    expect([writer.waiting, writer.lost]).toEqual([2, 1]);
  });

  test('flushed means everything before the call, and nothing after it', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let call = 0;
    const { writer, entry, clock } = setUp({ answer: () => gates[call++]?.promise ?? Promise.resolve() });
    await writer.flushed();
    writer.keep(entry(1));
    let flushed = false;
    const waiting = writer.flushed().then(() => {
      flushed = true;
    });
    await clock.advance(0);
    writer.keep(entry(2));
    await clock.advance(seconds(1));
    expect(flushed).toBe(false);
    gates[0]?.resolve();
    await waiting;
    expect([flushed, writer.waiting]).toEqual([true, 1]);
    gates[1]?.resolve();
    await writer.flushed();
    expect(writer.waiting).toBe(0);
  });

  test('a stop stores what waits, or gives up at its deadline and counts it', async () => {
    const good = setUp();
    good.writer.keep(good.entry(1));
    expect(await good.writer.stop(seconds(5))).toBe(0);
    expect([good.stored(), good.clock.waiting]).toEqual([[[1]], 0]);

    const bad = setUp({
      answer: async () => {
        throw away();
      },
    });
    bad.writer.keep(bad.entry(1));
    bad.writer.keepMatch(match('m'));
    const flushed = bad.writer.flushed();
    const stopped = bad.writer.stop(seconds(5));
    await bad.clock.advance(seconds(5));
    expect(await stopped).toBe(2);
    await flushed;
    bad.writer.keep(bad.entry(2));
    expect([bad.writer.waiting, bad.writer.lost, bad.clock.waiting]).toEqual([0, 3, 0]);
  });
});
