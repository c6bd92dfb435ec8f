import type { EventMarks } from './event.ts';
import type { BookmakerId, MatchId, ProviderId } from './ids.ts';
import type { MarketPeriod, MarketType, OutcomeName } from './market.ts';
import type { Match } from './match.ts';
import type { Score } from './score.ts';
import type { MatchStatus } from './status.ts';
import type { EpochMs } from './time.ts';

/** Why a view is not to be trusted as current. */
export type StaleReason = 'sources_silent' | 'kickoff_unconfirmed' | 'store_unavailable';

/** One source's part in a score view. */
export interface SourceVerdict {
  readonly provider: ProviderId;
  readonly status: MatchStatus;
  readonly score: Score | null;
  /** When we received what it says now. Ages are derived from it where the view is shown. */
  readonly observedAt: EpochMs;
  readonly agrees: boolean;
}

/** What we say about the state of play of a match. */
export interface ScoreView {
  readonly status: MatchStatus;
  readonly period: string | null;
  readonly clock: string | null;
  readonly score: Score | null;
  readonly shootout: Score | null;
  /** Probability, 0 to 1, that status and score are right. */
  readonly confidence: number;
  readonly sources: readonly SourceVerdict[];
  readonly stale: StaleReason | null;
  /** When this view last changed in something a client sees. */
  readonly updatedAt: EpochMs;
  /** Since when we hold this status, and this score: the merge weighs late sources by it. */
  readonly statusSince?: EpochMs;
  readonly scoreSince?: EpochMs;
  /** The pushed events this view has taken in, so that none is shown twice; absent when there was none. */
  readonly events?: EventMarks;
}

/** A price with where and when it was seen. */
export interface PriceQuote {
  readonly price: number;
  readonly bookmaker: BookmakerId;
  readonly provider: ProviderId;
  readonly at: EpochMs;
  /** True while the bookmaker takes no bets at it; absent otherwise. */
  readonly suspended?: boolean;
}

export interface OutcomeView {
  readonly name: OutcomeName;
  /** The best price among active, fresh quotes; `null` when there is none. */
  readonly best: PriceQuote | null;
  /** Probability with the bookmakers' margin taken out; `null` when the market is incomplete. */
  readonly fairProbability: number | null;
  readonly quotes: readonly PriceQuote[];
}

export type MarketStatus = 'open' | 'suspended';

/** How the fair probabilities of a market came about. */
export interface FairPriceBasis {
  /** How the margins were taken out. */
  readonly method: string;
  /** Bookmakers that counted, and those left out for being too far from the others. */
  readonly books: number;
  readonly leftOut: number;
  /** Weighted standard deviation of the books' logits, averaged over the outcomes: 0 when they all agree. */
  readonly dispersion: number;
}

/** What we say about one market of a match. */
export interface MarketView {
  /** `marketKey` of the claims it was merged from, unique inside the match. */
  readonly key: string;
  readonly market: MarketType;
  readonly period: MarketPeriod;
  readonly line: number | null;
  readonly status: MarketStatus;
  readonly outcomes: readonly OutcomeView[];
  /** Sum of the inverse best prices less 1: negative when they can all be backed at a profit. `null` if incomplete. */
  readonly overround: number | null;
  readonly confidence: number;
  readonly lastChangedAt: EpochMs;
  readonly stale: StaleReason | null;
  /** When bets were last taken again after a suspension; absent when it was never suspended. */
  readonly returnedAt?: EpochMs;
  /** Absent when no book is whole, so that there are no fair probabilities. */
  readonly basis?: FairPriceBasis;
}

/** A place in one of a match's two message streams. A new `epoch` begins again at 1. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** Scores and markets are numbered apart, so that a reader of scores alone sees no gaps (docs/adr/0004). */
export type Stream = 'scores' | 'markets';

/** All that is served about one match, as the LiveStore holds it. */
export interface MatchView {
  readonly id: MatchId;
  readonly match: Match;
  readonly score: ScoreView | null;
  readonly markets: readonly MarketView[];
  readonly position: Readonly<Record<Stream, Position>>;
}
