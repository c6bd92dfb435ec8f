import type { ProviderId } from './ids.ts';
import type { SportId } from './sports/index.ts';
import type { Millis } from './time.ts';

/**
 * What experience says of one source in one sport, as plain data. Counts fade slowly, so that a source that changes is
 * known anew; they are therefore no whole numbers.
 */
export interface SourceRecord {
  /** How late it was with changes, counted by the bins of `learning/delays.ts`; in the last it did not follow. */
  readonly delays: readonly number[];
  /** What became of the scores it said: true in time, given to the other side, never true. */
  readonly right: number;
  readonly mirrored: number;
  readonly madeUp: number;
  /** How often it took a score back that stood, and that it stood nevertheless. */
  readonly retreats: number;
  readonly falseRetreats: number;
  /** How long it is silent when all is well. */
  readonly silence: Millis;
  /** How often it was wrong in the very words of another source: who is wrong together is one voice. */
  readonly wrongWith: Readonly<Record<ProviderId, number>>;
}

/** What experience says of one sport. */
export interface SportKnowledge {
  readonly sources: Readonly<Record<ProviderId, SourceRecord>>;
  /** Changes of the score seen in that much time of play. */
  readonly changes: number;
  /** Those of them that were taken back. */
  readonly corrections: number;
  readonly played: Millis;
}

/** All that was learned of sources, to be kept over restarts. */
export interface SourceKnowledge {
  readonly version: 1;
  readonly sports: Readonly<Partial<Record<SportId, SportKnowledge>>>;
}

export const NO_KNOWLEDGE: SourceKnowledge = { version: 1, sports: {} };
