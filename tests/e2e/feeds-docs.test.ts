import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningApp, runningApp } from '../support/running-app.ts';

setDefaultTimeout(60_000);

const root = join(import.meta.dir, '../..');
const text = readFileSync(join(root, 'docs/feeds.md'), 'utf8');
const WRITTEN_FOR = 'http://127.0.0.1:3000';

/** The first fenced block of this kind; those in a list are moved in. */
function block(kind: string, within = text): string {
  const found = new RegExp(`^( *)\`\`\`${kind}\n([\\s\\S]*?)^ *\`\`\`$`, 'm').exec(within);
  if (found === null) throw new Error(`docs/feeds.md has no block ${kind}`);
  const [, indent = '', content = ''] = found;
  return content.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

const schemes = [...text.matchAll(/^### ([a-z0-9-]+)\n([\s\S]*?)(?=^##)/gm)].map(
  ([, scheme = '', section = '']) => ({
    scheme,
    signature: JSON.parse(block('json', section)) as { scheme: string },
    commands: block('sh', section),
  }),
);

const variables = {
  JWT_SECRET: 'a secret that only this test knows, and long enough',
  DEMO_SECRET: 'the secret of the demo',
  FEED_SECRET: 'whsec_that is no base64',
  FEED_WHSEC: `whsec_${Buffer.from('twenty-four bytes of key').toString('base64')}`,
};
const folder = mkdtempSync(join(tmpdir(), 'touchline-feeds-docs-'));
let server: RunningApp;

beforeAll(async () => {
  writeFileSync(join(folder, 'demo.json'), block('json'));
  for (const { scheme, signature } of schemes) {
    const feed = { id: `by-${scheme}`, name: scheme, signature, preset: 'match-events' };
    writeFileSync(join(folder, `${scheme}.json`), JSON.stringify(feed));
  }
  server = await runningApp({ PROVIDERS: 'simulated', FEEDS_DIR: folder, ...variables });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Runs commands as they are written, with the address of this server in place of the documented one. */
async function run(commands: string, more: Record<string, string> = {}): Promise<unknown> {
  const child = Bun.spawn(['/bin/sh', '-ec', commands.replaceAll(WRITTEN_FOR, server.url)], {
    cwd: root,
    env: { ...process.env, ...variables, ...more },
    stdout: 'pipe',
  });
  return JSON.parse(await new Response(child.stdout).text());
}

test('the feed of five minutes', async () => {
  expect(await run(block('sh demo'))).toMatchObject({ success: true, duplicate: false });
  expect(await run(block('sh demo'))).toMatchObject({ success: true, duplicate: true });
});

describe('each scheme as it is shown', () => {
  test('there are seven', () => expect(schemes.map(({ scheme }) => scheme)).toHaveLength(7));
  for (const { scheme, signature, commands } of schemes) {
    test(scheme, async () => {
      expect(signature.scheme).toBe(scheme);
      expect(await run(`${block('sh prelude')}\n${commands}`, { NAME: `by-${scheme}` })).toMatchObject({
        success: true,
      });
    });
  }
});

test('an entry by hand', async () => {
  const { scores } = await server.get<{ scores: { matchId: string }[] }>('/api/scores?limit=1');
  expect(await run(block('sh manual'), { MATCH: scores[0]!.matchId })).toMatchObject({ success: true });
});
