import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const cricket = {
  id: 'cricket',
  name: 'Cricket',
  canDraw: true,
  regulationPeriods: 4,
  periodName: (period) => `${ordinal(period)} Innings`,
  breakName: 'Break',
  scoringSteps: [1, 2, 3, 4, 5, 6],
  typicalDuration: minutes(480),
} as const satisfies SportRules;
