import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { defaultPolicy } from '../aggregation/policy.ts';
import { providerId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Statement } from '../domain/observation.ts';
import { after, epochMs, iso, minutes, seconds } from '../domain/time.ts';
import type { HistoryEntry } from '../ports/history.ts';
import type { CommitResult, ViewChange } from '../ports/live-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { MemoryLiveStore } from '../stores/memory/memory-live-store.ts';
import { Ingest } from './ingest.ts';
import type { PushedFact } from './pushed-fact.ts';

class Store extends MemoryLiveStore {
  away = 0;
  fencedOff = false;

  override async commit(change: ViewChange): Promise<CommitResult> {
    if (this.away-- > 0) throw new StoreError('STORE_UNAVAILABLE', 'the store is away');
    return this.fencedOff ? { outcome: 'fenced' } : super.commit(change);
  }
}

const KICK_OFF = epochMs(Date.parse('2026-01-03T15:00:00Z'));

function road(history: readonly Match[] = [], live?: Store) {
  const clock = new FakeClock('2026-01-03T15:20:00.000Z');
  const store = live ?? new Store({ clock, epoch: 'e1' });
  const kept: HistoryEntry[] = [];
  const told: { type: string; data: Record<string, unknown> }[] = [];
  store.onMessage(({ json }) => told.push(JSON.parse(json)));
  const ingest = new Ingest({
    live: store,
    history: {
      keep: (entry) => void kept.push(entry),
      keepMatch: () => {},
      match: async (id) => history.find((match) => match.id === id),
      matches: async () => [],
    },
    leadership: {
      isLeader: () => true,
      token: () => 7,
      onChange: (listener) => {
        listener(true);
        return () => {};
      },
    },
    clock,
    policy: defaultPolicy,
    reports: {
      accepted: () => {},
      changed: () => {},
      review: () => {},
      inletRefused: () => {},
      fault: () => {},
    },
  });
  const only = () => {
    const views = [...store.views()];
    expect(views).toHaveLength(1);
    return views[0]!;
  };
  return { clock, store, kept, told, ingest, only };
}

let sequenceNumber = 0;

const named: Statement['match'] = {
  externalId: 'd-1',
  sport: 'soccer',
  league: 'epl',
  competitors: { home: { name: 'Northbridge Rovers' }, away: { name: 'Eastvale United' } },
  startsAt: KICK_OFF,
};

const fact = (receivedAt: number, says: Partial<Statement>, more: Partial<PushedFact> = {}): PushedFact => ({
  event: { shardId: 3, sequenceNumber: ++sequenceNumber },
  provider: providerId('desk'),
  receivedAt: epochMs(receivedAt),
  statement: { match: named, ...says },
  ...more,
});

const score = (home: number, away: number) => ({
  score: { status: 'live' as const, score: { home, away } },
});
const goal = { type: 'match_event' as const, data: { id: 'goal-1', action: 'add', kind: 'goal' } };
const at = (second: number) => after(KICK_OFF, minutes(20) + seconds(second));

describe('a pushed score', () => {
  test('is merged as of its receipt, whatever the time is now', async () => {
    const { clock, ingest, only, kept } = road();
    await clock.advance(minutes(3));
    await ingest.takeIn(fact(at(1), score(1, 0)));
    expect(only().score).toMatchObject({ score: { home: 1, away: 0 }, updatedAt: at(1), stale: null });
    expect(kept.map((entry) => [entry.kind, iso(entry.at)])).toEqual([['score_update', iso(at(1))]]);
  });

  test('notes what it has taken in, and is not shown again', async () => {
    const { ingest, only, kept } = road();
    const first = fact(at(1), score(1, 0));
    expect(await ingest.takeIn(first)).toMatchObject({ outcome: 'shown' });
    expect(only().score?.events).toEqual({ 3: first.event.sequenceNumber });
    expect(await ingest.takeIn(first)).toMatchObject({ outcome: 'seen' });
    expect(kept).toHaveLength(1);
  });

  test('merges with a polled one', async () => {
    const { clock, ingest, only } = road();
    await ingest.takeIn(fact(clock.now(), score(1, 0)));
    const polled = { provider: providerId('acme'), requestedAt: clock.now(), receivedAt: clock.now() };
    const match = { ...named, externalId: 'a-77' };
    await ingest.accept([{ ...polled, match, ...score(1, 0) }]);
    expect(only().score?.sources.map(({ provider }) => String(provider))).toEqual(['acme', 'desk']);
  });

  test('of a match that nobody has introduced is left alone', async () => {
    const { ingest, store } = road();
    const nameless = fact(at(1), { match: { externalId: 'x', sport: 'soccer' }, ...score(1, 0) });
    expect(await ingest.takeIn(nameless)).toEqual({ outcome: 'unresolved' });
    expect([...store.views()]).toEqual([]);
  });

  test('of a match that is long over finds it in history', async () => {
    const first = road();
    await first.ingest.takeIn(fact(at(1), score(1, 0)));
    const { match } = first.only();
    const { ingest, only } = road([match]);
    await ingest.takeIn(
      fact(at(9), { match: { externalId: 'd-1', sport: 'soccer', matchId: match.id }, ...score(2, 0) }),
    );
    expect(only().match.home.name).toBe('Northbridge Rovers');
  });

  test('of a source that names our match and has its sides the other way round is mirrored', async () => {
    const { ingest, only } = road();
    await ingest.takeIn(fact(at(1), score(2, 0)));
    const { home, away } = named.competitors!;
    const match = {
      ...named,
      matchId: only().id,
      externalId: 'w-1',
      competitors: { home: away, away: home },
    };
    await ingest.takeIn(fact(at(2), { match, ...score(0, 3) }, { provider: providerId('wire') }));
    expect(only().score?.sources.find(({ provider }) => provider === 'wire')?.score).toEqual({
      home: 3,
      away: 0,
    });
  });

  test('comes after the one before it, even when both were received in the same millisecond', async () => {
    const { ingest, only, kept } = road();
    for (const goals of [1, 2, 3]) await ingest.takeIn(fact(at(1), score(goals, 0)));
    expect(only().score?.score).toEqual({ home: 3, away: 0 });
    expect(kept.map(({ view }) => ('status' in view ? view.score?.home : undefined))).toEqual([1, 2, 3]);
  });

  test('that another shard brings late does not take the view back', async () => {
    const { ingest, only } = road();
    await ingest.takeIn(fact(at(5), score(2, 0)));
    await ingest.takeIn(fact(at(4), score(1, 0), { event: { shardId: 9, sequenceNumber: 1 } }));
    expect(only().score?.score).toEqual({ home: 2, away: 0 });
  });

  test('is not lost to time that passed before: silence is told as of when it began', async () => {
    const { clock, ingest, kept } = road();
    await ingest.takeIn(fact(at(0), score(1, 0)));
    await clock.advance(minutes(5));
    await ingest.takeIn(fact(at(240), score(1, 1)));
    expect(
      kept.map(({ at: when, view }) => [
        when - at(0),
        'status' in view && view.stale,
        'status' in view && view.score?.away,
      ]),
    ).toEqual([
      [0, null, 0],
      [60_001, 'sources_silent', 0],
      [240_000, null, 1],
    ]);
  });

  test('waits with its sender while the store is away, and goes on where it failed', async () => {
    const { store, ingest, only, kept, told } = road();
    store.away = 1;
    const both = fact(at(1), score(1, 0), { notice: goal });
    await expect(ingest.takeIn(both)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(kept).toEqual([]);
    await ingest.takeIn(both);
    expect(only().score).toMatchObject({ score: { home: 1, away: 0 }, updatedAt: at(1) });
    expect(told.map(({ type }) => type)).toEqual(['score_update', 'match_event']);
  });

  test('is refused, not passed over, when another replica leads', async () => {
    const { store, ingest } = road();
    store.fencedOff = true;
    await expect(ingest.takeIn(fact(at(1), score(1, 0)))).rejects.toMatchObject({
      details: { reason: 'fenced' },
    });
  });
});

describe('what is told of a match', () => {
  test('takes the next number of the score stream and leaves the view as it was', async () => {
    const { ingest, only, kept, told } = road();
    await ingest.takeIn(fact(at(1), score(1, 0)));
    const before = only();
    await ingest.takeIn(fact(at(2), {}, { notice: goal }));
    const { events: _events, ...shown } = only().score!;
    const { events: _before, ...was } = before.score!;
    expect(shown).toEqual(was);
    expect(only().position.scores.seq).toBe(before.position.scores.seq + 1);
    expect(told.at(-1)).toEqual({
      epoch: 'e1',
      seq: 2,
      type: 'match_event',
      matchId: before.id,
      timestamp: iso(at(2)),
      data: goal.data,
    } as never);
    expect(kept.at(-1)).toMatchObject({ kind: 'match_event', data: goal.data, position: { seq: 2 } });
  });

  test('is told before anybody has spoken of the score', async () => {
    const { ingest, only, told } = road();
    await ingest.takeIn(fact(at(1), {}, { notice: goal }));
    expect(only().score).toMatchObject({ status: 'scheduled', score: null, confidence: 0, sources: [] });
    expect(told).toHaveLength(1);
    await ingest.takeIn(fact(at(2), score(1, 0)));
    expect(only().score).toMatchObject({ status: 'live', score: { home: 1, away: 0 } });
  });

  test('comes after the score it brings, and a crash in between leaves neither out nor tells one twice', async () => {
    const { store, ingest, told } = road();
    const both = fact(at(1), score(1, 0), { notice: goal });
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = async (change) => {
      if (++commits === 2) throw new StoreError('STORE_UNAVAILABLE', 'the process dies here');
      return commit(change);
    };
    await expect(ingest.takeIn(both)).rejects.toThrow();
    const next = road([], store);
    await next.ingest.start();
    await next.ingest.takeIn(both);
    await next.ingest.takeIn(both);
    await next.ingest.stop();
    expect(told.map(({ type }) => type)).toEqual(['score_update', 'match_event']);
  });

  test('out of its order, when a dead letter is tried again, is told all the same', async () => {
    const { clock, ingest, told } = road();
    const letter = fact(at(1), {}, { notice: goal });
    await ingest.takeIn(fact(at(2), score(1, 0)));
    expect(await ingest.takeIn(letter)).toMatchObject({ outcome: 'seen' });
    await ingest.takeIn({ ...letter, late: true });
    expect(told.map(({ type }) => type)).toEqual(['score_update', 'match_event']);
    expect(clock.waiting).toBe(0);
  });
});

describe('after a change of leader', () => {
  test('what was pushed before is a source again when the next poll comes', async () => {
    const first = road();
    const pushed = fact(at(1), score(1, 0));
    await first.ingest.takeIn(pushed);
    const { id } = first.only();
    const next = road([], first.store);
    await next.ingest.start();
    await next.ingest.recall(id, [pushed]);
    const polled = { provider: providerId('acme'), requestedAt: at(2), receivedAt: at(2) };
    await next.ingest.accept([{ ...polled, match: { ...named, externalId: 'a-1' }, ...score(1, 0) }]);
    await next.ingest.stop();
    expect(first.only().score?.sources.map(({ provider }) => String(provider))).toEqual(['acme', 'desk']);
  });

  test('the last view is there again, with its marks, though the live store has lost it', async () => {
    const first = road();
    const pushed = fact(at(1), score(1, 0), { notice: goal });
    await first.ingest.takeIn(pushed);
    const { match, score: lastScore } = first.only();
    const next = road([match]);
    await next.store.putMatch(match, 1);
    await next.ingest.start();
    await next.ingest.recall(match.id, [pushed], lastScore!);
    expect(next.store.view(match.id)?.score).toEqual(lastScore!);
    expect(await next.ingest.takeIn(pushed)).toMatchObject({ outcome: 'seen' });
    expect(next.told.map(({ type }) => type)).toEqual(['score_update']);
    await next.ingest.stop();
  });

  test('nothing is let through before that, but no longer than it may take', async () => {
    const { clock, store, ingest, only } = road();
    const held = Promise.withResolvers<void>();
    ingest.holdFor(held.promise, seconds(3));
    const polled = { provider: providerId('acme'), requestedAt: at(0), receivedAt: at(0) };
    const accepted = ingest.accept([{ ...polled, match: named, ...score(1, 0) }]);
    await clock.advance(seconds(2.9));
    expect([...store.views()]).toEqual([]);
    await clock.advance(seconds(0.1));
    await accepted;
    expect(only().score?.score).toEqual({ home: 1, away: 0 });
    expect(clock.waiting).toBe(0);
  });
});
