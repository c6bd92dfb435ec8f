import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const tennis = {
  id: 'tennis',
  name: 'Tennis',
  canDraw: false,
  regulationPeriods: 5,
  periodName: (period) => `${ordinal(period)} Set`,
  breakName: 'Break',
  scoringSteps: [1],
  typicalDuration: minutes(150),
} as const satisfies SportRules;
