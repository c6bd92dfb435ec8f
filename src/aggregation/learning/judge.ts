import type { ProviderId } from '../../domain/ids.ts';
import { type Score, sameScore } from '../../domain/score.ts';
import type { EpochMs, Millis } from '../../domain/time.ts';
import type { Lesson } from './lesson.ts';
import {
  type HeldScore,
  isFlipped,
  JUDGE_AFTER,
  type ScoreMemory,
  type SourceMemory,
  type Statement,
} from './score-memory.ts';

type Untold<L> = L extends unknown ? Omit<L, 'sport'> : never;

export interface Judgement {
  readonly lesson?: Untold<Exclude<Lesson, { kind: 'change' }>>;
  readonly sides: number;
}

// What a score seen from end to end says of the sides: how much likelier a source is to say it that has them exchanged
// than one that gave a goal to the wrong side, at once and when that stands for minutes.
const SIDES_SLIP = 3.5;
const SIDES_STANDS = 6;
const SIDES_RIGHT = 5;
const SIDES_MOST = 8;

/**
 * What became of a score that a source said some time ago; no lesson when that cannot be told, or when it was true only
 * of old.
 */
export function judge(
  provider: ProviderId,
  statement: Statement,
  sides: number,
  memory: ScoreMemory,
  silence: Millis | undefined,
): Judgement {
  const { value, since, until, retreatedFrom } = statement;
  const near = memory.held.filter((entry) => isNear(entry, since) && entry.number > (retreatedFrom ?? 0));
  const credible = near.filter((entry) => !entry.refuted);
  const same = credible.filter((entry) => sameScore(entry.value, value));
  const alone = Object.keys(memory.sources).length === 1;
  const isRight = same.some((entry) => alone || witnesses(entry, provider) >= 1);
  if (retreatedFrom !== undefined) {
    // While it stands by it and we do not follow, it cannot be told.
    if (!isRight && until === undefined) return { sides };
    return { sides, lesson: { kind: 'retreat', provider, isTrue: isRight } };
  }
  const said = { kind: 'said', provider, silence } as const;
  if (isRight) {
    const step = value.home === value.away ? 0 : -SIDES_RIGHT;
    return {
      lesson: { ...said, outcome: 'right', together: [] },
      sides: turned(memory, provider, step, sides),
    };
  }
  const truth = credible.at(-1)?.value;
  // Held on its word alone, or nothing held that it could be compared with.
  if (same.length > 0 || truth === undefined) return { sides };
  const wrong = { ...said, together: together(provider, statement, memory) };
  // Of two that differ it cannot be told which has the sides exchanged.
  const mirrors = credible.filter(
    (entry) => isGivenAway(value, entry.value) && witnesses(entry, provider) >= 2,
  );
  if (mirrors.length > 0) {
    const isMirror = mirrors.some(
      (entry) => value.home === entry.value.away && value.away === entry.value.home,
    );
    const step = until === undefined ? SIDES_STANDS : SIDES_SLIP;
    return {
      lesson: { ...wrong, outcome: 'mirrored' },
      sides: turned(memory, provider, isMirror ? step : 0, sides),
    };
  }
  if (value.home < truth.home || value.away < truth.away || isGivenAway(value, truth)) return { sides };
  return { lesson: { ...wrong, outcome: 'madeUp' }, sides };
}

/** How many others came to it. */
const witnesses = ({ reached }: HeldScore, provider: ProviderId): number =>
  Object.keys(reached).length - Number(reached[provider] !== undefined);

/** Held at the time, or soon after. */
const isNear = ({ leftAt, takenAt }: HeldScore, since: EpochMs): boolean =>
  (leftAt === undefined || leftAt > since - JUDGE_AFTER) && takenAt < since + 2 * JUDGE_AFTER;

/** As many points, but not on the same sides. */
const isGivenAway = (a: Score, b: Score): boolean => a.home !== b.home && a.home + a.away === b.home + b.away;

/** Evidence on the sides counts the other way round for a source that is seen mirrored. */
function turned(memory: ScoreMemory, provider: ProviderId, step: number, sides: number): number {
  const moved = sides + (isFlipped(memory, provider) ? -step : step);
  return Math.max(-SIDES_MOST, Math.min(SIDES_MOST, moved));
}

/** Who said the same wrong score at about that time. */
function together(provider: ProviderId, { value, since }: Statement, { sources }: ScoreMemory): ProviderId[] {
  const isSame = (other: { value: Score; since: EpochMs }): boolean =>
    sameScore(other.value, value) && Math.abs(other.since - since) < JUDGE_AFTER;
  return (Object.entries(sources) as [ProviderId, SourceMemory][])
    .filter(([other, memory]) => other !== provider && (isSame(memory) || memory.unjudged.some(isSame)))
    .map(([other]) => other);
}
