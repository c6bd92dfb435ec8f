import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const other = {
  id: 'other',
  name: 'Other',
  canDraw: true,
  regulationPeriods: 2,
  periodName: (period) => `${ordinal(period)} Period`,
  breakName: 'Break',
  scoringSteps: [1],
  typicalDuration: minutes(180),
} as const satisfies SportRules;
