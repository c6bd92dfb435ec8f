import type { ProviderId } from '../../domain/ids.ts';
import type { Score } from '../../domain/score.ts';
import { type EpochMs, type Millis, minutes, seconds } from '../../domain/time.ts';

/** A score that was held, and who came to it when. */
export interface HeldScore {
  readonly number: number;
  readonly value: Score;
  /** About when it came to be so, and when we took it. */
  readonly at: EpochMs;
  readonly takenAt: EpochMs;
  /** When we left it, and whether for good reason: it had never been true. */
  readonly leftAt?: EpochMs;
  readonly refuted?: boolean;
  /** Left for a lesser score: who has not come to it by then never will. */
  readonly takenBack?: boolean;
  readonly reached: Readonly<Record<ProviderId, EpochMs>>;
  /** Who was on time before it: of the others it tells nothing how late they are. */
  readonly inTouch: readonly ProviderId[];
  readonly taught: boolean;
}

/** A score that a source said, to be judged when it has become clear what was true. */
export interface Statement {
  readonly value: Score;
  readonly since: EpochMs;
  /** When it went on to another. */
  readonly until?: EpochMs;
  /** The number of the held score that it took back by this, when it did. */
  readonly retreatedFrom?: number;
}

/** What a source says of the match, and said lately. */
export interface SourceMemory {
  readonly value: Score;
  readonly since: EpochMs;
  /** Oldest first. */
  readonly unjudged: readonly Statement[];
  /** Log-odds that it names the away side first. */
  readonly sides: number;
}

/** What has to be remembered of a match to see it rightly, and to learn from it. Plain data. */
export interface ScoreMemory {
  /** Oldest first; the last is held now. */
  readonly held: readonly HeldScore[];
  readonly sources: Readonly<Record<ProviderId, SourceMemory>>;
  /** Nothing is to be done before this, unless somebody says something new. */
  readonly dueAt: EpochMs;
}

export const NO_MEMORY: ScoreMemory = { held: [], sources: {}, dueAt: Number.POSITIVE_INFINITY as EpochMs };

/** By then all who will ever follow a change have; later is missed. */
export const TEACH_AFTER: Millis = minutes(2);
/** By then it is clear what was true when a source said something. */
export const JUDGE_AFTER: Millis = seconds(150);
/** Who comes back to what it said within this never meant anything else. */
export const SLIP: Millis = minutes(1);
export const MOST_UNJUDGED = 16;
/** How long held scores are remembered. */
export const REMEMBER: Millis = minutes(5);
export const MOST_HELD = 32;

// One provider in a hundred and twenty has the sides of a match exchanged.
export const SIDES_START = -4.8;
const SIDES_SURE = 1;
const SIDES_DOUBTFUL = -2;

/** True when the source is seen as naming the away side first. */
export const isFlipped = (memory: ScoreMemory, provider: ProviderId): boolean =>
  (memory.sources[provider]?.sides ?? SIDES_START) > SIDES_SURE;

/** True when it may well be either way: what it says of a side then says nothing. */
export function isDoubtful(memory: ScoreMemory, provider: ProviderId): boolean {
  const sides = memory.sources[provider]?.sides ?? SIDES_START;
  return sides > SIDES_DOUBTFUL && sides <= SIDES_SURE;
}
