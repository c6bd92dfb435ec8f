import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { matchId, providerId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { epochMs, hours } from '../../src/domain/time.ts';
import type { MarketView, ScoreView } from '../../src/domain/view.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { History, HistoryEntry } from '../../src/ports/history.ts';

/** What the suite needs of a place to keep history in. */
export interface HistoryFixture {
  /** A history that is not started; called again for a restart or a second replica on the same data. */
  create(): History;
  /** Whether two may run on the same data at once. */
  readonly replicas: boolean;
  /** Lets go of the data. */
  dispose(): Promise<void>;
}

// Real time: what is older than its retention goes at the next start.
const NOW = systemClock.now();
const FAR: Match['startsAt'] = epochMs(Date.parse('2031-06-01T12:00:00.123Z'));

let made = 0;
const newId = () => matchId(`match-${++made}`);

const scoreView = (home: number, away = 0): ScoreView => ({
  status: 'live',
  period: '1st Half',
  clock: "12'",
  score: { home, away },
  shootout: null,
  confidence: 0.973,
  sources: [
    { provider: providerId('north'), status: 'live', score: { home, away }, observedAt: NOW, agrees: true },
  ],
  stale: null,
  updatedAt: NOW,
});

const price = { price: 1.95, bookmaker: 'example', provider: providerId('north'), at: NOW };
const marketView: MarketView = {
  key: 'totals:2.5',
  market: 'totals',
  period: 'match',
  line: 2.5,
  status: 'open',
  outcomes: [{ name: 'over', best: price, fairProbability: 0.5, quotes: [price] }],
  overround: null,
  confidence: 0.5,
  lastChangedAt: NOW,
  stale: null,
};

function scoreEntry(id: Match['id'], seq: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    matchId: id,
    stream: 'scores',
    position: { epoch: '0001', seq },
    kind: 'score_update',
    at: epochMs(NOW + seq),
    view: scoreView(seq),
    ...more,
  };
}

function aMatch(more: Partial<Match> = {}): Match {
  const id = more.id ?? newId();
  return {
    id,
    sport: 'soccer',
    league: 'epl',
    leagueName: 'Premier League',
    home: { name: 'Northbridge', abbreviation: 'NOR', externalId: '7' },
    away: { name: 'Ådalen “FK”' },
    startsAt: NOW,
    startPrecision: 'minute',
    links: [{ provider: providerId('north'), externalId: `n-${id}` }],
    createdAt: NOW,
    ...more,
  };
}

/** Every promise of `History` that does not depend on where it is kept. */
export function historyContract(name: string, makeFixture: () => Promise<HistoryFixture>): void {
  describe(`${name} keeps the history contract`, () => {
    let fixture: HistoryFixture;
    let history: History;

    beforeAll(async () => {
      fixture = await makeFixture();
      history = fixture.create();
      await history.start();
    });
    afterAll(async () => {
      await history.stop();
      await fixture.dispose();
    });

    test('entries come back as they were kept, in the order of their positions', async () => {
      const id = newId();
      const entries = [3, 1, 2].map((seq) => scoreEntry(id, seq));
      for (const entry of entries) history.keep(entry);
      await history.flushed();
      expect(await history.read({ matchId: id, stream: 'scores', limit: 10 })).toEqual([
        scoreEntry(id, 1),
        scoreEntry(id, 2),
        scoreEntry(id, 3),
      ]);
    });

    test('what a fact carried, and which event made a change, come back with it', async () => {
      const id = newId();
      const fact = scoreEntry(id, 1, {
        kind: 'match_event',
        data: { id: 'goal-1', kind: 'goal', player: 'Ådalen\0' },
        event: { shardId: 15, sequenceNumber: 9_007_199_254_740_991 },
      });
      const priced: HistoryEntry = {
        ...scoreEntry(id, 1),
        stream: 'markets',
        kind: 'market_update',
        view: [marketView],
        event: { shardId: 0, sequenceNumber: 1 },
      };
      history.keep(fact);
      history.keep(priced);
      await history.flushed();
      const [kept] = await history.read({ matchId: id, stream: 'scores', kind: 'match_event', limit: 10 });
      expect(kept).toEqual({ ...fact, data: { id: 'goal-1', kind: 'goal', player: 'Ådalen\u{fffd}' } });
      expect(await history.read({ matchId: id, stream: 'markets', limit: 10 })).toEqual([priced]);
    });

    test('streams are kept apart, with their own numbers', async () => {
      const id = newId();
      const market: HistoryEntry = {
        ...scoreEntry(id, 1),
        stream: 'markets',
        kind: 'market_update',
        view: [marketView],
      };
      history.keep(scoreEntry(id, 1));
      history.keep(market);
      await history.flushed();
      expect(await history.read({ matchId: id, stream: 'markets', limit: 10 })).toEqual([market]);
      expect(await history.read({ matchId: id, stream: 'scores', limit: 10 })).toEqual([scoreEntry(id, 1)]);
    });

    test('reading goes on after a position, across epochs, by kind, and within the limit', async () => {
      const id = newId();
      const correction = scoreEntry(id, 2, { kind: 'score_correction' });
      const later = scoreEntry(id, 1, { position: { epoch: '0002', seq: 1 } });
      for (const entry of [scoreEntry(id, 1), correction, scoreEntry(id, 3), later]) history.keep(entry);
      await history.flushed();
      const read = async (more: object) =>
        (await history.read({ matchId: id, stream: 'scores', limit: 10, ...more })).map(
          ({ position }) => `${position.epoch}:${position.seq}`,
        );
      expect(await read({})).toEqual(['0001:1', '0001:2', '0001:3', '0002:1']);
      expect(await read({ after: { epoch: '0001', seq: 2 } })).toEqual(['0001:3', '0002:1']);
      expect(await read({ after: { epoch: '0001', seq: 3 }, limit: 1 })).toEqual(['0002:1']);
      expect(await read({ kind: 'score_correction' })).toEqual(['0001:2']);
      expect(await read({ limit: 2 })).toEqual(['0001:1', '0001:2']);
    });

    test('the same entry kept twice is stored once', async () => {
      const id = newId();
      history.keep(scoreEntry(id, 1));
      await history.flushed();
      history.keep(scoreEntry(id, 1));
      history.keep(scoreEntry(id, 2));
      await history.flushed();
      expect(await history.read({ matchId: id, stream: 'scores', limit: 10 })).toHaveLength(2);
      expect(history.queue().waiting).toBe(0);
    });

    test('the last score is the one at the highest position', async () => {
      const id = newId();
      expect(await history.lastScore(id)).toBeUndefined();
      history.keep(scoreEntry(id, 9));
      history.keep(scoreEntry(id, 10));
      await history.flushed();
      expect(await history.lastScore(id)).toEqual(scoreEntry(id, 10));
      const later = scoreEntry(id, 1, { position: { epoch: '0002', seq: 1 } });
      history.keep(later);
      await history.flushed();
      expect(await history.lastScore(id)).toEqual(later);
    });

    test('text that a database dislikes does not cost the entry', async () => {
      const id = newId();
      const odd = (period: string) => ({ ...scoreView(1), period });
      history.keep(scoreEntry(id, 1, { view: odd('nul \0, half a pair \ud83d, whole 🏉, "quote" \\u0000') }));
      history.keep(scoreEntry(id, 2));
      await history.flushed();
      const kept = await history.read({ matchId: id, stream: 'scores', limit: 10 });
      expect(kept.map((entry) => 'period' in entry.view && entry.view.period)).toEqual([
        'nul \u{fffd}, half a pair \u{fffd}, whole 🏉, "quote" \\u0000',
        '1st Half',
      ]);
    });

    test('an entry that cannot be stored is counted, and takes no other with it', async () => {
      const id = newId();
      const lost = history.queue().lost;
      history.keep(scoreEntry(id, 1));
      history.keep(scoreEntry(id, 2, { at: epochMs(Number.NaN) }));
      history.keep(scoreEntry(id, 3, { view: { ...scoreView(3), confidence: Number.NaN } }));
      history.keep(scoreEntry(id, 4, { at: epochMs(8.64e15) }));
      history.keep(scoreEntry(id, 5));
      await history.flushed();
      const kept = await history.read({ matchId: id, stream: 'scores', limit: 10 });
      expect(kept.map(({ position }) => position.seq)).toEqual([1, 5]);
      expect(history.queue()).toEqual({ waiting: 0, lost: lost + 3 });
    });

    test('a time outside every partition is kept all the same', async () => {
      const id = newId();
      const old = scoreEntry(id, 1, { at: epochMs(Date.parse('2099-12-31T23:59:59.999Z')) });
      history.keep(old);
      await history.flushed();
      expect(await history.read({ matchId: id, stream: 'scores', limit: 10 })).toEqual([old]);
    });

    test('a match comes back as it was kept, the newest description of it', async () => {
      const match = aMatch();
      history.keepMatch(match);
      await history.flushed();
      expect(await history.match(match.id)).toEqual(match);
      const linked: Match = {
        ...match,
        startsAt: epochMs(match.startsAt + hours(1)),
        home: { name: 'Northbridge United' },
        links: [...match.links, { provider: providerId('south'), externalId: `s-${match.id}` }],
      };
      history.keepMatch(linked);
      await history.flushed();
      expect(await history.match(match.id)).toEqual(linked);
      expect(await history.match(matchId('nobody-knows-it'))).toBeUndefined();
    });

    test('a link stays with the match that had it first', async () => {
      const first = aMatch();
      const thief = aMatch({ links: first.links });
      history.keepMatch(first);
      await history.flushed();
      history.keepMatch(thief);
      await history.flushed();
      expect((await history.match(first.id))?.links).toEqual(first.links);
      expect(await history.match(thief.id)).toEqual({ ...thief, links: [] });
    });

    test('matches are listed from a start time on', async () => {
      const early = aMatch({ startsAt: epochMs(FAR - 1) });
      const [sharp, late] = [aMatch({ startsAt: FAR }), aMatch({ startsAt: epochMs(FAR + 1), links: [] })];
      for (const match of [late, early, sharp]) history.keepMatch(match);
      await history.flushed();
      expect(await history.matches(FAR)).toEqual([sharp, late]);
    });

    test('an override is set, replaced and removed, and each is audited with who', async () => {
      const change = { scope: { league: 'epl' }, kind: 'scores', actor: 'ada', at: NOW } as const;
      await history.changeOverride({ ...change, interval: 4_000 });
      await history.changeOverride({ ...change, interval: 5_000, actor: 'bob' });
      await history.changeOverride({ ...change, kind: null, interval: 6_000 });
      const others = (await history.overrides()).filter(({ scope }) => scope.league === 'epl');
      expect(others).toContainEqual({ ...change, interval: 5_000, actor: 'bob' });
      expect(others).toContainEqual({ ...change, kind: null, interval: 6_000 });
      expect(others).toHaveLength(2);
      await history.changeOverride({ ...change, interval: null });
      await history.changeOverride({ ...change, kind: null, interval: null });
      expect((await history.overrides()).filter(({ scope }) => scope.league === 'epl')).toEqual([]);
      const audit = (await history.audit(5)).map(({ actor, action, subject, detail }) => ({
        actor,
        action,
        subject,
        detail,
      }));
      expect(audit.slice(0, 4)).toEqual([
        {
          actor: 'ada',
          action: 'polling.override.remove',
          subject: 'league epl',
          detail: { scope: { league: 'epl' }, kind: null, interval: null, previous: 6_000 },
        },
        {
          actor: 'ada',
          action: 'polling.override.remove',
          subject: 'league epl scores',
          detail: { scope: { league: 'epl' }, kind: 'scores', interval: null, previous: 5_000 },
        },
        {
          actor: 'ada',
          action: 'polling.override.set',
          subject: 'league epl',
          detail: { scope: { league: 'epl' }, kind: null, interval: 6_000, previous: null },
        },
        {
          actor: 'bob',
          action: 'polling.override.set',
          subject: 'league epl scores',
          detail: { scope: { league: 'epl' }, kind: 'scores', interval: 5_000, previous: 4_000 },
        },
      ]);
    });

    test('whoever listens is told of a changed override, until he stops listening', async () => {
      const told = Promise.withResolvers<void>();
      let calls = 0;
      const stop = history.onOverridesChanged(() => {
        calls++;
        told.resolve();
      });
      const change = { scope: { sport: 'tennis' }, kind: null, actor: 'ada', at: NOW } as const;
      await history.changeOverride({ ...change, interval: 1_000 });
      await told.promise;
      stop();
      const before = calls;
      const again = Promise.withResolvers<void>();
      history.onOverridesChanged(again.resolve);
      await history.changeOverride({ ...change, interval: null });
      await again.promise;
      expect(calls).toBe(before);
    });

    test('a restart keeps matches, history, overrides and audit, and another replica hears of changes', async () => {
      const match = aMatch();
      const change = { scope: { matchId: match.id }, kind: 'markets', actor: 'eve', at: NOW } as const;
      history.keepMatch(match);
      history.keep(scoreEntry(match.id, 1));
      await history.changeOverride({ ...change, interval: 2_500 });
      await history.stop();
      history = fixture.create();
      await history.start();
      expect(await history.match(match.id)).toEqual(match);
      expect(await history.lastScore(match.id)).toEqual(scoreEntry(match.id, 1));
      expect(await history.overrides()).toContainEqual({ ...change, interval: 2_500 });
      expect((await history.audit(1))[0]).toMatchObject({
        actor: 'eve',
        subject: `match ${match.id} markets`,
        at: NOW,
      });
      if (!fixture.replicas) return;
      const replica = fixture.create();
      await replica.start();
      const heard = Promise.withResolvers<void>();
      history.onOverridesChanged(heard.resolve);
      await replica.changeOverride({ ...change, interval: null });
      await heard.promise;
      await replica.stop();
      expect(await history.overrides()).not.toContainEqual({ ...change, interval: 2_500 });
    });

    test('health says what it is, and start and stop may be repeated', async () => {
      expect(history.health().status).toBe('ok');
      expect(history.start()).toBe(history.start());
      await history.start();
      const other = fixture.create();
      await other.stop();
      await other.stop();
      await expect(other.start()).rejects.toMatchObject({ code: 'STORE_STOPPED' });
      await expect(other.overrides()).rejects.toMatchObject({ code: 'STORE_STOPPED' });
    });
  });
}
