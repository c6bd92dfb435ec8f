import type { EpochMs, Millis } from '../../domain/time.ts';
import type { FeedCondition, FeedStatus } from '../../ports/feed-health.ts';
import { SampleRing } from './sample-ring.ts';

// What became of the newest: half of them bad is failing. One or two bad events are not.
const MARKS = 20;
const FEWEST_FAILURES = 5;

/** What was counted of one source. */
export class FeedTally {
  readonly counts = { received: 0, accepted: 0, duplicate: 0, refused: 0, failed: 0, processed: 0 };
  readonly #since: EpochMs;
  readonly #fromSender = new SampleRing();
  readonly #fromReceipt = new SampleRing();
  readonly #marks: boolean[] = [];
  #lastEventAt: EpochMs | null = null;
  #lastErrorAt: EpochMs | null = null;
  #lastErrorCode: string | null = null;

  constructor(since: EpochMs) {
    this.#since = since;
  }

  heard(outcome: 'accepted' | 'duplicate', now: EpochMs): void {
    this.counts[outcome] += 1;
    this.#mark(true);
    this.#lastEventAt = now;
  }

  missed(outcome: 'refused' | 'failed', code: string, now: EpochMs): void {
    this.counts[outcome] += 1;
    if (outcome === 'failed') this.#mark(false);
    this.#lastErrorAt = now;
    this.#lastErrorCode = code;
  }

  processed(occurredAt: EpochMs | undefined, receivedAt: EpochMs, now: EpochMs): void {
    this.counts.processed += 1;
    this.#fromReceipt.add(now - receivedAt);
    if (occurredAt !== undefined) this.#fromSender.add(now - occurredAt);
    this.#mark(true);
  }

  /** When it was last heard; of one that never was, since when it is waited for. */
  get heardAt(): EpochMs {
    return this.#lastEventAt ?? this.#since;
  }

  condition(now: EpochMs, staleAfter: Millis): Omit<FeedCondition, 'source' | 'name'> {
    return {
      status: this.#status(now, staleAfter),
      ...this.counts,
      lastEventAt: this.#lastEventAt,
      lastErrorAt: this.#lastErrorAt,
      lastErrorCode: this.#lastErrorCode,
      latency: {
        fromSender: this.#fromSender.percentiles(),
        fromReceipt: this.#fromReceipt.percentiles(),
      },
    };
  }

  // Refusals alone never make a feed that is heard fail: any stranger can cause them.
  #status(now: EpochMs, staleAfter: Millis): FeedStatus {
    const isRecent = (at: EpochMs | null) => at !== null && now - at < staleAfter;
    const failures = this.#marks.filter((isGood) => !isGood).length;
    if (failures >= FEWEST_FAILURES && failures * 2 >= this.#marks.length) return 'failing';
    if (isRecent(this.heardAt)) return 'healthy';
    return isRecent(this.#lastErrorAt) ? 'failing' : 'stale';
  }

  #mark(isGood: boolean): void {
    this.#marks.push(isGood);
    if (this.#marks.length > MARKS) this.#marks.shift();
  }
}
