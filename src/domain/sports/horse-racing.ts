import { minutes } from '../time.ts';
import type { SportRules } from './sport-rules.ts';

export const horseRacing = {
  id: 'horse_racing',
  name: 'Horse Racing',
  canDraw: false,
  regulationPeriods: 1,
  periodName: (period) => (period === 1 ? 'Race' : `Part ${period}`),
  breakName: 'Break',
  scoringSteps: [1],
  typicalDuration: minutes(10),
} as const satisfies SportRules;
