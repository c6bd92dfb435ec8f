import { type Score, sameScore } from '../../src/domain/score.ts';
import type { MatchStatus } from '../../src/domain/status.ts';
import { type Millis, seconds } from '../../src/domain/time.ts';
import { Dice } from './dice.ts';
import { type FaultModel, LATENCY, type SourceFaults } from './fault-model.ts';
import type { PlayedMatch } from './played-match.ts';

/** What a source would answer if asked, from `at` on. */
export interface Said {
  readonly at: Millis;
  readonly status: MatchStatus;
  readonly score: Score;
}

/** What a source says in the course of a match, and when it says nothing at all. */
export interface Course {
  readonly said: readonly Said[];
  readonly silent: readonly { readonly from: Millis; readonly until: Millis }[];
}

interface Shift {
  readonly from: Millis;
  readonly until: Millis;
  readonly home: number;
  readonly away: number;
}

const BEFORE: Omit<Said, 'at'> = { status: 'scheduled', score: { home: 0, away: 0 } };

/** The course of a match as one source tells it, its faults included. */
export function courseOf(match: PlayedMatch, source: SourceFaults, model: FaultModel, seed: number): Course {
  if (source.copies) {
    const original = model.sources.find(({ id }) => id === source.copies?.id);
    if (original) {
      const { said } = courseOf(match, original, model, seed);
      const after = source.copies.after;
      return { said: said.map((each) => ({ ...each, at: each.at + after })), silent: [] };
    }
  }
  const dice = new Dice(seed, match.id, source.id);
  const [low, high] = LATENCY[source.class];
  const end = match.states.at(-1)?.at ?? 0;
  const start = match.states[0]?.at ?? 0;
  // The documented rates are per goal of soccer; where a match has a hundred acts a source is not wrong fifty times as often.
  const share = match.sport === 'soccer' ? 1 : 0.2;
  const known: Said[] = [];
  const shifts: Shift[] = [];
  let before: Score = BEFORE.score;
  for (const { at, status, score } of match.states) {
    const arrives = at + dice.between(low, high);
    const points = { home: score.home - before.home, away: score.away - before.away };
    before = score;
    const isScore = points.home !== 0 || points.away !== 0;
    const missed = dice.is(source.missed * share);
    const wrong = dice.is(source.wrongSide * share);
    const wrongFor = source.wrongFor.least + dice.wait(source.wrongFor.mean);
    if (isScore && missed) continue;
    known.push({ at: arrives, status, score });
    if (isScore && wrong && points.home + points.away > 0)
      shifts.push({
        from: arrives,
        until: arrives + wrongFor,
        home: points.away - points.home,
        away: points.home - points.away,
      });
  }
  shifts.push(...madeUp(match, source, model, seed));
  const swapped = dice.is(source.swapped);
  const stuck = dice.is(source.stuck)
    ? spell(dice.between(start, end), source.stuckFor.least + dice.wait(source.stuckFor.mean))
    : undefined;
  const keepsTalking = dice.is(source.keepAlive);

  const edges = [...known.map(({ at }) => at), ...shifts.flatMap(({ from, until }) => [from, until])];
  if (stuck) edges.push(stuck.until);
  edges.sort((a, b) => a - b);
  const said: Said[] = [];
  for (const at of edges) {
    const asOf = stuck && at >= stuck.from && at < stuck.until ? stuck.from : at;
    const state = stateAt(asOf, known, shifts, swapped);
    const last = said.at(-1) ?? BEFORE;
    if (state.status !== last.status || !sameScore(state.score, last.score)) said.push({ ...state, at });
  }
  return { said, silent: stuck && !keepsTalking ? [stuck] : [] };
}

const spell = (from: Millis, length: Millis) => ({ from, until: from + length });

function stateAt(
  at: Millis,
  known: readonly Said[],
  shifts: readonly Shift[],
  swapped: boolean,
): Omit<Said, 'at'> {
  // A change that arrives after a later one tells nothing any more.
  let newest: Omit<Said, 'at'> = BEFORE;
  for (const state of known) if (state.at <= at) newest = state;
  let { home, away } = newest.score;
  for (const shift of shifts) {
    if (at < shift.from || at >= shift.until) continue;
    home += shift.home;
    away += shift.away;
  }
  home = Math.max(0, home);
  away = Math.max(0, away);
  return { status: newest.status, score: swapped ? { home: away, away: home } : { home, away } };
}

/** Goals that this source and its accomplice make up together. */
function madeUp(match: PlayedMatch, source: SourceFaults, { collusion }: FaultModel, seed: number): Shift[] {
  if (!collusion?.ids.includes(source.id)) return [];
  const dice = new Dice(seed, match.id, 'collusion');
  if (!dice.is(collusion.perMatch)) return [];
  const start = match.states[0]?.at ?? 0;
  const end = match.states.at(-1)?.at ?? start;
  const from = dice.between(start, end);
  const home = dice.is(0.5) ? 1 : 0;
  const own = new Dice(seed, match.id, source.id, 'collusion').between(0, seconds(3));
  return [{ from: from + own, until: from + seconds(dice.between(30, 180)), home, away: 1 - home }];
}
