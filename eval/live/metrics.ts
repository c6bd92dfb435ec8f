import { type Score, sameScore } from '../../src/domain/score.ts';
import type { Millis } from '../../src/domain/time.ts';
import type { SaidCorrection, Shown } from './merger.ts';
import type { PlayedMatch, TrueState } from './played-match.ts';
import type { Report } from './report.ts';

/** What a way of merging is judged by. Times are in seconds. */
export interface Figures {
  readonly matches: number;
  readonly wrongSecondsPerMatch: number;
  /** Of them those in which no provider had told the truth yet. */
  readonly untoldSecondsPerMatch: number;
  readonly falsePer100Matches: number;
  readonly goalShown: { readonly p50: number; readonly p95: number };
  /** The provider with the best median, by itself. */
  readonly fastestProvider: { readonly p50: number; readonly p95: number };
  readonly disagreeing: { readonly ticks: number; readonly right: number; readonly ece: number };
  readonly extraChangesPerTrueChange: number;
  readonly corrections: number;
  /** Steps back without a word: never. */
  readonly silentRegressions: number;
  readonly statusRight: number;
}

interface Course {
  readonly match: PlayedMatch;
  /** Of the truth at the last tick. */
  index: number;
  shown: Score | undefined;
  readonly said: Map<string, Score>;
  readonly waiting: {
    readonly at: Millis;
    readonly from: number;
    shown: boolean;
    readonly by: Set<string>;
  }[];
  corrected: boolean;
}

const BINS = 10;
const NONE: Score = { home: 0, away: 0 };

/** Compares what is shown with the truth, tick by tick. */
export class Metrics {
  readonly #tick: Millis;
  readonly #courses = new Map<string, Course>();
  #wrong = 0;
  #untold = 0;
  #false = 0;
  #changes = 0;
  #trueChanges = 0;
  #corrections = 0;
  #silent = 0;
  #ticks = 0;
  #statusRight = 0;
  readonly #delays: Millis[] = [];
  readonly #delaysOf = new Map<string, Millis[]>();
  readonly #bins = Array.from({ length: BINS }, () => ({ n: 0, right: 0, confidence: 0 }));

  constructor(matches: readonly PlayedMatch[], tick: Millis) {
    this.#tick = tick;
    for (const match of matches)
      this.#courses.set(match.id, {
        match,
        index: -1,
        shown: undefined,
        said: new Map(),
        waiting: [],
        corrected: false,
      });
  }

  report({ matchId, provider, home, away, status }: Report): void {
    if (status === 'scheduled') return;
    this.#courses.get(matchId)?.said.set(provider, { home, away });
  }

  correction({ matchId }: SaidCorrection): void {
    const course = this.#courses.get(matchId);
    if (!course) return;
    course.corrected = true;
    this.#corrections++;
  }

  tick(matchId: string, at: Millis, shown: Shown): void {
    const course = this.#courses.get(matchId);
    if (!course) return;
    const truth = this.#advance(course, at);
    this.#follow(course, shown.score ?? undefined);
    if (!truth || truth.status === 'finished') return;
    this.#ticks++;
    if (shown.status === truth.status) this.#statusRight++;
    // Before anybody has said that it began there is no score, which is as good as none scored.
    const right = sameScore(shown.score ?? NONE, truth.score);
    if (!right) this.#wrong += this.#tick;
    const isTold = [...course.said.values()].some((value) => sameScore(value, truth.score));
    if (!right && !isTold) this.#untold += this.#tick;
    this.#settle(course, at, shown.score);
    const values = [...course.said.values()];
    const first = values[0];
    if (first && values.some((value) => !sameScore(value, first))) {
      const bin = this.#bins[Math.min(BINS - 1, Math.floor(shown.confidence * BINS))];
      if (bin) {
        bin.n++;
        bin.right += Number(right);
        bin.confidence += shown.confidence;
      }
    }
  }

  #advance(course: Course, at: Millis): TrueState | undefined {
    const { states } = course.match;
    for (;;) {
      const next = states[course.index + 1];
      if (!next || next.at > at) return states[course.index];
      const before = states[course.index];
      course.index++;
      if (!before || sameScore(before.score, next.score)) continue;
      this.#trueChanges++;
      const rose = next.score.home + next.score.away > before.score.home + before.score.away;
      if (rose) course.waiting.push({ at: next.at, from: course.index, shown: false, by: new Set() });
    }
  }

  #follow(course: Course, score: Score | undefined): void {
    if (!score) return;
    const { shown, match, index } = course;
    course.shown = score;
    const { corrected } = course;
    course.corrected = false;
    if (shown && sameScore(shown, score)) return;
    if (shown) {
      this.#changes++;
      if (!corrected && (score.home < shown.home || score.away < shown.away)) this.#silent++;
    }
    const wasTrue = match.states.some((state, i) => i <= Math.max(0, index) && sameScore(state.score, score));
    if (!wasTrue) this.#false++;
  }

  /** Notes who shows the goals that are waited for. */
  #settle(course: Course, at: Millis, score: Score | null): void {
    const { states } = course.match;
    const reached = (from: number, value: Score) =>
      states.some((state, i) => i >= from && i <= course.index && sameScore(state.score, value));
    for (const goal of course.waiting) {
      if (!goal.shown && score && reached(goal.from, score)) {
        goal.shown = true;
        this.#delays.push(at - goal.at);
      }
      for (const [provider, value] of course.said)
        if (!goal.by.has(provider) && reached(goal.from, value)) {
          goal.by.add(provider);
          const delays = this.#delaysOf.get(provider) ?? [];
          this.#delaysOf.set(provider, delays);
          delays.push(at - goal.at);
        }
    }
    while (course.waiting[0] && at - course.waiting[0].at > 180_000) course.waiting.shift();
  }

  figures(): Figures {
    const matches = this.#courses.size;
    const n = this.#bins.reduce((sum, bin) => sum + bin.n, 0);
    const right = this.#bins.reduce((sum, bin) => sum + bin.right, 0);
    const gap = this.#bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0);
    let fastest = { p50: Number.POSITIVE_INFINITY, p95: Number.POSITIVE_INFINITY };
    for (const delays of this.#delaysOf.values()) {
      const own = quantiles(delays);
      if (own.p50 < fastest.p50) fastest = own;
    }
    return {
      matches,
      wrongSecondsPerMatch: rounded(this.#wrong / 1_000 / matches),
      untoldSecondsPerMatch: rounded(this.#untold / 1_000 / matches),
      falsePer100Matches: rounded((this.#false / matches) * 100),
      goalShown: quantiles(this.#delays),
      fastestProvider: fastest,
      disagreeing: { ticks: n, right: rounded(n ? right / n : 1, 5), ece: rounded(n ? gap / n : 0, 4) },
      extraChangesPerTrueChange: rounded(this.#changes / Math.max(1, this.#trueChanges) - 1, 3),
      corrections: this.#corrections,
      silentRegressions: this.#silent,
      statusRight: rounded(this.#statusRight / Math.max(1, this.#ticks), 4),
    };
  }

  get bins() {
    return this.#bins.map(({ n, right, confidence }) => ({
      n,
      right: right / n,
      confidence: confidence / n,
    }));
  }
}

/** In seconds. */
function quantiles(delays: readonly Millis[]): { p50: number; p95: number } {
  const sorted = [...delays].sort((a, b) => a - b);
  const at = (q: number) =>
    rounded((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0) / 1_000, 2);
  return { p50: at(0.5), p95: at(0.95) };
}

const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
