import { minutes } from '../time.ts';
import type { SportRules } from './sport-rules.ts';

export const motorsport = {
  id: 'motorsport',
  name: 'Motorsport',
  canDraw: false,
  regulationPeriods: 1,
  periodName: (period) => (period === 1 ? 'Race' : `Part ${period}`),
  breakName: 'Break',
  scoringSteps: [1],
  typicalDuration: minutes(120),
} as const satisfies SportRules;
