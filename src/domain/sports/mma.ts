import { minutes } from '../time.ts';
import type { SportRules } from './sport-rules.ts';

export const mma = {
  id: 'mma',
  name: 'Mixed Martial Arts',
  canDraw: false,
  regulationPeriods: 5,
  periodName: (period) => `Round ${period}`,
  breakName: 'Break',
  scoringSteps: [1],
  typicalDuration: minutes(30),
} as const satisfies SportRules;
