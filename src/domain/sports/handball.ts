import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const handball = {
  id: 'handball',
  name: 'Handball',
  canDraw: true,
  regulationPeriods: 2,
  periodName: (period) => (period <= 2 ? `${ordinal(period)} Half` : 'Extra Time'),
  breakName: 'Half Time',
  scoringSteps: [1],
  typicalDuration: minutes(90),
} as const satisfies SportRules;
