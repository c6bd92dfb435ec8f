import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const baseball = {
  id: 'baseball',
  name: 'Baseball',
  canDraw: false,
  regulationPeriods: 9,
  periodName: (period) => `${ordinal(period)} Inning`,
  breakName: 'Break',
  scoringSteps: [1, 2, 3, 4],
  typicalDuration: minutes(190),
} as const satisfies SportRules;
