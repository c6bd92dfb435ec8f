import { describe, expect, test } from 'bun:test';
import { defaultIntervals, type IntervalTree } from '../config/polling-config.ts';
import { matchId } from '../domain/ids.ts';
import { epochMs, seconds } from '../domain/time.ts';
import type { PollingOverride } from '../ports/polling.ts';
import type { PollTarget } from '../ports/provider.ts';
import type { Covered } from './covered.ts';
import { resolveInterval } from './interval.ts';
import { OverrideBook } from './override-book.ts';

const target: PollTarget = { id: 'scores:nba', kind: 'scores', sport: 'basketball', league: 'nba' };
const taskId = 'acme:scores:nba';
const at = epochMs(1_000_000);

const tree: IntervalTree = {
  ...defaultIntervals,
  sports: { basketball: { scores: { in_play: 4_000 } } },
  leagues: { nba: { scores: { in_play: 3_000 } } },
  matches: { mfinal: { scores: { in_play: 1_000 } } },
};

const covers = (id: string, phase: Covered['phase']['phase'], league = 'nba'): Covered => ({
  matchId: matchId(id),
  league,
  phase: { phase },
});

const override = (
  scope: PollingOverride['scope'],
  interval: number,
  kind: PollingOverride['kind'] = null,
): PollingOverride => ({ scope, interval, kind, actor: 'ann', at });

const cases: readonly {
  readonly name: string;
  readonly covered: readonly Covered[];
  readonly overrides?: readonly PollingOverride[];
  readonly expected: readonly [interval: number, source: string, phase: string];
}[] = [
  {
    name: 'a match of its own',
    covered: [covers('mfinal', 'in_play')],
    expected: [1_000, 'match', 'in_play'],
  },
  { name: 'its league', covered: [covers('m1', 'in_play')], expected: [3_000, 'league', 'in_play'] },
  { name: 'its sport', covered: [covers('m1', 'in_play', 'acb')], expected: [4_000, 'sport', 'in_play'] },
  { name: 'the default', covered: [covers('m1', 'soon')], expected: [30_000, 'default', 'soon'] },
  { name: 'nothing known', covered: [], expected: [900_000, 'default', 'far_off'] },
  {
    name: 'the most urgent match decides',
    covered: [covers('m1', 'over'), covers('m2', 'in_play'), covers('m3', 'far_off')],
    expected: [3_000, 'league', 'in_play'],
  },
  {
    name: 'an override of the sport stands above the tree, even where the tree is more specific',
    covered: [covers('m1', 'in_play')],
    overrides: [override({ sport: 'basketball' }, 20_000)],
    expected: [20_000, 'override:sport', 'in_play'],
  },
  {
    name: 'the most specific override wins',
    covered: [covers('m1', 'in_play')],
    overrides: [
      override({ sport: 'basketball' }, 20_000),
      override({ league: 'nba' }, 9_000),
      override({ matchId: matchId('m1') }, 2_000),
    ],
    expected: [2_000, 'override:match', 'in_play'],
  },
  {
    name: "a task's own override wins over all",
    covered: [covers('m1', 'far_off'), covers('m2', 'in_play')],
    overrides: [override({ taskId }, 7_000), override({ matchId: matchId('m1') }, 500)],
    expected: [7_000, 'override:task', 'in_play'],
  },
  {
    name: 'an override for one kind leaves the other alone',
    covered: [covers('m1', 'in_play')],
    overrides: [override({ league: 'nba' }, 60_000, 'markets')],
    expected: [3_000, 'league', 'in_play'],
  },
  {
    name: 'an override for a kind wins over one for both',
    covered: [covers('m1', 'in_play')],
    overrides: [override({ league: 'nba' }, 60_000), override({ league: 'nba' }, 8_000, 'scores')],
    expected: [8_000, 'override:league', 'in_play'],
  },
];

describe('the interval of a target comes from', () => {
  for (const { name, covered, overrides = [], expected } of cases) {
    test(name, () => {
      const found = resolveInterval(tree, new OverrideBook(overrides), taskId, target, covered);
      expect([found.interval, found.source, found.phase]).toEqual([...expected]);
    });
  }

  test('the tree, and is asked again when the nearest phase ends', () => {
    const soon = {
      ...covers('m1', 'far_off'),
      phase: { phase: 'far_off' as const, until: epochMs(at + seconds(90)) },
    };
    const later = {
      ...covers('m2', 'far_off'),
      phase: { phase: 'far_off' as const, until: epochMs(at + seconds(500)) },
    };
    expect(resolveInterval(tree, new OverrideBook(), taskId, target, [later, soon]).until).toBe(
      epochMs(at + seconds(90)),
    );
  });
});
