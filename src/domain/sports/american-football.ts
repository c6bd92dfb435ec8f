import { minutes } from '../time.ts';
import { ordinal, overtime } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const americanFootball = {
  id: 'american_football',
  name: 'American Football',
  canDraw: true,
  regulationPeriods: 4,
  periodName: (period) => (period <= 4 ? `${ordinal(period)} Quarter` : overtime(period - 4)),
  breakName: 'Half Time',
  scoringSteps: [1, 2, 3, 6, 7, 8],
  typicalDuration: minutes(195),
} as const satisfies SportRules;
