import { type Score, sameScore } from '../../src/domain/score.ts';
import { hasScore } from '../../src/domain/status.ts';
import type { Millis } from '../../src/domain/time.ts';
import type { Merger, Shown } from './merger.ts';
import type { Report } from './report.ts';

/** The newest report of each provider and, for the baselines, nothing else. */
abstract class Baseline implements Merger {
  abstract readonly name: string;
  readonly #matches = new Map<string, Map<string, Report>>();

  protected abstract choose(reports: readonly Report[]): Report | undefined;

  take(reports: readonly Report[]): readonly [] {
    for (const report of reports) {
      const known = this.#matches.get(report.matchId) ?? new Map<string, Report>();
      this.#matches.set(report.matchId, known);
      known.delete(report.provider);
      known.set(report.provider, report);
    }
    return [];
  }

  look(matchId: string, _at: Millis): { shown: Shown | undefined; corrections: readonly [] } {
    const reports = [...(this.#matches.get(matchId)?.values() ?? [])];
    const chosen = this.choose(reports);
    if (!chosen) return { shown: undefined, corrections: [] };
    const agreeing = reports.filter((report) => sameScore(report, chosen)).length;
    const shown: Shown = {
      status: chosen.status,
      score: hasScore(chosen.status) ? { home: chosen.home, away: chosen.away } : null,
      confidence: agreeing / reports.length,
    };
    return { shown, corrections: [] };
  }

  forget(matchId: string): void {
    this.#matches.delete(matchId);
  }
}

/** Whoever spoke last is right. */
export class LatestWins extends Baseline {
  readonly name = 'latest wins';

  protected choose(reports: readonly Report[]): Report | undefined {
    return reports.at(-1);
  }
}

/** Whoever has come to something new last is right: repetitions count for nothing. */
export class LatestChangeWins extends Baseline {
  readonly name = 'latest change wins';
  readonly #last = new Map<string, Report>();

  override take(reports: readonly Report[]): readonly [] {
    return super.take(
      reports.filter((report) => {
        const key = `${report.matchId}/${report.provider}`;
        const last = this.#last.get(key);
        this.#last.set(key, report);
        return !last || !sameScore(last, report) || last.status !== report.status;
      }),
    );
  }

  protected choose(reports: readonly Report[]): Report | undefined {
    return reports.at(-1);
  }
}

/** What most say; on a tie, what was held before. */
export class Majority extends Baseline {
  readonly name = 'majority';
  #held: Score | undefined;

  protected choose(reports: readonly Report[]): Report | undefined {
    const votes = new Map<string, { n: number; report: Report }>();
    for (const report of reports) {
      const key = `${report.status} ${report.home}-${report.away}`;
      votes.set(key, { n: (votes.get(key)?.n ?? 0) + 1, report });
    }
    let best: { n: number; report: Report } | undefined;
    for (const vote of votes.values())
      if (!best || vote.n > best.n || (vote.n === best.n && this.#held && sameScore(vote.report, this.#held)))
        best = vote;
    this.#held = best?.report;
    return best?.report;
  }
}
