import type { ProviderId } from '../../domain/ids.ts';
import { type Score, sameScore } from '../../domain/score.ts';
import type { SportId } from '../../domain/sports/index.ts';
import { after, type EpochMs, type Millis } from '../../domain/time.ts';
import type { SourceClaim } from '../source-claims.ts';
import { judge } from './judge.ts';
import type { Lesson } from './lesson.ts';
import {
  type HeldScore,
  JUDGE_AFTER,
  MOST_HELD,
  MOST_UNJUDGED,
  NO_MEMORY,
  REMEMBER,
  type ScoreMemory,
  SIDES_START,
  SLIP,
  type SourceMemory,
  TEACH_AFTER,
} from './score-memory.ts';

export interface Moment {
  readonly sport: SportId;
  readonly memory: ScoreMemory | undefined;
  /** One claim a source, ordered by source, seen the right way round. */
  readonly claims: readonly SourceClaim[];
  /** What we hold now, and about since when. */
  readonly score: Score | null;
  readonly since: EpochMs | undefined;
  readonly now: EpochMs;
  /** By how much that source is usually later than the quickest. */
  readonly headStart: (provider: ProviderId) => Millis;
}

export interface Remembered {
  readonly memory: ScoreMemory;
  readonly lessons: readonly Lesson[];
}

const NO_LESSONS: readonly Lesson[] = [];
/** Sources may come to a score before we take it. */
const BEFOREHAND: Millis = 60_000;

/** The memory after this moment, and what has become clear by now. */
export function remember(moment: Moment): Remembered {
  const { memory = NO_MEMORY, score, now } = moment;
  if (score === null) return { memory, lessons: NO_LESSONS };
  const isNews = !isHeld(memory, score) || moment.claims.some((claim) => isNew(memory, claim));
  if (!isNews && now < memory.dueAt) return { memory, lessons: NO_LESSONS };

  const lessons: Lesson[] = [];
  let held = isHeld(memory, score) ? memory.held : withHeld(memory, moment, score);
  held = held.map((entry, at) => (entry.taught ? entry : withReached(entry, held.slice(at), moment.claims)));
  const sources = followed(moment, { ...memory, held }, lessons);
  held = taught(moment, held, lessons);
  return { memory: { held, sources, dueAt: nextDue(held, sources) }, lessons };
}

const isHeld = ({ held }: ScoreMemory, score: Score): boolean => {
  const last = held.at(-1);
  return last !== undefined && sameScore(last.value, score);
};

const sinceOf = (claim: SourceClaim): EpochMs => claim.scoreSince ?? claim.since;

function isNew({ sources }: ScoreMemory, source: SourceClaim): boolean {
  const { score } = source.claim;
  if (score === undefined) return false;
  const known = sources[source.provider];
  return known === undefined || known.since !== sinceOf(source) || !sameScore(known.value, score);
}

function withHeld({ held, sources }: ScoreMemory, { now, since, claims }: Moment, value: Score): HeldScore[] {
  const last = held.at(-1);
  const recent = held.filter(
    ({ value: old, leftAt }) => leftAt === undefined || now - leftAt < TEACH_AFTER || old === last?.value,
  );
  const kept = held.filter(
    ({ leftAt, taught }) => !taught || leftAt === undefined || now - leftAt < REMEMBER,
  );
  const entry: HeldScore = {
    number: (last?.number ?? 0) + 1,
    value,
    at: since ?? now,
    takenAt: now,
    reached: {},
    inTouch: claims
      .filter(({ provider }) => {
        const said = sources[provider];
        return (
          said && (sameScore(said.value, value) || recent.some((old) => sameScore(old.value, said.value)))
        );
      })
      .map(({ provider }) => provider),
    // The first tells nothing of how late sources are.
    taught: last === undefined,
  };
  return [
    ...kept.slice(-MOST_HELD).map((old) => (old === last ? left(old, value, now, claims.length) : old)),
    entry,
  ];
}

function left(entry: HeldScore, next: Score, now: EpochMs, sources: number): HeldScore {
  const { value, reached } = entry;
  const isForward = next.home >= value.home && next.away >= value.away;
  if (isForward) return { ...entry, leftAt: now };
  const isBack = next.home <= value.home && next.away <= value.away;
  const refuted = !isBack || Object.keys(reached).length * 2 < sources;
  return { ...entry, leftAt: now, takenBack: isBack, refuted, taught: entry.taught || refuted };
}

/** Notes who has come to the score, or beyond it. `later`: that score and those held since. */
function withReached(
  entry: HeldScore,
  later: readonly HeldScore[],
  claims: readonly SourceClaim[],
): HeldScore {
  let reached = entry.reached;
  for (const claim of claims) {
    const { score } = claim.claim;
    if (score === undefined || reached[claim.provider] !== undefined) continue;
    const since = sinceOf(claim);
    if (since < entry.at - BEFOREHAND || !later.some(({ value }) => sameScore(value, score))) continue;
    reached = { ...reached, [claim.provider]: since };
  }
  return reached === entry.reached ? entry : { ...entry, reached };
}

/** What each source says now; what it said some time ago is judged. */
function followed(moment: Moment, memory: ScoreMemory, lessons: Lesson[]): ScoreMemory['sources'] {
  const { claims, sport, now } = moment;
  const sources: Record<ProviderId, SourceMemory> = { ...memory.sources };
  for (const claim of claims) {
    const { provider } = claim;
    const { score } = claim.claim;
    if (score === undefined) continue;
    const known = sources[provider];
    let said =
      known === undefined
        ? { value: score, since: sinceOf(claim), unjudged: [], sides: SIDES_START }
        : isNew(memory, claim)
          ? movedOn(known, score, sinceOf(claim), memory)
          : known;
    for (const statement of said.unjudged) {
      if (now - statement.since < JUDGE_AFTER && said.unjudged.length <= MOST_UNJUDGED) break;
      const { lesson, sides } = judge(provider, statement, said.sides, { ...memory, sources }, claim.silence);
      if (lesson) lessons.push({ sport, ...lesson });
      said = { ...said, unjudged: said.unjudged.slice(1), sides };
    }
    sources[provider] = said;
  }
  return sources;
}

function movedOn(said: SourceMemory, score: Score, at: EpochMs, { held }: ScoreMemory): SourceMemory {
  const { value, unjudged } = said;
  const open = unjudged.map((each, i) =>
    i === unjudged.length - 1 && !each.until ? { ...each, until: at } : each,
  );
  const slipped = open.some((each) => sameScore(each.value, score) && at - (each.until ?? at) < SLIP);
  const moved = { ...said, value: score, since: at };
  if (slipped) return { ...moved, unjudged: open };
  const isBack = score.home <= value.home && score.away <= value.away;
  const stood = isBack && held.findLast((entry) => sameScore(entry.value, value) && !entry.refuted);
  const statement = { value: score, since: at, ...(stood && { retreatedFrom: stood.number }) };
  return { ...moved, unjudged: [...open, statement] };
}

/** Lets each change that is old enough teach how late the sources were with it. */
function taught(
  { sport, claims, now, headStart }: Moment,
  held: readonly HeldScore[],
  lessons: Lesson[],
): HeldScore[] {
  return held.map((entry, at) => {
    if (entry.taught || now - entry.takenAt < TEACH_AFTER) return entry;
    const reached = Object.entries(entry.reached) as [ProviderId, EpochMs][];
    if (reached.length >= Math.min(2, claims.length)) {
      const happened = Math.min(...reached.map(([provider, since]) => since - headStart(provider)));
      const delays = claims
        .filter(({ provider, observedAt }) => {
          if (entry.reached[provider] !== undefined) return true;
          return !entry.takenBack && entry.inTouch.includes(provider) && observedAt > entry.takenAt;
        })
        .map(({ provider }) => {
          const since = entry.reached[provider];
          return { provider, delay: since === undefined ? undefined : since - happened };
        });
      lessons.push({
        sport,
        kind: 'change',
        delays,
        corrected: entry.takenBack === true,
        played: Math.max(0, entry.at - (held[at - 1]?.at ?? entry.at)),
      });
    }
    return { ...entry, taught: true };
  });
}

function nextDue(held: readonly HeldScore[], sources: ScoreMemory['sources']): EpochMs {
  let due = Number.POSITIVE_INFINITY;
  for (const { taught: done, takenAt } of held) if (!done) due = Math.min(due, after(takenAt, TEACH_AFTER));
  for (const { unjudged } of Object.values(sources)) {
    const [first] = unjudged;
    if (first) due = Math.min(due, after(first.since, JUDGE_AFTER));
  }
  return due as EpochMs;
}
