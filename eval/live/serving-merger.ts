import { mergeScores } from '../../src/aggregation/merge-scores.ts';
import { defaultPolicy, type MergePolicy } from '../../src/aggregation/policy.ts';
import { noteScore, type SourceClaim } from '../../src/aggregation/source-claims.ts';
import { matchId, type ProviderId, providerId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { epochMs, type Millis } from '../../src/domain/time.ts';
import type { ScoreView } from '../../src/domain/view.ts';
import type { Merger, SaidCorrection, Shown } from './merger.ts';
import type { Report } from './report.ts';

interface Followed {
  readonly match: Match;
  readonly claims: Map<ProviderId, SourceClaim>;
  view: ScoreView | null;
  reconsiderAt: Millis;
}

/** The product: the functions that serve, on the road that reports take there. */
export class ServingMerger implements Merger {
  readonly name = 'touchline';
  readonly times: number[] = [];
  readonly #policy: MergePolicy;
  readonly #matches = new Map<string, Followed>();

  constructor(policy: MergePolicy = defaultPolicy) {
    this.#policy = policy;
  }

  take(reports: readonly Report[], at: Millis): readonly SaidCorrection[] {
    const touched = new Set<Followed>();
    for (const report of reports) {
      const followed = this.#followed(report);
      touched.add(followed);
      const { provider, status, home, away, statedAt, sport } = report;
      const id = providerId(provider);
      const claim = noteScore(followed.claims.get(id), {
        match: { externalId: report.matchId, sport },
        provider: id,
        requestedAt: epochMs(at),
        receivedAt: epochMs(at),
        ...(statedAt === undefined ? undefined : { statedAt: epochMs(statedAt) }),
        score: { status, score: { home, away } },
      });
      if (claim) followed.claims.set(id, claim);
    }
    return [...touched].flatMap((followed) => this.#merge(followed, at));
  }

  look(id: string, at: Millis): { shown: Shown | undefined; corrections: readonly SaidCorrection[] } {
    const followed = this.#matches.get(id);
    if (!followed) return { shown: undefined, corrections: [] };
    const corrections = followed.reconsiderAt <= at ? this.#merge(followed, at) : [];
    return { shown: followed.view ?? undefined, corrections };
  }

  forget(id: string): void {
    this.#matches.delete(id);
  }

  #merge(followed: Followed, at: Millis): readonly SaidCorrection[] {
    const from = Bun.nanoseconds();
    const merged = mergeScores({
      match: followed.match,
      previous: followed.view,
      claims: [...followed.claims.values()],
      now: epochMs(at),
      policy: this.#policy,
    });
    this.times.push((Bun.nanoseconds() - from) / 1e3);
    followed.view = merged.view;
    followed.reconsiderAt = merged.reconsiderAt ?? Number.POSITIVE_INFINITY;
    const { correction } = merged;
    return correction
      ? [{ at, matchId: followed.match.id, from: correction.from.score, to: correction.to.score }]
      : [];
  }

  #followed({ matchId: id, sport, at }: Report): Followed {
    const known = this.#matches.get(id);
    if (known) return known;
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
      reconsiderAt: Number.POSITIVE_INFINITY,
    };
    this.#matches.set(id, followed);
    return followed;
  }
}
