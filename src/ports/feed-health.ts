import type { EpochMs, Millis } from '../domain/time.ts';

/**
 * Where what becomes of pushed events is noted, per `source`. Counts are of this replica since its start. Every call is
 * cheap, synchronous and never throws. Who calls what, so that nothing is counted twice:
 *
 * - The intake calls `received` once per event it is handed, then exactly one of `accepted` (committed now),
 *   `duplicate` (was committed before) or `failed` (its refusal code, or the `StoreError`'s).
 * - Whoever turns a request away before the intake sees it calls `received`, then `failed` where the sender is known to
 *   be who he says (a mapping fault), else `refused` (a wrong signature): what any stranger can cause.
 * - A consumer calls `processed` when an event has reached what it is for (its view is committed), and `failed` with
 *   the code under which it became a dead letter.
 */
export interface FeedHealth {
  received(source: string, count?: number): void;
  accepted(source: string): void;
  duplicate(source: string): void;
  refused(source: string, code: string): void;
  failed(source: string, code: string): void;
  /** Its times are those of the event; how long it took is measured against now. */
  processed(source: string, times: { readonly occurredAt?: EpochMs; readonly receivedAt: EpochMs }): void;
}

/** Milliseconds below which half, 95 % and 99 % of the newest samples lie; `null` without a sample. */
export interface Percentiles {
  readonly p50: Millis | null;
  readonly p95: Millis | null;
  readonly p99: Millis | null;
}

/**
 * - `stale`: nothing good has come for the configured span (or since the start)
 * - `failing`: its newest events failed one after the other, or it is silent but for what is refused
 */
export type FeedStatus = 'healthy' | 'stale' | 'failing';

/** How one source of pushed events is, on this replica. */
export interface FeedCondition {
  readonly source: string;
  /** The name its declaration gives it; absent for who pushes to `/ingest` or enters by hand. */
  readonly name?: string;
  readonly status: FeedStatus;
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly failed: number;
  readonly processed: number;
  /** When an event was last accepted, or came again. */
  readonly lastEventAt: EpochMs | null;
  readonly lastErrorCode: string | null;
  readonly lastErrorAt: EpochMs | null;
  readonly latency: {
    /** From the sender's own time to processed; negative where its clock is ahead of ours. */
    readonly fromSender: Percentiles;
    /** From our receipt to processed. */
    readonly fromReceipt: Percentiles;
  };
}

export interface FeedHealthReader {
  /** How long a feed may be silent. */
  readonly staleAfter: Millis;
  /** Every source heard since the start and every declared feed, by name. */
  conditions(): readonly FeedCondition[];
}
