import type { SourceMarkets } from '../aggregation/merge-markets.ts';
import { mirrorStatement } from '../aggregation/mirror.ts';
import { noteScore, type SourceClaim } from '../aggregation/source-claims.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Observation } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Stream } from '../domain/view.ts';

/** Where one stream of a match stands on its way from claims to a committed view. */
export interface StreamProgress {
  /** Claims have come that the committed view does not know. */
  dirty: boolean;
  /** The merge and commit under way. */
  underWay: Promise<number> | undefined;
  /** When the passing of time alone may change the view. */
  reconsiderAt: EpochMs | undefined;
  confirmedAt: EpochMs | undefined;
}

/** The newest claim of each source about one match. */
export class MatchState {
  match: Match;
  readonly progress: Readonly<Record<Stream, StreamProgress>> = { scores: idle(), markets: idle() };
  readonly #scores = new Map<ProviderId, SourceClaim>();
  readonly #markets = new Map<ProviderId, SourceMarkets>();

  constructor(match: Match) {
    this.match = match;
  }

  /** Takes in what a source says; one that sees the sides the other way round is mirrored. Marks what it touches. */
  note(observation: Observation, swapped: boolean): void {
    const seen = swapped ? { ...observation, ...mirrorStatement(observation) } : observation;
    const { provider, receivedAt } = observation;
    if (seen.score) {
      const claim = noteScore(this.#scores.get(provider), seen);
      if (claim) this.#scores.set(provider, claim);
      this.progress.scores.dirty = true;
    }
    if (seen.markets) {
      const before = this.#markets.get(provider);
      if (before && before.observedAt > receivedAt) return;
      this.#markets.set(provider, { provider, claims: seen.markets, observedAt: receivedAt });
      this.progress.markets.dirty = true;
    }
  }

  scoreClaims(): readonly SourceClaim[] {
    return [...this.#scores.values()];
  }

  sourceMarkets(): readonly SourceMarkets[] {
    return [...this.#markets.values()];
  }
}

const idle = (): StreamProgress => ({
  dirty: false,
  underWay: undefined,
  reconsiderAt: undefined,
  confirmedAt: undefined,
});
