import { minutes } from '../time.ts';
import { ordinal, overtime } from './ordinal.ts';
import type { SportRules } from './sport-rules.ts';

export const iceHockey = {
  id: 'ice_hockey',
  name: 'Ice Hockey',
  canDraw: true,
  regulationPeriods: 3,
  periodName: (period) => (period <= 3 ? `${ordinal(period)} Period` : overtime(period - 3)),
  breakName: 'Intermission',
  scoringSteps: [1],
  typicalDuration: minutes(150),
} as const satisfies SportRules;
