import type { Score } from '../../domain/score.ts';
import { hasScore, type MatchStatus } from '../../domain/status.ts';
import { after, type EpochMs, type Millis } from '../../domain/time.ts';
import type { Fixture } from './league.ts';
import { fraction, salt } from './random.ts';
import type { Moment } from './timeline.ts';
import type { Viewpoint } from './viewpoint.ts';

/** A match as one provider knows it at an instant. */
export interface Sighting {
  readonly fixture: Fixture;
  /** When this picture was taken. */
  readonly at: EpochMs;
  readonly status: MatchStatus;
  readonly period: number;
  readonly score: Score | undefined;
  /** How long the match has been on in this picture; its clock follows from it. */
  readonly elapsed: Millis;
  /** The true start, once there was one. */
  readonly startedAt: EpochMs | undefined;
}

const REPEAT_SPELL: Millis = 4_000;

// What a draw of chance is for, so that two draws about the same thing do not agree.
const COVERED = 11;
const REPEATED = 12;
const PHASE = 13;
const LAG = 14;
const MISSED = 15;
const MISTAKEN = 16;
const MISTAKEN_FOR = 17;

export const covers = (view: Viewpoint, fixture: Fixture): boolean =>
  view.uncovered === 0 || fraction(fixture.salt, salt(view.id), COVERED) >= view.uncovered;

/** What the provider knows of a match at `now`, `delay` later than it usually would. Pure. */
export function sighting(fixture: Fixture, view: Viewpoint, now: EpochMs, delay: Millis): Sighting {
  const own = salt(view.id) ^ fixture.salt;
  const phase = Math.floor(fraction(own, PHASE) * view.refresh);
  const renewed = Math.floor((now - phase) / view.refresh) * view.refresh + phase;
  const repeated = fraction(own, Math.floor(renewed / REPEAT_SPELL), REPEATED) < view.repeats;
  const at = after(renewed as EpochMs, -delay - (repeated ? view.repeatsFrom : 0));
  const elapsed = at - fixture.startsAt;
  const { moment, score } = known(fixture, view, own, elapsed);
  return {
    fixture,
    at,
    status: moment.status,
    period: moment.period,
    score: hasScore(moment.status) ? score : undefined,
    elapsed: Math.floor((elapsed - view.lag[0]) / view.clockTick) * view.clockTick,
    // Kick-off is the first moment after the announcement.
    startedAt: moment.period > 0 ? after(fixture.startsAt, fixture.timeline.upTo(1).at) : undefined,
  };
}

/** The last moment the provider has heard of, and the score it makes of it. */
function known(
  fixture: Fixture,
  view: Viewpoint,
  own: number,
  elapsed: Millis,
): { moment: Moment; score: Score } {
  const { timeline } = fixture;
  const [least, most] = view.lag;
  for (let index = timeline.indexAt(elapsed - least); ; index--) {
    const moment = timeline.upTo(index);
    const heard = moment.at + least + (most - least) * fraction(own, index, LAG);
    if (index > 0 && heard > elapsed) continue;
    const isAct = moment.kind === 'score' || moment.kind === 'overturned';
    if (isAct && fraction(own, index, MISSED) < view.missed) continue;
    if (moment.kind !== 'score' || fraction(own, index, MISTAKEN) >= view.mistaken)
      return { moment, score: moment };
    const [short, long] = view.mistakenFor;
    const corrected = heard + short + (long - short) * fraction(own, index, MISTAKEN_FOR);
    return { moment, score: elapsed < corrected ? swapped(timeline.upTo(index - 1), moment) : moment };
  }
}

/** The points of the last act, given to the wrong side. */
const swapped = (before: Moment, now: Moment): Score => ({
  home: before.home + (now.away - before.away),
  away: before.away + (now.home - before.home),
});
