import { minutes } from '../time.ts';
import type { SportRules } from './sport-rules.ts';

export const soccer = {
  id: 'soccer',
  name: 'Soccer',
  canDraw: true,
  regulationPeriods: 2,
  periodName: (period) =>
    ['1st Half', '2nd Half', 'Extra Time 1st Half', 'Extra Time 2nd Half', 'Penalties'][period - 1] ??
    'Extra Time',
  breakName: 'Half Time',
  scoringSteps: [1],
  typicalDuration: minutes(115),
} as const satisfies SportRules;
