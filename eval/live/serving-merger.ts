import { inNotedOrder } from '../../src/aggregation/arrival-order.ts';
import { Learner } from '../../src/aggregation/learning/learner.ts';
import type { Lesson } from '../../src/aggregation/learning/lesson.ts';
import type { ScoreMemory } from '../../src/aggregation/learning/score-memory.ts';
import { mergeScores } from '../../src/aggregation/merge-scores.ts';
import { defaultPolicy, type MergePolicy } from '../../src/aggregation/policy.ts';
import { noteScore, type SourceClaim } from '../../src/aggregation/source-claims.ts';
import { matchId, type ProviderId, providerId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { type EpochMs, epochMs, type Millis } from '../../src/domain/time.ts';
import type { ScoreView } from '../../src/domain/view.ts';
import type { Merger, SaidCorrection, Shown } from './merger.ts';
import type { Report } from './report.ts';
import { Timing } from './timing.ts';

interface Followed {
  readonly match: Match;
  readonly claims: Map<ProviderId, SourceClaim>;
  view: ScoreView | null;
  memory: ScoreMemory | undefined;
  reconsiderAt: Millis;
  /** The latest moment it was merged as of; it never goes back. */
  mergedAt: EpochMs;
}

/** The product: the functions that serve, on the road that reports take there. It begins without any knowledge. */
export class ServingMerger implements Merger {
  readonly name = 'touchline';
  /** Of merges of six sources or more, as long as there are such. */
  readonly timing = new Timing();
  readonly learner = new Learner();
  readonly #policy: MergePolicy;
  readonly #matches = new Map<string, Followed>();

  constructor(policy: MergePolicy = defaultPolicy) {
    this.#policy = policy;
  }

  take(reports: readonly Report[], at: Millis): readonly SaidCorrection[] {
    const byMatch = new Map<string, Report[]>();
    for (const report of reports) {
      const others = byMatch.get(report.matchId);
      if (others) others.push(report);
      else byMatch.set(report.matchId, [report]);
    }
    const corrections: SaidCorrection[] = [];
    const lessons: Lesson[] = [];
    for (const id of [...byMatch.keys()].sort()) {
      const [first] = byMatch.get(id) ?? [];
      if (first === undefined) continue;
      const followed = this.#matches.get(id) ?? this.#begin(first);
      const observations = (byMatch.get(id) ?? []).map((report) => observed(report, at));
      for (const observation of observations.length > 1 ? inNotedOrder(observations) : observations) {
        const claim = noteScore(followed.claims.get(observation.provider), observation);
        if (claim) followed.claims.set(observation.provider, claim);
      }
      corrections.push(...this.#merge(followed, at, lessons));
    }
    // Nothing that happens at this instant bears on anything else that does.
    this.learner.learn(lessons);
    return corrections;
  }

  look(id: string, at: Millis): { shown: Shown | undefined; corrections: readonly SaidCorrection[] } {
    const followed = this.#matches.get(id);
    if (!followed) return { shown: undefined, corrections: [] };
    const lessons: Lesson[] = [];
    const corrections = followed.reconsiderAt <= at ? this.#merge(followed, at, lessons) : [];
    this.learner.learn(lessons);
    return { shown: followed.view ?? undefined, corrections };
  }

  forget(id: string): void {
    this.#matches.delete(id);
  }

  #merge(followed: Followed, at: Millis, lessons: Lesson[]): readonly SaidCorrection[] {
    const { match, claims, view, memory } = followed;
    const now = epochMs(Math.max(at, followed.mergedAt));
    const given = [...claims.values()];
    const from = Bun.nanoseconds();
    const merged = mergeScores({
      match,
      previous: view,
      claims: given,
      now,
      policy: this.#policy,
      memory,
      experience: this.learner,
    });
    this.timing.add((Bun.nanoseconds() - from) / 1e3);
    followed.view = merged.view;
    followed.memory = merged.memory;
    followed.mergedAt = now;
    followed.reconsiderAt = merged.reconsiderAt ?? Number.POSITIVE_INFINITY;
    lessons.push(...merged.lessons);
    const { correction } = merged;
    return correction
      ? [{ at, matchId: match.id, from: correction.from.score, to: correction.to.score }]
      : [];
  }

  #begin({ matchId: id, sport, at }: Report): Followed {
    const followed: Followed = {
      match: {
        id: matchId(id),
        sport,
        league: 'unknown',
        leagueName: 'Unknown',
        home: { name: 'Home' },
        away: { name: 'Away' },
        startsAt: epochMs(at),
        startPrecision: 'day',
        links: [],
        createdAt: epochMs(at),
      },
      claims: new Map(),
      view: null,
      memory: undefined,
      reconsiderAt: Number.POSITIVE_INFINITY,
      mergedAt: epochMs(at),
    };
    this.#matches.set(id, followed);
    return followed;
  }
}

const observed = (report: Report, at: Millis): Observation => ({
  match: { externalId: report.matchId, sport: report.sport },
  provider: providerId(report.provider),
  requestedAt: epochMs(at),
  receivedAt: epochMs(at),
  ...(report.statedAt === undefined ? undefined : { statedAt: epochMs(report.statedAt) }),
  score: { status: report.status, score: { home: report.home, away: report.away } },
});
