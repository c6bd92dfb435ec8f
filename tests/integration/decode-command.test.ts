import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { registry } from '../../src/providers/registry.ts';

const root = join(import.meta.dir, '..', '..');
const testcase = (provider: string, name: string) =>
  join(root, 'src/providers', provider, 'testcases', name, 'response.json');

/** Runs the command as a stranger would, and gives what it printed, line by line. */
async function decode(args: readonly string[], input = '') {
  const child = Bun.spawn([process.execPath, 'scripts/decode.ts', ...args], {
    cwd: root,
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out: lines(out), err };
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

const scores = {
  file: testcase('the-odds-api', 'wrong-type'),
  args: ['--provider', 'the-odds-api', '--received-at', '2026-01-03T16:00:00+01:00'],
};

describe('bun run decode', () => {
  test('prints an observation a line, and what was left out to standard error', async () => {
    const { code, out, err } = await decode([...scores.args, scores.file]);
    expect(code).toBe(0);
    const observations = out.map((line) => JSON.parse(line));
    expect(observations.map(({ match }) => match.startsAt)).toEqual([
      '2026-01-03T19:30:00.000Z',
      '2026-01-03T19:30:00.000Z',
    ]);
    expect(observations[1]).toMatchObject({
      provider: 'the-odds-api',
      requestedAt: '2026-01-03T15:00:00.000Z',
      receivedAt: '2026-01-03T15:00:00.000Z',
      statedAt: '2026-01-03T14:59:40.000Z',
      score: { status: 'finished', score: { home: 90, away: 88 } },
    });
    expect(lines(err).map((line) => JSON.parse(line))).toContainEqual({
      dropped: { where: '[4]', why: 'bad_score' },
    });
  });

  test('reads standard input for -', async () => {
    const body = await Bun.file(scores.file).text();
    const fromFile = await decode([...scores.args, scores.file]);
    expect(await decode([...scores.args, '-'], `\uFEFF${body}`)).toEqual(fromFile);
  });

  test('asks with the path that is given', async () => {
    const body = JSON.stringify([
      {
        id: 'a1',
        sport_key: 'basketball_nba',
        commence_time: '2026-01-03T19:30:00Z',
        home_team: 'Harbor Pilots',
        away_team: 'Mesa Foxes',
        bookmakers: [
          {
            key: 'northbook',
            markets: [{ key: 'totals', outcomes: [{ name: 'Over', price: 110, point: 219.5 }] }],
          },
        ],
      },
    ]);
    const price = async (path: string) => {
      const { out } = await decode(['--provider', 'the-odds-api', '--path', path, '-'], body);
      return JSON.parse(out[0] ?? '').markets[0].quotes[0].price;
    };
    expect(await price('/v4/sports/basketball_nba/odds?oddsFormat=american')).toBe(2.1);
    expect(await price('/v4/sports/basketball_nba/odds?oddsFormat=decimal')).toBe(110);
  });

  test('knows a usual path of every provider', async () => {
    for (const { id, family } of registry) {
      const { code, err } = await decode(['--provider', id, testcase(family ?? id, 'empty-feed')]);
      expect({ id, code, err }).toEqual({ id, code: 0, err: '' });
    }
  });

  test.each([
    [
      'an unknown provider',
      ['--provider', 'nobody', scores.file],
      /"nobody"; known are: espn, .*api-football/,
    ],
    ['a file that is not there', ['--provider', 'espn', 'nowhere.json'], /cannot read nowhere\.json: ENOENT/],
    ['no file', ['--provider', 'espn'], /usage: /],
    ['no provider', [scores.file], /usage: /],
    ['an unknown option', ['--porvider', 'espn', scores.file], /--porvider.*\n?.*usage: /s],
    [
      'a time without zone',
      ['--provider', 'espn', '--received-at', '2026-01-03T15:00:00', scores.file],
      /zone/,
    ],
    [
      'a body of another shape',
      ['--provider', 'espn', 'package.json', '--path', '/'],
      /PROVIDER_BAD_PAYLOAD: /,
    ],
    ['text', ['--provider', 'espn', 'LICENSE'], /LICENSE is not JSON/],
    [
      'an error of the provider',
      ['--provider', 'api-football', testcase('api-football', 'refused-key')],
      /KEY_REFUSED/,
    ],
  ])('%s is a message and exit code 1', async (_name, args, message) => {
    const { code, out, err } = await decode(args);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
