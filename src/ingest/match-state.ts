import type { ScoreMemory } from '../aggregation/learning/score-memory.ts';
import type { SourceMarkets } from '../aggregation/merge-markets.ts';
import { mirrorStatement } from '../aggregation/mirror.ts';
import { noteScore, type SourceClaim } from '../aggregation/source-claims.ts';
import { type EventMarks, isTakenIn } from '../domain/event.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Observation } from '../domain/observation.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';
import type { Stream } from '../domain/view.ts';
import { factObservation, type PushedFact } from './pushed-fact.ts';
import { SourceOffers } from './source-offers.ts';

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

/** The newest claim of each source about one match, and the pushed events that went into them. */
export class MatchState {
  match: Match;
  readonly progress: Readonly<Record<Stream, StreamProgress>> = { scores: idle(), markets: idle() };
  /** The latest moment its views were merged as of; it never goes back. */
  mergedAt: EpochMs = epochMs(0);
  /** What the merge of its score remembers from one time to the next. */
  scoreMemory: ScoreMemory | undefined;
  /** The pushed events its views have taken in. */
  marks: EventMarks | undefined;
  readonly #scores = new Map<ProviderId, SourceClaim>();
  readonly #markets = new Map<ProviderId, SourceOffers>();
  /** The pushed events whose claims are known here, shown or not. */
  readonly #heard: Record<Stream, EventMarks | undefined> = { scores: undefined, markets: undefined };

  readonly #lastFact = new Map<ProviderId, { readonly shardId: number; readonly receivedAt: EpochMs }>();
  #turn = Promise.resolve();

  constructor(match: Match) {
    this.match = match;
  }

  /** Takes in what a source says; one that sees the sides the other way round is mirrored. Marks what it touches. */
  note(observation: Observation, swapped: boolean): void {
    const taken = this.#take(observation, swapped);
    if (observation.score) this.progress.scores.dirty = true;
    if (taken.markets) this.progress.markets.dirty = true;
  }

  /** Takes in the claims of a pushed event, once each. Whoever calls sees to it that they are merged. */
  hear(fact: PushedFact, swapped: boolean): void {
    const { event, provider, receivedAt, statement } = fact;
    const { score, markets, ...rest } = statement;
    const isNew = (stream: Stream) => !isTakenIn(event, this.#heard[stream]);
    const news = {
      ...rest,
      ...(score && isNew('scores') && { score }),
      ...(markets && isNew('markets') && { markets }),
    };
    if (!news.score && !news.markets) return;
    const before = this.#lastFact.get(provider);
    // In one shard a source's events come in order, however close to each other they were received; what another shard
    // brings late is as old as it is.
    const isLate = before && before.shardId !== event.shardId && receivedAt < before.receivedAt;
    const at = isLate ? receivedAt : epochMs(Math.max(receivedAt, this.lastHeard(provider) + 1));
    if (!isLate) this.#lastFact.set(provider, { shardId: event.shardId, receivedAt });
    this.#take(factObservation({ ...fact, statement: news }, at), swapped);
    if (news.score) this.#heard.scores = withMark(this.#heard.scores, event);
    if (news.markets) this.#heard.markets = withMark(this.#heard.markets, event);
  }

  /** All that is known of its score was pushed: the same events make the same views again. */
  get isOnlyPushed(): boolean {
    return this.isPushed && [...this.#scores.keys()].every((provider) => this.#lastFact.has(provider));
  }

  /** Some of what is known of it was pushed. */
  get isPushed(): boolean {
    return (this.marks ?? this.#heard.scores ?? this.#heard.markets) !== undefined;
  }

  /** Does one piece of work after the other: pushed events of several shards may speak of one match. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  /** Notes that the views have taken in the event. */
  mark(event: PushedFact['event']): void {
    this.marks = withMark(this.marks, event);
  }

  scoreClaims(): readonly SourceClaim[] {
    return [...this.#scores.values()];
  }

  sourceMarkets(): readonly SourceMarkets[] {
    return [...this.#markets.values()].flatMap((offers) => offers.list());
  }

  #take(observation: Observation, swapped: boolean): { readonly markets: boolean } {
    const seen = swapped ? { ...observation, ...mirrorStatement(observation) } : observation;
    const { provider, receivedAt } = observation;
    if (seen.score) {
      const claim = noteScore(this.#scores.get(provider), seen);
      if (claim) this.#scores.set(provider, claim);
    }
    if (!seen.markets) return { markets: false };
    const offers = this.#markets.get(provider) ?? new SourceOffers(provider);
    this.#markets.set(provider, offers);
    return { markets: offers.take(seen.markets, receivedAt, seen.partial ?? false) };
  }

  /** When the source was last heard, as far as its claims tell; 0 when never. */
  lastHeard(provider: ProviderId): number {
    return Math.max(
      this.#scores.get(provider)?.observedAt ?? 0,
      this.#markets.get(provider)?.observedAt ?? 0,
    );
  }
}

/** The marks with this event's; a mark never goes back. */
export const withMark = (
  marks: EventMarks | undefined,
  event: PushedFact['event'],
): EventMarks | undefined =>
  isTakenIn(event, marks) ? marks : { ...marks, [event.shardId]: event.sequenceNumber };

const idle = (): StreamProgress => ({
  dirty: false,
  underWay: undefined,
  reconsiderAt: undefined,
  confirmedAt: undefined,
});
