import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const volleyball = {
  id: 'volleyball',
  name: 'Volleyball',
  canDraw: false,
  regulationPeriods: 5,
  periodName: (period) => `${ordinal(period)} Set`,
  breakName: 'Break',
  scoringSteps: [1],
  typicalDuration: minutes(120),
} as const satisfies SportRules;
