import type { ExternalId, ProviderId } from '../domain/ids.ts';
import type { Observation, Statement } from '../domain/observation.ts';
import { after, type EpochMs, type Millis, seconds } from '../domain/time.ts';
import type { ObservationSink } from '../ports/ingest.ts';
import type { StreamBatch } from '../ports/provider.ts';

export interface StreamOutletOptions {
  readonly provider: ProviderId;
  readonly sink: ObservationSink;
  readonly onFault: (error: unknown) => void;
}

/** What stands unchanged is said again this often: half of what makes a price in play too old to count is 30 s. */
const CONFIRM_EVERY: Millis = seconds(15);

/**
 * From a stream to the sink, one batch at a time. While the sink is busy the newest statement of each match waits and
 * the older ones are left out, so that what waits is never more than the matches that the stream covers.
 */
export class StreamOutlet {
  readonly #options: StreamOutletOptions;
  readonly #standing = new Map<ExternalId, Statement>();
  readonly #waiting = new Map<ExternalId, Observation>();
  #held: Promise<unknown> = Promise.resolve();
  #draining: Promise<void> | undefined;
  #confirmedAt: EpochMs | undefined;
  conflated = 0;

  constructor(options: StreamOutletOptions) {
    this.#options = options;
  }

  /** The matches that it speaks of. */
  matches(): Iterable<ExternalId> {
    return this.#standing.keys();
  }

  /** How many these are. */
  get size(): number {
    return this.#standing.size;
  }

  /** Nothing goes out before this has settled. */
  hold(until: Promise<unknown>): void {
    this.#held = until.catch(() => undefined);
  }

  offer(batch: StreamBatch, receivedAt: EpochMs): void {
    if (batch.whole) {
      this.#endOthers(batch.statements, receivedAt);
      this.#confirmedAt = receivedAt;
    }
    for (const statement of batch.statements) {
      this.#put(statement, receivedAt);
      if (hasEnded(statement)) this.#standing.delete(statement.match.externalId);
      else this.#standing.set(statement.match.externalId, statement);
    }
    this.#confirmWhenDue(receivedAt);
    this.#drain();
  }

  /** All that was said still stands: says it again now and then, so that a quiet match does not look like a dead feed. */
  confirm(receivedAt: EpochMs): void {
    this.#confirmWhenDue(receivedAt);
    this.#drain();
  }

  /** Forgets everything; resolves when nothing is on its way any more. */
  async clear(): Promise<void> {
    this.#standing.clear();
    this.#waiting.clear();
    this.#confirmedAt = undefined;
    await this.#draining;
  }

  /** What a new whole does not name has ended while we were not listening. */
  #endOthers(statements: readonly Statement[], receivedAt: EpochMs): void {
    const named = new Set(statements.map(({ match }) => match.externalId));
    for (const [externalId, { match, markets }] of this.#standing) {
      if (named.has(externalId)) continue;
      this.#standing.delete(externalId);
      if (markets !== undefined && markets.length > 0) this.#put({ match, markets: [] }, receivedAt);
    }
  }

  #confirmWhenDue(receivedAt: EpochMs): void {
    if (this.#confirmedAt !== undefined && receivedAt < after(this.#confirmedAt, CONFIRM_EVERY)) return;
    this.#confirmedAt = receivedAt;
    for (const [externalId, statement] of this.#standing) {
      if (!this.#waiting.has(externalId)) this.#put(statement, receivedAt);
    }
  }

  #put(statement: Statement, receivedAt: EpochMs): void {
    const { externalId } = statement.match;
    if (this.#waiting.has(externalId)) this.conflated += 1;
    const { provider } = this.#options;
    // Nobody asked: it is heard at the moment it comes.
    this.#waiting.set(externalId, { ...statement, provider, requestedAt: receivedAt, receivedAt });
  }

  #drain(): void {
    if (this.#draining !== undefined || this.#waiting.size === 0) return;
    this.#draining = this.#handOn();
  }

  async #handOn(): Promise<void> {
    try {
      await this.#held;
      while (this.#waiting.size > 0) {
        const batch = [...this.#waiting.values()];
        this.#waiting.clear();
        await this.#options.sink.accept(batch);
      }
    } catch (error) {
      this.#options.onFault(error);
    } finally {
      this.#draining = undefined;
    }
  }
}

const hasEnded = ({ score, markets }: Statement): boolean =>
  score === undefined && markets !== undefined && markets.length === 0;
