import type { Observation } from '../domain/observation.ts';

/**
 * Observations of one moment in the order in which they are to be noted, so that it makes no difference in which they
 * came: by provider, and of one provider what it stated earlier first; where that does not tell, what is further on.
 */
export const inNotedOrder = (observations: readonly Observation[]): Observation[] =>
  [...observations].sort(
    (a, b) =>
      text(a.provider, b.provider) ||
      a.receivedAt - b.receivedAt ||
      (a.statedAt ?? 0) - (b.statedAt ?? 0) ||
      points(b) - points(a) ||
      (b.score?.score?.home ?? 0) - (a.score?.score?.home ?? 0) ||
      text(a.score?.status ?? '', b.score?.status ?? ''),
  );

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const points = ({ score }: Observation): number => (score?.score?.home ?? -1) + (score?.score?.away ?? -1);
