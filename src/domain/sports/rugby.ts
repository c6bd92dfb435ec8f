import { minutes } from '../time.ts';
import { ordinal } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const rugby = {
  id: 'rugby',
  name: 'Rugby',
  canDraw: true,
  regulationPeriods: 2,
  periodName: (period) => (period <= 2 ? `${ordinal(period)} Half` : 'Extra Time'),
  breakName: 'Half Time',
  scoringSteps: [1, 2, 3, 4, 5, 7],
  typicalDuration: minutes(105),
} as const satisfies SportRules;
