import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { testPostgres } from '../support/postgres.ts';
import { readmeCommands } from '../support/readme.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

const root = join(import.meta.dir, '../..');
const JWT_SECRET = 'a secret that only this test knows, and long enough';
const WRITTEN_FOR = 'http://127.0.0.1:3000';

const [tokenCommand = '', ...blocks] = readmeCommands('Pushing events');
let postgres: Awaited<ReturnType<typeof testPostgres>>;
let app: RunningApp;

beforeAll(async () => {
  postgres = await testPostgres();
  app = await runningApp({
    DATABASE_URL: postgres.url,
    JWT_SECRET,
    PROVIDERS: 'espn',
    ESPN_BASE_URL: 'http://127.0.0.1:9',
    EVENT_TYPES_DIR: join(root, 'examples/event-types'),
  });
}, 60_000);
afterAll(async () => {
  await app.stop();
  await postgres.drop();
});

/** Runs a block as it is written, with the address of this server in place of the documented one. */
async function run(block: string): Promise<string> {
  const child = Bun.spawn(['/bin/sh', '-ec', `${tokenCommand}\n${block.replaceAll(WRITTEN_FOR, app.url)}`], {
    cwd: root,
    env: { ...process.env, JWT_SECRET },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${block}\nended with ${code}: ${error}`);
  return out;
}

describe('the commands of the README', () => {
  for (const block of blocks.filter((one) => one.includes('/ingest'))) {
    const type = /"event_?[tT]ype": ?"(\w+)"/.exec(block)?.[1];
    test(`push ${type}, and again`, async () => {
      const first = JSON.parse(await run(block));
      expect(first).toMatchObject({ success: true });
      if ('results' in first) {
        expect(first).toMatchObject({ accepted: 2, duplicates: 0 });
        expect(JSON.parse(await run(block))).toMatchObject({ accepted: 2, duplicates: 2 });
      } else {
        expect(Object.keys(first)).toEqual([
          'success',
          'message',
          'itemId',
          'sequenceNumber',
          'shardId',
          'timestamp',
          'duplicate',
        ]);
        expect(first.duplicate).toBe(false);
        expect(JSON.parse(await run(block))).toEqual({
          ...first,
          message: 'Event was accepted before',
          duplicate: true,
        });
      }
    }, 30_000);
  }

  test('are one for each built-in type, and one for a declared one', () => {
    const text = blocks.join('\n');
    for (const type of [
      'live_score',
      'match_event',
      'match_status',
      'betting_odds',
      'race_result',
      'customer_health_update',
    ])
      expect(text).toMatch(new RegExp(`"event_?[tT]ype": ?"${type}"`));
  });

  test('read them back', async () => {
    const block = blocks.find((one) => one.includes('/events?'));
    const text = await run(block ?? '');
    const second = text.indexOf('{"types"');
    const [events, types] = [text.slice(0, second), text.slice(second)];
    expect(JSON.parse(events).events).toMatchObject([{ source: 'stadium-feed', eventType: 'match_event' }]);
    expect(JSON.parse(types).types).toHaveLength(11);
  });

  test('made a match that can be looked at, with score and prices', async () => {
    const score = await until('the match is over', async () => {
      const read = await app.get<{ status: string }>('/api/scores/stadium-feed:rovers-united');
      return read.status === 'finished' && read;
    });
    expect(score).toMatchObject({
      homeTeam: 'Northbridge Rovers',
      score: { home: 3, away: 1 },
      sources: [{ provider: 'stadium-feed' }],
    });
    const { markets } = await app.get<{
      markets: { market: string; outcomes: { best: { price: number } }[] }[];
    }>('/api/markets/soccer?league=epl');
    expect(markets.map(({ market }) => market).sort()).toEqual(['h2h', 'totals']);
  }, 15_000);
});
