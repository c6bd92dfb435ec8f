import { expect, test } from 'bun:test';
import type { MatchStatus } from '../../domain/status.ts';
import { statusOf } from './status.ts';

const cases: readonly (readonly [
  name: string,
  state: string,
  completed: boolean | undefined,
  expected: MatchStatus | undefined,
])[] = [
  ['STATUS_SCHEDULED', 'pre', false, 'scheduled'],
  ['STATUS_TBD', 'pre', false, 'scheduled'],
  ['STATUS_IN_PROGRESS', 'in', false, 'live'],
  ['STATUS_FIRST_HALF', 'in', false, 'live'],
  ['STATUS_SECOND_HALF', 'in', false, 'live'],
  ['STATUS_OVERTIME', 'in', false, 'live'],
  ['STATUS_SHOOTOUT', 'in', false, 'live'],
  ['STATUS_END_PERIOD', 'in', false, 'paused'],
  ['STATUS_HALFTIME', 'in', false, 'paused'],
  ['STATUS_END_OF_REGULATION', 'in', false, 'paused'],
  ['STATUS_DELAYED', 'pre', false, 'scheduled'],
  ['STATUS_DELAYED', 'in', false, 'paused'],
  ['STATUS_RAIN_DELAY', 'in', false, 'paused'],
  ['STATUS_SUSPENDED', 'in', false, 'suspended'],
  ['STATUS_FINAL', 'post', true, 'finished'],
  ['STATUS_FULL_TIME', 'post', true, 'finished'],
  ['STATUS_FINAL_AET', 'post', true, 'finished'],
  ['STATUS_FINAL_PEN', 'post', true, 'finished'],
  ['STATUS_FINAL', 'post', false, undefined],
  ['STATUS_FINAL', 'post', undefined, undefined],
  ['STATUS_POSTPONED', 'post', false, 'postponed'],
  ['STATUS_CANCELED', 'post', false, 'cancelled'],
  ['STATUS_UNCONTESTED', 'post', false, 'cancelled'],
  ['STATUS_ABANDONED', 'post', false, 'abandoned'],
  ['STATUS_FORFEIT', 'post', true, 'awarded'],
  ['STATUS_NEW_WORD', 'pre', false, 'scheduled'],
  ['STATUS_NEW_WORD', 'in', false, 'live'],
  ['STATUS_NEW_WORD', 'post', true, 'finished'],
  ['STATUS_NEW_WORD', 'post', false, undefined],
  ['STATUS_NEW_WORD', 'elsewhere', true, undefined],
];

test.each(cases)('%s in state %s, completed %p, is %p', (name, state, completed, expected) => {
  expect(statusOf({ type: { name, state, ...(completed !== undefined && { completed }) } })).toBe(expected);
});
