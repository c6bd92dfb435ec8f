import { type EpochMs, epochMs, type Millis } from '../../domain/time.ts';
import type { FeedCondition, FeedStatus } from '../../ports/feed-health.ts';
import { SampleRing } from './sample-ring.ts';

// One bad event does not make a feed fail, and the first good one ends it.
const FAILURES_IN_A_ROW = 5;

/** What was counted of one source. */
export class FeedTally {
  readonly counts = { received: 0, accepted: 0, duplicate: 0, refused: 0, failed: 0, processed: 0 };
  readonly #since: EpochMs;
  readonly #fromSender = new SampleRing();
  readonly #fromReceipt = new SampleRing();
  #failuresInARow = 0;
  #lastEventAt: EpochMs | null = null;
  #lastErrorAt: EpochMs | null = null;
  #lastErrorCode: string | null = null;

  constructor(since: EpochMs) {
    this.#since = since;
  }

  heard(outcome: 'accepted' | 'duplicate', now: EpochMs): void {
    this.counts[outcome] += 1;
    this.#failuresInARow = 0;
    this.#lastEventAt = now;
  }

  missed(outcome: 'refused' | 'failed', code: string, now: EpochMs): void {
    this.counts[outcome] += 1;
    if (outcome === 'failed') this.#failuresInARow += 1;
    this.#lastErrorAt = now;
    this.#lastErrorCode = code;
  }

  processed(occurredAt: EpochMs | undefined, receivedAt: EpochMs, now: EpochMs): void {
    this.counts.processed += 1;
    this.#fromReceipt.add(now - receivedAt);
    if (occurredAt !== undefined) this.#fromSender.add(now - occurredAt);
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
    if (this.#failuresInARow >= FAILURES_IN_A_ROW) return 'failing';
    if (isRecent(this.#lastEventAt ?? epochMs(this.#since))) return 'healthy';
    return isRecent(this.#lastErrorAt) ? 'failing' : 'stale';
  }
}
