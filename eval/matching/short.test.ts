import { describe, expect, test } from 'bun:test';
import { crowdGoals, type Goal, shortGoals } from './short.ts';

describe('the goals of matching, on invented seasons', () => {
  const seasons = shortGoals([1, 2]);
  for (const goal of seasons) test(goal.what, () => expect(missed(goal)).toBeUndefined());

  // Speed is measured by `bun run eval:matching --short`, on a machine that has nothing else to do.
  for (const goal of crowdGoals(5_000, 2_000, 1).filter(({ what }) => !what.startsWith('µs')))
    test(goal.what, () => expect(missed(goal)).toBeUndefined());
});

const missed = ({ isMet, measured }: Goal): number | undefined => (isMet ? undefined : measured);
