import { afterEach, describe, expect, test } from 'bun:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { defaultPolicy } from '../aggregation/policy.ts';
import { matchId, providerId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Observation, ScoreClaim } from '../domain/observation.ts';
import { after, hours, minutes, seconds } from '../domain/time.ts';
import type { HistoryEntry } from '../ports/history.ts';
import type { IngestSummary } from '../ports/ingest.ts';
import type { Leadership } from '../ports/leadership.ts';
import type { CommitResult, InletMessage, ViewChange } from '../ports/live-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { MemoryLiveStore } from '../stores/memory/memory-live-store.ts';
import { Ingest } from './ingest.ts';

/** The memory store with what a store elsewhere has besides: it can be away, be ahead, and be published to. */
class TroubledStore extends MemoryLiveStore {
  away = 0;
  /** Runs before the next commit, as another writer would. */
  meanwhile: (() => Promise<unknown>) | undefined;
  publish: (message: InletMessage) => void = () => {};

  override async commit(change: ViewChange): Promise<CommitResult> {
    if (this.away > 0) {
      this.away -= 1;
      throw new StoreError('STORE_UNAVAILABLE', 'the store is away');
    }
    const first = this.meanwhile;
    this.meanwhile = undefined;
    await first?.();
    return super.commit(change);
  }

  override onInlet(listener: (message: InletMessage) => void): () => void {
    this.publish = listener;
    return () => {};
  }
}

const leads: Leadership = {
  isLeader: () => true,
  token: () => 7,
  onChange: (listener) => {
    listener(true);
    return () => {};
  },
};

const started: Ingest[] = [];
afterEach(async () => {
  for (const ingest of started.splice(0)) await ingest.stop();
});

async function road(known: readonly Match[] = [], long: readonly Match[] = []) {
  const clock = new FakeClock('2026-01-03T15:20:00.000Z');
  const live = new TroubledStore({ clock, epoch: 'e1' });
  const kept: HistoryEntry[] = [];
  const keptMatches: Match[] = [];
  const refused: string[] = [];
  const faults: unknown[] = [];
  const ingest = new Ingest({
    live,
    history: {
      keep: (entry) => kept.push(entry),
      keepMatch: (match) => keptMatches.push(match),
      match: async (id) => long.find((match) => match.id === id),
      matches: async () => known,
    },
    leadership: leads,
    clock,
    policy: defaultPolicy,
    reports: {
      accepted: () => {},
      changed: () => {},
      review: () => {},
      inletRefused: (why) => refused.push(why),
      fault: (error) => faults.push(error),
    },
  });
  started.push(ingest);
  await ingest.start();
  const say = (provider: string, home: string, away: string, claim: ScoreClaim): Promise<IngestSummary> =>
    ingest.accept([said(clock, provider, home, away, claim)]);
  const only = () => {
    const views = [...live.views()];
    expect(views).toHaveLength(1);
    return views[0]!;
  };
  return { clock, live, kept, keptMatches, refused, faults, ingest, say, only };
}

const said = (
  clock: FakeClock,
  provider: string,
  home: string,
  away: string,
  score: ScoreClaim,
): Observation => ({
  provider: providerId(provider),
  requestedAt: clock.now(),
  receivedAt: clock.now(),
  match: {
    externalId: `${provider}-1`,
    sport: 'soccer',
    league: 'epl',
    competitors: { home: { name: home }, away: { name: away } },
    startsAt: after(clock.now(), -minutes(20)),
  },
  score,
});

const live = (home: number, away: number): ScoreClaim => ({
  status: 'live',
  score: { home, away },
  period: '1st Half',
});

describe('the road from observation to view', () => {
  test('joins two providers in one match, and keeps what it commits', async () => {
    const { say, only, kept } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    const alone = only().score!.confidence;
    await say('bolt', 'Northbridge Utd', 'Harbour City FC', live(1, 0));
    const { match, score, position } = only();
    expect(match.links.map(({ provider }) => provider as string)).toEqual(['acme', 'bolt']);
    expect(score).toMatchObject({ score: { home: 1, away: 0 }, status: 'live' });
    expect(score!.confidence).toBeGreaterThan(alone);
    expect(kept.map((entry) => entry.position.seq)).toEqual(
      Array.from({ length: position.scores.seq }, (_, i) => i + 1),
    );
  });

  test('mirrors a source that has home and away the other way round', async () => {
    const { say, only } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(2, 0));
    await say('bolt', 'Harbour City', 'Northbridge United', live(0, 2));
    expect(only().score!.sources.map(({ score, agrees }) => ({ score, agrees }))).toEqual([
      { score: { home: 2, away: 0 }, agrees: true },
      { score: { home: 2, away: 0 }, agrees: true },
    ]);
  });

  test('an observation without competitors waits for a link, and finds its match through it', async () => {
    const { clock, ingest, say, only } = await road();
    const named = said(clock, 'acme', 'Northbridge United', 'Harbour City', live(0, 0));
    const nameless: Observation = {
      ...named,
      match: { externalId: 'acme-1', sport: 'soccer' },
      score: live(0, 1),
    };
    expect(await ingest.accept([nameless])).toMatchObject({ accepted: 0, unresolved: 1 });
    await say('acme', 'Northbridge United', 'Harbour City', live(0, 0));
    await clock.advance(seconds(5));
    const later = { ...nameless, receivedAt: clock.now(), requestedAt: clock.now() };
    expect(await ingest.accept([later])).toMatchObject({ accepted: 1, unresolved: 0, changed: 1 });
    expect(only().score!.score).toEqual({ home: 0, away: 1 });
  });

  test('a repeated observation changes nothing but its age', async () => {
    const { clock, say, only } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    const before = only();
    await clock.advance(seconds(5));
    expect(await say('acme', 'Northbridge United', 'Harbour City', live(1, 0))).toMatchObject({ changed: 0 });
    expect(only().position).toEqual(before.position);
    expect(only().score!.sources[0]!.observedAt).toBe(clock.now());
  });

  test('silence is noticed by the passing of time alone, and said', async () => {
    const { clock, say, only } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    const before = only();
    await clock.advance(minutes(10));
    expect(only().score).toMatchObject({ stale: 'sources_silent', score: { home: 1, away: 0 } });
    expect(only().position.scores.seq).toBeGreaterThan(before.position.scores.seq);
  });

  test('after a restart the same provider id leads to the same match', async () => {
    const first = await road();
    await first.say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    const second = await road([first.only().match]);
    await second.say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    expect(second.only().id).toBe(first.only().id);
  });
});

describe('when the store', () => {
  test('was changed by another writer, the view is computed again on top of that', async () => {
    const { clock, live: store, say, only } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    await clock.advance(seconds(2));
    const { match, score, position } = only();
    store.meanwhile = () =>
      store.commit({
        match,
        basedOn: position.scores,
        scores: { ...score!, clock: "21'" },
        stream: 'scores',
        message: '{"type":"score_update"}',
        fence: 7,
      });
    await say('acme', 'Northbridge United', 'Harbour City', live(2, 0));
    expect(only().score!.score).toEqual({ home: 2, away: 0 });
    expect(only().position.scores.seq).toBe(position.scores.seq + 2);
  });

  test('is away, the newest claims are committed once it is back', async () => {
    const { clock, live: store, say, only, faults } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    await clock.advance(seconds(2));
    store.away = 3;
    await say('acme', 'Northbridge United', 'Harbour City', live(2, 0));
    expect(only().score!.score).toEqual({ home: 1, away: 0 });
    await clock.advance(seconds(4));
    expect(only().score!.score).toEqual({ home: 2, away: 0 });
    expect(faults.length).toBeGreaterThan(0);
  });

  test('has seen a newer leader, nothing is written', async () => {
    const { clock, live: store, say, only, kept } = await road();
    await say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    await clock.advance(seconds(2));
    await store.putMatch(only().match, 8);
    const before = kept.length;
    await say('acme', 'Northbridge United', 'Harbour City', live(2, 0));
    expect(only().score!.score).toEqual({ home: 1, away: 0 });
    expect(kept).toHaveLength(before);
  });
});

describe('what is published by hand', () => {
  test('about a match that nobody knows makes it known', async () => {
    const { clock, live: store } = await road();
    const text = '{"homeScore":2,"awayScore":1,"period":"2nd Half"}';
    store.publish({ matchId: 'match-123', text, receivedAt: clock.now() });
    await clock.advance(1);
    expect(store.view(matchId('match-123'))?.score).toMatchObject({
      score: { home: 2, away: 1 },
      period: '2nd Half',
      status: 'live',
    });
  });

  test('about a match that is long over leaves its names as they were', async () => {
    const first = await road();
    await first.say('acme', 'Northbridge United', 'Harbour City', live(1, 0));
    const { match } = first.only();
    const { clock, live: store, keptMatches } = await road([], [match]);
    const text = '{"homeScore":2,"awayScore":1}';
    store.publish({ matchId: match.id, text, receivedAt: clock.now() });
    store.publish({ matchId: match.id, text: text.replace('2', '3'), receivedAt: clock.now() });
    await clock.advance(1);
    expect(store.view(match.id)).toMatchObject({ match, score: { score: { home: 3, away: 1 } } });
    expect(keptMatches).toEqual([match]);
  });

  test('twice within a millisecond is taken in order', async () => {
    const { clock, live: store } = await road();
    for (const homeScore of [1, 2, 3]) {
      const text = JSON.stringify({ homeScore, awayScore: 0 });
      store.publish({ matchId: 'match-123', text, receivedAt: clock.now() });
      if (homeScore === 1) await clock.advance(1);
    }
    await clock.advance(1);
    expect(store.view(matchId('match-123'))?.score?.score).toEqual({ home: 3, away: 0 });
  });

  const bad: readonly (readonly [name: string, id: string, text: string, why: string])[] = [
    ['an id with a slash', 'a/b', '{"homeScore":1,"awayScore":1}', 'bad_match_id'],
    ['half a JSON', 'match-1', '{"homeScore":1,', 'not_json'],
    ['a list', 'match-1', '[1,2]', 'bad_shape'],
    ['a negative score', 'match-1', '{"homeScore":-1,"awayScore":0}', 'bad_shape'],
    ['a score in quotes', 'match-1', '{"homeScore":"1","awayScore":0}', 'bad_shape'],
    ['an unknown status', 'match-1', '{"homeScore":1,"awayScore":0,"status":"playing"}', 'bad_shape'],
    ['a NUL', 'match-1', '{"homeScore":1,"awayScore":0,"period":"2nd\\u0000"}', 'bad_shape'],
    ['half a character', 'match-1', '{"homeScore":1,"awayScore":0,"clock":"\\ud83d"}', 'bad_shape'],
    ['writing turned round', 'match-1', '{"homeScore":1,"awayScore":0,"clock":"\\u202e12"}', 'bad_shape'],
    ['one side alone', 'match-1', '{"homeScore":1}', 'bad_shape'],
  ];
  for (const [name, id, text, why] of bad) {
    test(`${name} is refused and counted`, async () => {
      const { clock, live: store, refused } = await road();
      store.publish({ matchId: id, text, receivedAt: clock.now() });
      await clock.advance(1);
      expect(refused).toEqual([why]);
      expect([...store.views()]).toEqual([]);
    });
  }
});

test('a match that is long over leaves the live store', async () => {
  const { clock, live: store, say } = await road();
  await say('acme', 'Northbridge United', 'Harbour City', {
    status: 'finished',
    score: { home: 1, away: 0 },
  });
  await clock.advance(hours(23));
  expect([...store.views()]).toHaveLength(1);
  await clock.advance(hours(2));
  expect([...store.views()]).toHaveLength(0);
});
