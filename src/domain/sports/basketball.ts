import { minutes } from '../time.ts';
import { ordinal, overtime } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const basketball = {
  id: 'basketball',
  name: 'Basketball',
  canDraw: false,
  regulationPeriods: 4,
  periodName: (period) => (period <= 4 ? `${ordinal(period)} Quarter` : overtime(period - 4)),
  breakName: 'Half Time',
  scoringSteps: [1, 2, 3, 4],
  typicalDuration: minutes(150),
} as const satisfies SportRules;
