import { afterEach, describe, expect, test } from 'bun:test';
import { matchId } from '../../src/domain/ids.ts';
import type { Millis } from '../../src/domain/time.ts';
import type { LiveMessage, LiveStore } from '../../src/ports/live-store.ts';
import { until } from '../support/until.ts';
import {
  aLink,
  aMarket,
  aMatch,
  aScore,
  commitScore,
  commitScores,
  marketChange,
  place,
  positionOf,
  scoreChange,
} from '../support/views.ts';

export interface StoreUnderTest {
  /** Started. */
  readonly store: LiveStore;
  /** Lets the store's time go by, where it can be moved; otherwise it goes by itself. */
  pass(span: Millis): Promise<void>;
}

export interface ContractOptions {
  readonly logSize?: number;
  readonly logCharacters?: number;
}

/** What every LiveStore keeps. Each test gets an empty store from `make`; the suite stops it. */
export function liveStoreContract(
  name: string,
  make: (options: ContractOptions) => Promise<StoreUnderTest>,
): void {
  describe(`live store contract: ${name}`, () => {
    const running: LiveStore[] = [];
    async function begin(options: ContractOptions = {}) {
      const made = await make(options);
      running.push(made.store);
      const heard: LiveMessage[] = [];
      made.store.onMessage((message) => heard.push(message));
      return { ...made, heard };
    }
    afterEach(async () => {
      await Promise.all(running.splice(0).map((store) => store.stop()));
    });
    const match = aMatch('m1');

    describe('commit', () => {
      test('numbers the changes of a match from 1 without a gap, in the epoch it begins in', async () => {
        const { store } = await begin();
        const epoch = store.epoch();
        expect(await commitScores(store, match, 3)).toEqual([`${epoch}:1`, `${epoch}:2`, `${epoch}:3`]);
        expect(await commitScores(store, aMatch('m2'), 1)).toEqual([`${epoch}:1`]);
      });

      test('numbers scores and markets apart, and keeps both', async () => {
        const { store } = await begin();
        await commitScores(store, match, 2);
        const first = await store.commit(marketChange(store, match, ['h2h']));
        expect(place(first)).toBe(`${store.epoch()}:1`);
        const view = store.view(match.id);
        expect(view?.score?.score).toEqual({ home: 2, away: 0 });
        expect(view?.markets).toEqual([aMarket('h2h')]);
        expect(view?.position.scores.seq).toBe(2);
        expect(view?.position.markets.seq).toBe(1);
      });

      test('puts the position into the message and shows the view at once', async () => {
        const { store, heard } = await begin();
        const change = scoreChange(store, match, 1);
        const { epoch } = change.basedOn;
        await store.commit(change);
        expect(heard).toEqual([
          {
            matchId: match.id,
            stream: 'scores',
            position: { epoch, seq: 1 },
            json: `{"epoch":"${epoch}","seq":1,${change.message.slice(1)}`,
          },
        ]);
        expect(store.view(match.id)).toEqual({
          id: match.id,
          match,
          score: aScore(1, 0),
          markets: [],
          position: { scores: { epoch, seq: 1 }, markets: { epoch, seq: 0 } },
        });
      });

      test('refuses a change computed from an older view, and says where the store is', async () => {
        const { store, heard } = await begin();
        const early = scoreChange(store, match, 9);
        await commitScores(store, match, 2);
        expect(await store.commit(early)).toEqual({
          outcome: 'conflict',
          current: { epoch: store.epoch(), seq: 2 },
        });
        expect(store.view(match.id)?.score?.score?.home).toBe(2);
        expect(heard).toHaveLength(2);
      });

      const elsewhere = [
        { name: 'a seq the match has not reached', basedOn: { seq: 5 } },
        { name: 'another epoch', basedOn: { epoch: 'zzzz', seq: 1 } },
        { name: 'the beginning of another epoch', basedOn: { epoch: '0', seq: 0 } },
      ];
      for (const { name, basedOn } of elsewhere)
        test(`refuses a change based on ${name}`, async () => {
          const { store } = await begin();
          await commitScore(store, match, 1);
          const current = positionOf(store, match.id);
          const change = scoreChange(store, match, 2, { basedOn: { ...current, ...basedOn } });
          expect(await store.commit(change)).toEqual({ outcome: 'conflict', current });
          expect(place(await commitScore(store, match, 2))).toBe(`${current.epoch}:2`);
        });

      test('refuses a change of an unknown match that is based on something', async () => {
        const { store, heard } = await begin();
        const epoch = store.epoch();
        const change = scoreChange(store, match, 1, { basedOn: { epoch, seq: 7 } });
        expect(await store.commit(change)).toEqual({ outcome: 'conflict', current: { epoch, seq: 0 } });
        expect(heard).toEqual([]);
        expect(store.epoch()).toBe(epoch);
      });

      test('lets exactly one of fifty that start from the same place win', async () => {
        const { store } = await begin();
        const changes = Array.from({ length: 50 }, (_, home) => scoreChange(store, match, home));
        const results = await Promise.all(changes.map((change) => store.commit(change)));
        expect(results.filter((result) => result.outcome === 'committed')).toHaveLength(1);
        const conflicts = results.filter((result) => result.outcome === 'conflict');
        expect(conflicts.map((result) => result.current.seq)).toEqual(Array(49).fill(1));
      });

      test('gives each position to one of fifty that try until they win', async () => {
        const { store, heard } = await begin();
        const commit = async (home: number): Promise<number> => {
          for (;;) {
            const result = await commitScore(store, match, home);
            if (result.outcome === 'committed') return result.position.seq;
          }
        };
        const seqs = await Promise.all(Array.from({ length: 50 }, (_, home) => commit(home)));
        const all = Array.from({ length: 50 }, (_, at) => at + 1);
        expect(seqs.toSorted((a, b) => a - b)).toEqual(all);
        expect(heard.map((message) => message.position.seq)).toEqual(all);
      });

      test('keeps odd text as it is', async () => {
        const { store, heard } = await begin();
        const name = 'Ünïté "A"\\ \n\r\t\u2028\u0000 ⚽️ 日本 {}%s';
        const odd = aMatch('o'.repeat(64), { home: { name }, links: [aLink('espn', 'a:b\nc')] });
        const message = JSON.stringify({ type: 'score_update', matchId: odd.id, data: { name } });
        await store.commit(scoreChange(store, odd, 1, { message }));
        await commitScore(store, odd, 2);
        expect(store.view(odd.id)?.match).toEqual(odd);
        expect(JSON.parse(heard[0]?.json ?? '')).toEqual({
          epoch: store.epoch(),
          seq: 1,
          type: 'score_update',
          matchId: odd.id,
          data: { name },
        });
        expect(await store.since(odd.id, 'scores', { epoch: store.epoch(), seq: 0 })).toEqual(heard);
        expect(store.findByLink(aLink('espn', 'a:b\nc'))).toBe(odd.id);
      });
    });

    describe('fence', () => {
      test('refuses an older token than the match has seen', async () => {
        const { store, heard } = await begin();
        await store.commit(scoreChange(store, match, 1, { fence: 5 }));
        expect(await store.commit(scoreChange(store, match, 2, { fence: 4 }))).toEqual({ outcome: 'fenced' });
        expect(store.view(match.id)?.position.scores.seq).toBe(1);
        expect(heard).toHaveLength(1);
        place(await store.commit(scoreChange(store, match, 2, { fence: 5 })));
        place(await store.commit(scoreChange(store, match, 3, { fence: 1_800_000_000_000 })));
        expect(await store.commit(scoreChange(store, match, 4, { fence: 1_799_999_999_999 }))).toEqual({
          outcome: 'fenced',
        });
      });

      test('guards what is known of the match and its confirmation too', async () => {
        const { store } = await begin();
        await store.putMatch(match, 5);
        const renamed = aMatch('m1', { leagueName: 'Other' });
        expect(store.putMatch(renamed, 4)).rejects.toMatchObject({
          code: 'STORE_REJECTED',
          retryable: false,
        });
        await store.commit(scoreChange(store, match, 1, { fence: 5 }));
        await store.confirm(match.id, positionOf(store, match.id), { scores: aScore(7, 7) }, 4);
        expect(store.view(match.id)?.match.leagueName).toBe('Premier League');
        expect(store.view(match.id)?.score?.score).toEqual({ home: 1, away: 0 });
      });
    });

    describe('confirm', () => {
      test('replaces the view where it stands, and tells nobody', async () => {
        const { store, heard } = await begin();
        await commitScores(store, match, 1);
        await store.commit(marketChange(store, match, ['h2h']));
        const again = aScore(1, 0, { confidence: 0.95 });
        await store.confirm(match.id, positionOf(store, match.id), { scores: again }, 1);
        await store.confirm(match.id, positionOf(store, match.id, 'markets'), { markets: [] }, 1);
        expect(store.view(match.id)?.score).toEqual(again);
        expect(store.view(match.id)?.markets).toEqual([]);
        expect(positionOf(store, match.id).seq).toBe(1);
        expect(heard).toHaveLength(2);
      });

      test('does nothing when the store has moved on, or does not know the match', async () => {
        const { store } = await begin();
        await commitScores(store, match, 1);
        const before = positionOf(store, match.id);
        await commitScore(store, match, 2);
        await store.confirm(match.id, before, { scores: aScore(1, 0) }, 1);
        await store.confirm(matchId('nobody'), before, { scores: aScore(1, 0) }, 1);
        expect(store.view(match.id)?.score?.score?.home).toBe(2);
        expect(store.view(matchId('nobody'))).toBeUndefined();
      });
    });

    describe('since', () => {
      test('answers exactly what followed', async () => {
        const { store, heard } = await begin();
        await commitScores(store, match, 4);
        await store.commit(marketChange(store, match, ['h2h']));
        const scores = heard.filter((message) => message.stream === 'scores');
        const epoch = store.epoch();
        for (const seq of [0, 1, 2, 3, 4])
          expect(await store.since(match.id, 'scores', { epoch, seq })).toEqual(scores.slice(seq));
        expect(await store.since(match.id, 'markets', { epoch, seq: 0 })).toEqual(heard.slice(4));
      });

      test('answers undefined when the log does not reach back, for any reason', async () => {
        const { store } = await begin({ logSize: 3 });
        await commitScores(store, match, 5);
        const epoch = store.epoch();
        const seqs = async (seq: number, id = match.id, of = epoch) =>
          (await store.since(id, 'scores', { epoch: of, seq }))?.map((message) => message.position.seq);
        expect(await seqs(2)).toEqual([3, 4, 5]);
        expect(await seqs(5)).toEqual([]);
        for (const seq of [0, 1, 6, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])
          expect(await seqs(seq)).toBeUndefined();
        expect(await seqs(4, match.id, 'other')).toBeUndefined();
        expect(await seqs(0, matchId('nobody'))).toBeUndefined();
      });

      test('keeps no more text than allowed', async () => {
        const { store } = await begin({ logCharacters: 2_000 });
        const long = (padding: number) =>
          JSON.stringify({ type: 'score_update', matchId: match.id, padding: '-'.repeat(padding) });
        const epoch = store.epoch();
        for (const padding of [800, 800, 800])
          await store.commit(scoreChange(store, match, 1, { message: long(padding) }));
        expect(await store.since(match.id, 'scores', { epoch, seq: 0 })).toBeUndefined();
        expect(await store.since(match.id, 'scores', { epoch, seq: 1 })).toHaveLength(2);
        await store.commit(scoreChange(store, match, 1, { message: long(5_000) }));
        expect(await store.since(match.id, 'scores', { epoch, seq: 3 })).toBeUndefined();
        expect(await store.since(match.id, 'scores', { epoch, seq: 4 })).toEqual([]);
        await commitScore(store, match, 2);
        expect(await store.since(match.id, 'scores', { epoch, seq: 4 })).toHaveLength(1);
      });
    });

    describe('matches', () => {
      test('become known without a message, once or twice', async () => {
        const { store, heard } = await begin();
        await store.putMatch(match, 1);
        await store.putMatch(match, 1);
        const beginning = { epoch: store.epoch(), seq: 0 };
        expect([...store.views()]).toEqual([
          {
            id: match.id,
            match,
            score: null,
            markets: [],
            position: { scores: beginning, markets: beginning },
          },
        ]);
        expect(heard).toEqual([]);
        expect(await store.since(match.id, 'scores', beginning)).toEqual([]);
        expect(place(await commitScore(store, match, 1))).toBe(`${store.epoch()}:1`);
      });

      test('keep their views and positions when their identity changes', async () => {
        const { store } = await begin();
        await commitScores(store, match, 2);
        await store.putMatch({ ...match, leagueName: 'Renamed' }, 1);
        expect(store.view(match.id)).toMatchObject({
          match: { leagueName: 'Renamed' },
          score: { score: { home: 2, away: 0 } },
          position: { scores: { seq: 2 } },
        });
      });

      test('are found by their links, and by no link they lost', async () => {
        const { store } = await begin();
        const [espn, odds] = [aLink('espn', '401'), aLink('the-odds-api', 'x:1')];
        await store.putMatch({ ...match, links: [espn] }, 1);
        expect(store.findByLink(espn)).toBe(match.id);
        expect(store.findByLink(odds)).toBeUndefined();
        await commitScore(store, { ...match, links: [odds] }, 1);
        expect(store.findByLink(odds)).toBe(match.id);
        expect(store.findByLink(espn)).toBeUndefined();
      });

      test('may take a link over from another match, in either order', async () => {
        const { store } = await begin();
        const link = aLink('espn', '401');
        const other = aMatch('m2', { links: [] });
        await store.putMatch({ ...match, links: [link] }, 1);
        await store.putMatch({ ...other, links: [link] }, 1);
        await store.putMatch({ ...match, links: [] }, 1);
        expect(store.findByLink(link)).toBe(other.id);
      });

      test('are forgotten with their links and log when evicted', async () => {
        const { store, heard } = await begin();
        await commitScores(store, match, 2);
        const epoch = positionOf(store, match.id).epoch;
        await store.putMatch(aMatch('m2'), 1);
        await store.evict(match.id);
        await store.evict(matchId('nobody'));
        expect(store.view(match.id)).toBeUndefined();
        expect(match.links.map((link) => store.findByLink(link))).toEqual([undefined]);
        expect(await store.since(match.id, 'scores', { epoch, seq: 1 })).toBeUndefined();
        expect([...store.views()].map((view) => view.id)).toEqual([matchId('m2')]);
        expect(heard).toHaveLength(2);
      });

      test('never get a position twice, evicted in between or not', async () => {
        const { store, heard } = await begin();
        const used: string[] = [];
        for (let life = 0; life < 3; life++) {
          used.push(...(await commitScores(store, match, 3)));
          used.push(`m:${place(await store.commit(marketChange(store, match, ['h2h'])))}`);
          await store.evict(match.id);
        }
        await store.putMatch(match, 1);
        used.push(...(await commitScores(store, match, 1)));
        expect(new Set(used).size).toBe(13);
        expect(heard).toHaveLength(13);
      });
    });

    describe('listeners', () => {
      test('hear every message in order, whatever another one does', async () => {
        const { store } = await begin();
        const [first, second]: [number[], number[]] = [[], []];
        store.onMessage((message) => first.push(message.position.seq));
        store.onMessage(() => {
          throw new Error('a listener that fails');
        });
        store.onMessage((message) => second.push(message.position.seq));
        await commitScores(store, match, 3);
        expect(first).toEqual([1, 2, 3]);
        expect(second).toEqual([1, 2, 3]);
      });

      test('hear in order also when one of them commits', async () => {
        const { store, heard } = await begin();
        const commits: Promise<unknown>[] = [];
        store.onMessage(({ position }) => {
          if (position.seq < 3) commits.push(commitScore(store, match, position.seq + 1));
        });
        const second: number[] = [];
        store.onMessage((message) => second.push(message.position.seq));
        await commitScore(store, match, 1);
        await until('three messages are out', () => heard.length === 3);
        await Promise.all(commits);
        expect(heard.map((message) => message.position.seq)).toEqual([1, 2, 3]);
        expect(second).toEqual([1, 2, 3]);
      });

      test('hear nothing more once they are taken away', async () => {
        const { store } = await begin();
        const seqs: number[] = [];
        const listener = (message: LiveMessage) => seqs.push(message.position.seq);
        const [off, offToo] = [store.onMessage(listener), store.onMessage(listener)];
        await commitScore(store, match, 1);
        off();
        off();
        await commitScore(store, match, 2);
        offToo();
        await commitScore(store, match, 3);
        expect(seqs).toEqual([1, 1, 2]);
      });

      test('are not told of a resync while nothing was missed', async () => {
        const { store } = await begin();
        let resyncs = 0;
        store.onResync(() => resyncs++);
        await commitScores(store, match, 3);
        await store.evict(match.id);
        expect(resyncs).toBe(0);
      });
    });

    describe('leases', () => {
      test('belong to one holder, who keeps his token while he renews', async () => {
        const { store } = await begin();
        const lease = await store.lease('poller', 'a', 60_000);
        expect(lease?.token).toBeGreaterThan(0);
        expect(await store.lease('poller', 'b', 60_000)).toBeUndefined();
        expect((await store.lease('poller', 'a', 60_000))?.token).toBe(lease?.token ?? -1);
        expect(await store.lease('other', 'b', 60_000)).toBeDefined();
      });

      test('pass on when released, by the holder only, and tokens grow', async () => {
        const { store } = await begin();
        const first = await store.lease('poller', 'a', 60_000);
        await store.release('poller', 'b');
        expect(await store.lease('poller', 'b', 60_000)).toBeUndefined();
        await store.release('poller', 'a');
        const second = await store.lease('poller', 'b', 60_000);
        expect(second?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
      });

      test('run out, and even their old holder gets a new token then', async () => {
        const { store, pass } = await begin();
        const first = await store.lease('poller', 'a', 30);
        await pass(31);
        const second = await until('the lease has run out', () => store.lease('poller', 'b', 30));
        await pass(31);
        const third = await until('the lease has run out', () => store.lease('poller', 'a', 60_000));
        expect(second.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
        expect(third.token).toBeGreaterThan(second.token);
      });
    });

    test('says that it is well, and starts and stops as often as asked', async () => {
      const { store } = await begin();
      await Promise.all([store.start(), store.start()]);
      expect(store.health().status).toBe('ok');
      expect(store.health().lastErrorCode).toBeUndefined();
      await Promise.all([store.stop(), store.stop()]);
      await store.stop();
    });
  });
}
