import { afterEach, describe, expect, test } from 'bun:test';
import { providerId } from '../../src/domain/ids.ts';
import { after, seconds } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  type Client,
  commitMarkets,
  commitScore,
  MATCH,
  type Message,
  startLive,
} from './realtime-harness.ts';

type Stage = Awaited<ReturnType<typeof startLive>>;
let stage: Stage;
afterEach(async () => {
  await stage.stop();
  expect(stage.realtime.connections()).toBe(0);
});

const updates = (client: Client): Message[] => client.messages.filter(({ type }) => type === 'score_update');
const seqs = (client: Client): number[] => updates(client).map(({ seq }) => seq);
const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('one match, live', () => {
  test('200 clients that come at any moment hear the same messages without a gap', async () => {
    const live = new MemoryLiveStore({ clock: systemClock, logSize: 500, logCharacters: 1_000_000 });
    stage = await startLive({ live });
    const clients: { client: Client; since: number | undefined }[] = [];
    await commitScore(live, 0);
    for (let commit = 2; commit <= 500; commit++) {
      if (commit % 5 < 2 || commit === 2) clients.push(arrive(commit));
      await commitScore(live, commit);
      // Lets sockets open between two commits, and sometimes not.
      if (commit % 3 !== 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(clients.length).toBe(200);

    function arrive(commit: number) {
      // Every third client resumes from a position within reach of the log.
      const since = commit % 3 === 0 ? commit - 1 - (commit % 7) : undefined;
      const query = since === undefined ? '' : `?since=${live.epoch()}:${Math.max(1, since)}`;
      return { client: stage.connect(`${MATCH.id}${query}`), since: since && Math.max(1, since) };
    }

    const byseq = new Map<number, string>();
    for (const { client, since } of clients) {
      await client.until(({ seq, type }) => seq === 500 && type !== 'pong');
      const first = client.messages[0] as Message;
      if (since === undefined) expect(first.type).toBe('snapshot');
      const start = since ?? first.seq;
      expect(seqs(client)).toEqual(from(start + 1, 500));
      expect(client.messages.some(({ type }) => type === 'resync')).toBe(false);
      for (const text of client.texts) {
        if (!text.includes('score_update')) continue;
        const { seq } = JSON.parse(text) as Message;
        expect(byseq.get(seq) ?? text).toBe(text);
        byseq.set(seq, text);
      }
    }
    await Promise.all(clients.map(({ client }) => client.leave()));
    await stage.connections(0);
    const text = await stage.metrics.registry.metrics();
    expect(text).toContain('touchline_websocket_connections 0');
    expect(text).toContain('touchline_websocket_opened_total 200');
    expect(text).toContain('touchline_websocket_closed_total{reason="client"} 200');
  });

  test('the snapshot is what the view says, and the next message follows it', async () => {
    stage = await startLive();
    const observedAt = MATCH.createdAt;
    const sources = [
      {
        provider: providerId('acme'),
        status: 'live' as const,
        score: { home: 2, away: 0 },
        observedAt,
        agrees: true,
      },
    ];
    const { epoch } = await commitScore(stage.live, 2, MATCH, { sources, stale: 'sources_silent' });
    const client = stage.connect(MATCH.id);
    const snapshot = await client.untilType('snapshot');
    expect(snapshot).toMatchObject({
      matchId: 'match-123',
      epoch,
      seq: 1,
      data: {
        homeScore: 2,
        awayScore: 0,
        period: '2nd Half',
        status: 'live',
        clock: "58'",
        confidence: 0.9,
        stale: true,
        staleReason: 'sources_silent',
        sport: 'soccer',
        league: 'epl',
        homeTeam: 'Northgate Rovers',
        awayTeam: 'Harbour Athletic',
        sources: [{ provider: 'acme', status: 'live', score: { home: 2, away: 0 }, agrees: true }],
      },
    });
    expect(snapshot).not.toHaveProperty('markets');
    await commitScore(stage.live, 3);
    expect(await client.untilType('score_update')).toMatchObject({ epoch, seq: 2, data: { homeScore: 3 } });
  });

  test('a match nobody knows yet can be waited for', async () => {
    stage = await startLive();
    const client = stage.connect(MATCH.id);
    expect(await client.untilType('snapshot')).toMatchObject({
      seq: 0,
      data: null,
      epoch: stage.live.epoch(),
    });
    await commitScore(stage.live, 1);
    expect(await client.untilType('score_update')).toMatchObject({ seq: 1, epoch: stage.live.epoch() });
    expect(client.messages.map(({ type }) => type)).toEqual(['snapshot', 'score_update']);
  });

  test('a provider’s name of a match leads to it', async () => {
    stage = await startLive();
    const match = { ...MATCH, links: [{ provider: providerId('acme'), externalId: 'a/b:7' }] };
    await commitScore(stage.live, 1, match);
    const client = stage.connect(`acme:${encodeURIComponent('a/b:7')}`);
    expect(await client.untilType('snapshot')).toMatchObject({ matchId: 'match-123', seq: 1 });
  });

  test('scores and markets are numbered apart; markets come only when asked for', async () => {
    stage = await startLive();
    await commitScore(stage.live, 1);
    await commitMarkets(stage.live);
    const scores = stage.connect(MATCH.id);
    const both = stage.connect(`${MATCH.id}?markets=1`);
    expect(await scores.untilType('snapshot')).not.toHaveProperty('marketsSeq');
    expect(await both.untilType('snapshot')).toMatchObject({
      seq: 1,
      marketsSeq: 1,
      markets: [{ matchId: 'match-123', market: 'h2h' }],
    });
    await commitMarkets(stage.live);
    await commitScore(stage.live, 2);
    await commitMarkets(stage.live);
    await commitScore(stage.live, 3);
    await Promise.all([scores, both].map((client) => client.until(({ seq }) => seq === 3)));
    await both.until(({ type, seq }) => type === 'score_update' && seq === 3);
    const said = (client: Client) => client.messages.slice(1).map(({ type, seq }) => `${type} ${seq}`);
    expect(said(scores)).toEqual(['score_update 2', 'score_update 3']);
    expect(said(both)).toEqual(['market_update 2', 'score_update 2', 'market_update 3', 'score_update 3']);
  });
});

describe('resuming', () => {
  test('brings exactly what was missed, then says that this was all', async () => {
    stage = await startLive();
    const { epoch } = await commitScore(stage.live, 1);
    for (const home of [2, 3, 4]) await commitScore(stage.live, home);
    const client = stage.connect(`${MATCH.id}?since=${epoch}:2`);
    await client.untilType('heartbeat');
    expect(client.messages.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'score_update 3',
      'score_update 4',
      'heartbeat 4',
    ]);
  });

  test('resumes both streams when both positions are given', async () => {
    stage = await startLive();
    const { epoch } = await commitScore(stage.live, 1);
    await commitScore(stage.live, 2);
    for (const _ of from(1, 3)) await commitMarkets(stage.live);
    const client = stage.connect(`${MATCH.id}?markets=1&since=${epoch}:1&marketsSince=${epoch}:1`);
    expect(await client.untilType('heartbeat')).toMatchObject({ seq: 2, marketsSeq: 3 });
    expect(client.messages.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'score_update 2',
      'market_update 2',
      'market_update 3',
      'heartbeat 2',
    ]);
  });

  const resyncs = [
    { name: 'another epoch', query: () => 'since=other:1', reason: 'position_unknown' },
    {
      name: 'a position not reached yet',
      query: (epoch: string) => `since=${epoch}:301`,
      reason: 'position_unknown',
    },
    {
      name: 'a position before the log',
      query: (epoch: string) => `since=${epoch}:1`,
      reason: 'position_unknown',
    },
    {
      name: 'markets without a position of theirs',
      query: (epoch: string) => `markets=1&since=${epoch}:300`,
      reason: 'position_missing',
    },
    {
      name: 'a markets position of another epoch',
      query: (epoch: string) => `markets=1&since=${epoch}:300&marketsSince=other:0`,
      reason: 'position_unknown',
    },
  ];
  for (const { name, query, reason } of resyncs) {
    test(`${name}: a resync, then a snapshot`, async () => {
      stage = await startLive();
      for (const home of from(1, 300)) await commitScore(stage.live, home);
      const client = stage.connect(`${MATCH.id}?${query(stage.live.epoch())}`);
      await client.untilType('snapshot');
      expect(client.messages).toMatchObject([
        { type: 'resync', reason, seq: 300 },
        { type: 'snapshot', seq: 300, data: { homeScore: 300 } },
      ]);
      await commitScore(stage.live, 301);
      expect(await client.untilType('score_update')).toMatchObject({ seq: 301 });
    });
  }

  test('commits made while the log is being read are neither lost nor doubled', async () => {
    stage = await startLive();
    const { live } = stage;
    const { epoch } = await commitScore(live, 1);
    for (const home of [2, 3]) await commitScore(live, home);
    // A log elsewhere: some commits are in its answer already and are published too, some come after it.
    const since = live.since.bind(live);
    const asked = Promise.withResolvers<void>();
    live.since = async (...question) => {
      await commitScore(live, 4);
      const answer = await since(...question);
      await commitScore(live, 5);
      asked.resolve();
      return answer;
    };
    const client = stage.connect(`${MATCH.id}?since=${epoch}:1`);
    await asked.promise;
    await commitScore(live, 6);
    await client.until(({ seq }) => seq === 6);
    expect(seqs(client)).toEqual([2, 3, 4, 5, 6]);
  });

  test('a log that is read for too long is a resync: what is put aside is bounded', async () => {
    stage = await startLive();
    const { live } = stage;
    const { epoch } = await commitScore(live, 1);
    const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<[]>()];
    live.since = () => {
      asked.resolve();
      return gate.promise;
    };
    const client = stage.connect(`${MATCH.id}?since=${epoch}:1`);
    await asked.promise;
    for (const home of from(2, 1_100)) await commitScore(live, home);
    gate.resolve([]);
    expect(await client.untilType('snapshot')).toMatchObject({ seq: 1_100 });
    expect(client.messages.map(({ type }) => type)).toEqual(['resync', 'snapshot']);
  });

  test('a log that cannot be read is a resync, not a hang', async () => {
    stage = await startLive();
    const { epoch } = await commitScore(stage.live, 1);
    stage.live.since = () => Promise.reject(new Error('away'));
    const client = stage.connect(`${MATCH.id}?since=${epoch}:1`);
    await client.untilType('snapshot');
    expect(client.messages.map(({ type }) => type)).toEqual(['resync', 'snapshot']);
  });

  test('a client that leaves while the log is read is forgotten', async () => {
    stage = await startLive();
    const { epoch } = await commitScore(stage.live, 1);
    const gate = Promise.withResolvers<undefined>();
    stage.live.since = () => gate.promise;
    const client = stage.connect(`${MATCH.id}?since=${epoch}:1`);
    await client.opened;
    await client.leave();
    await stage.connections(0);
    gate.resolve(undefined);
    await commitScore(stage.live, 2);
    expect(client.messages).toEqual([]);
  });
});

describe('what the store says', () => {
  test('a match that was forgotten and comes back is a resync into its new epoch', async () => {
    stage = await startLive();
    const before = await commitScore(stage.live, 1);
    const client = stage.connect(MATCH.id);
    await client.untilType('snapshot');
    await stage.live.evict(MATCH.id);
    const after = await commitScore(stage.live, 0);
    expect(after.epoch).not.toBe(before.epoch);
    expect(await client.untilType('resync')).toMatchObject({ ...after, reason: 'messages_missed' });
    await client.until(({ type, seq, epoch }) => type === 'snapshot' && seq === 1 && epoch === after.epoch);
    await commitScore(stage.live, 1);
    expect(await client.untilType('score_update')).toMatchObject({ epoch: after.epoch, seq: 2 });
  });

  test('views that were read anew are a resync for everybody', async () => {
    const clock = new FakeClock();
    const store = new MemoryLiveStore({ clock });
    let readAnew = () => {};
    store.onResync = (listener) => {
      readAnew = listener;
      return () => {};
    };
    stage = await startLive({ live: store, clock });
    await commitScore(store, 1);
    const clients = [stage.connect(MATCH.id), stage.connect(`${MATCH.id}?markets=1`), stage.connect('other')];
    await Promise.all(clients.map((client) => client.untilType('snapshot')));
    readAnew();
    for (const client of clients) {
      await client.untilType('resync');
      await client.until(() => client.messages.length === 3);
      expect(client.messages.map(({ type }) => type)).toEqual(['snapshot', 'resync', 'snapshot']);
    }
  });

  test('a store that is away is told at once, and its return too', async () => {
    const clock = new FakeClock();
    stage = await startLive({ clock });
    await commitScore(stage.live, 1);
    const client = stage.connect(MATCH.id);
    await client.untilType('snapshot');
    const { since } = stage.live.health();
    let status: 'ok' | 'down' = 'down';
    stage.live.health = () => ({ kind: 'redis', status, since });
    await clock.advance(250);
    expect(await client.untilType('heartbeat')).toMatchObject({
      stale: true,
      staleReason: 'store_unavailable',
      seq: 1,
    });
    const late = stage.connect(MATCH.id);
    expect(await late.untilType('snapshot')).toMatchObject({
      data: { stale: true, staleReason: 'store_unavailable' },
    });
    status = 'ok';
    await clock.advance(250);
    await client.until(({ type, stale }) => type === 'heartbeat' && stale === false);
  });
});

describe('heartbeats', () => {
  test('come every 15 s with position and the age of the newest source', async () => {
    const clock = new FakeClock();
    stage = await startLive({ clock });
    const sources = [10, 4].map((ago) => ({
      provider: providerId(`acme-${ago}`),
      status: 'live' as const,
      score: null,
      observedAt: after(clock.now(), -seconds(ago)),
      agrees: true,
    }));
    await commitScore(stage.live, 1, MATCH, { sources });
    const client = stage.connect(MATCH.id);
    await client.untilType('snapshot');
    await clock.advance(seconds(15));
    const beat = await client.untilType('heartbeat');
    expect(beat).toMatchObject({ matchId: 'match-123', seq: 1, stale: false, staleReason: null });
    const age = beat.sourceAgeMs as number;
    expect(age).toBeGreaterThan(seconds(4));
    expect(age).toBeLessThanOrEqual(seconds(19));
    await clock.advance(seconds(15));
    await client.until(() => client.messages.filter(({ type }) => type === 'heartbeat').length === 2);
  });
});
