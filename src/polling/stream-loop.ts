import { after, type EpochMs, type Millis, seconds } from '../domain/time.ts';
import type { Chance } from '../ports/chance.ts';
import type { Clock } from '../ports/clock.ts';
import type { StreamBatch, StreamItem, StreamPace } from '../ports/provider.ts';
import { ProviderError } from '../ports/provider-error.ts';
import type { StreamState } from '../ports/provider-health.ts';
import { idleWait, reconnectWait } from './reconnect.ts';
import { inWordsOf, type StreamCondition } from './stream-condition.ts';

export interface StreamLoopOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly pace: StreamPace;
  /** One connection from its making to its end, see `Provider.connect`. */
  readonly connect: (signal: AbortSignal) => AsyncIterable<StreamItem>;
  /** All that it covers has been heard: what stood in for it can end. Called before that batch is. */
  readonly onOpened: () => void;
  readonly onBatch: (batch: StreamBatch, receivedAt: EpochMs) => void;
  /** Nothing new, and all that was said still stands. Called for heartbeats, and not before it is open. */
  readonly onHeartbeat: (receivedAt: EpochMs) => void;
  /** It is down, whatever for: what stands in for it has to begin. Called once until it is open again. */
  readonly onDown: () => void;
  readonly onFailed: (error: ProviderError) => void;
  /** A fault that is not the provider's: a bug. The loop goes on. */
  readonly onFault: (error: unknown) => void;
  /** The provider will never let us in like this: the loop has stopped for good. */
  readonly onStopped: (error: ProviderError) => void;
}

/** A connection that lasted so long was a good one: after its end the waits begin anew. */
const LASTING: Millis = seconds(30);
/** A heartbeat may be late by half its span before its absence is a silence. */
const LATE = 1.5;

/**
 * Listens to one stream for ever, on one connection at a time, and owns its timers.
 *
 *   standby ──resume──► connecting ──whole batch──► open ──late──► silent ──heard──► open
 *                           │                         │              │
 *                           ├───────lost, ended───────┴────┬─────────┘ (lost: also no word for too long)
 *                           │                              ▼
 *                           ├◄────────────due─────── reconnecting
 *                           └──refused (open and silent too)──► stopped ──resume──► connecting
 *   any but standby and stopped ──halt──► stopped
 *   any but stopped ──pause──► standby (the connection is aborted)
 */
export class StreamLoop {
  readonly #options: StreamLoopOptions;
  #condition: StreamCondition;
  #cancelTimer: (() => void) | undefined;
  #abort: AbortController | undefined;
  #underWay: Promise<void> | undefined;
  #failuresInARow = 0;
  #openedAt: EpochMs | undefined;
  connections = 0;
  losses = 0;
  lastItemAt: EpochMs | undefined;
  lag: Millis | undefined;
  lastError: ProviderError | undefined;

  constructor(options: StreamLoopOptions) {
    this.#options = options;
    this.#condition = { state: 'standby', since: options.clock.now() };
  }

  get state(): StreamState {
    return this.#condition.state;
  }

  get since(): EpochMs {
    return this.#condition.since;
  }

  /** When it connects again; `undefined` while it need not. */
  get dueAt(): EpochMs | undefined {
    return this.#condition.state === 'reconnecting' ? this.#condition.dueAt : undefined;
  }

  /** What it does, in words. */
  reason(): string {
    return inWordsOf(this.#condition, this.#options.pace);
  }

  /** Switches the loop on. Does nothing when it is on. */
  resume(): void {
    if (this.state !== 'standby' && this.state !== 'stopped') return;
    this.#failuresInARow = 0;
    this.#options.onDown();
    this.#connect();
  }

  /** Switches the loop off; resolves when its connection has ended. */
  async pause(): Promise<void> {
    if (this.state !== 'stopped') this.#enter({ state: 'standby', since: this.#now() });
    await this.#end(new DOMException('listening was switched off', 'AbortError'));
  }

  /** Stops the loop as if it had been refused; `resume` wakes it. */
  async halt(why: string): Promise<void> {
    if (this.state === 'standby' || this.state === 'stopped') return;
    const wasDown = this.#isDown();
    this.#enter({ state: 'stopped', since: this.#now(), why });
    if (!wasDown) this.#options.onDown();
    await this.#end(new DOMException('the provider refuses the key', 'AbortError'));
  }

  async #end(reason: DOMException): Promise<void> {
    this.#cancelTimer?.();
    // Let go of it first: on Bun a socket's end is told of while it is destroyed, before `abort` returns.
    const abort = this.#abort;
    this.#abort = undefined;
    abort?.abort(reason);
    await this.#underWay;
  }

  #now(): EpochMs {
    return this.#options.clock.now();
  }

  #isDown(): boolean {
    return this.state !== 'open' && this.state !== 'silent';
  }

  #enter(condition: StreamCondition): void {
    this.#condition = condition;
  }

  #connect(): void {
    const abort = new AbortController();
    this.#abort = abort;
    this.#enter({ state: 'connecting', since: this.#now() });
    this.#underWay = this.#listen(abort, this.#underWay);
  }

  async #listen(abort: AbortController, before: Promise<void> | undefined): Promise<void> {
    // Switched off and on again, an aborted connection may still be ending: never two at once.
    await before;
    if (this.#abort !== abort) return;
    this.connections += 1;
    this.#openedAt = undefined;
    this.#watch(abort, this.#options.pace.openWithin);
    let failure: unknown;
    try {
      for await (const item of this.#options.connect(abort.signal)) {
        if (abort.signal.aborted) break;
        this.#heard(item, abort);
      }
      if (abort.signal.aborted) failure = abort.signal.reason;
    } catch (error) {
      failure = error;
    }
    // Paused or halted meanwhile: whatever ended it is not the provider's doing.
    if (this.#abort !== abort) return;
    this.#cancelTimer?.();
    this.#abort = undefined;
    this.#ended(failure);
  }

  #heard(item: StreamItem, abort: AbortController): void {
    const { onOpened, onBatch, onHeartbeat } = this.#options;
    const now = this.#now();
    this.lastItemAt = now;
    if (item.sentAt !== undefined) this.lag = Math.max(0, now - item.sentAt);
    if (this.state === 'connecting') {
      // Until all has been heard a part of it would mix with what was known before.
      if (item.kind === 'heartbeat' || !item.whole) return;
      this.#openedAt = now;
      this.#enter({ state: 'open', since: now });
      this.#cancelTimer?.();
      this.#watch(abort, this.#options.pace.expectEvery * LATE);
      onOpened();
    } else if (this.state === 'silent') this.#enter({ state: 'open', since: now });
    if (item.kind === 'batch') onBatch(item, now);
    else onHeartbeat(now);
  }

  /** One timer looks after all: it asks how long ago something was heard, and comes again when that may matter. */
  #watch(abort: AbortController, span: Millis): void {
    const { clock, pace } = this.#options;
    this.#cancelTimer = clock.schedule(span, () => {
      const now = this.#now();
      if (this.state === 'connecting') {
        const left = after(this.since, pace.openWithin) - now;
        if (left > 0) this.#watch(abort, left);
        else abort.abort(new ProviderError('PROVIDER_TIMEOUT', 'The stream did not open in time'));
        return;
      }
      const quiet = now - (this.lastItemAt ?? now);
      const late = pace.expectEvery * LATE;
      if (quiet >= pace.deadAfter) {
        abort.abort(new ProviderError('PROVIDER_TIMEOUT', 'The stream fell silent'));
        return;
      }
      if (quiet >= late && this.state === 'open') this.#enter({ state: 'silent', since: now });
      this.#watch(abort, (quiet >= late ? pace.deadAfter : late) - quiet);
    });
  }

  #ended(failure: unknown): void {
    const { chance, onDown, onFailed, onFault, onStopped } = this.#options;
    const now = this.#now();
    const wasDown = this.#isDown();
    if (this.#openedAt !== undefined && now - this.#openedAt >= LASTING) this.#failuresInARow = 0;
    if (failure === undefined) {
      this.#failuresInARow = 0;
      this.#reconnectAt(after(now, idleWait(chance())), 'nothing to follow at present');
      if (!wasDown) onDown();
      return;
    }
    this.losses += 1;
    this.#failuresInARow += 1;
    const known = failure instanceof ProviderError ? failure : undefined;
    if (known) this.lastError = known;
    const code = known?.code ?? 'a fault inside';
    if (known && !known.retryable)
      this.#enter({ state: 'stopped', since: now, why: `${code}: ${known.message}` });
    else {
      const wait = reconnectWait(this.#failuresInARow, chance());
      const notBefore = Math.max(now, known?.retryAt ?? now) as EpochMs;
      this.#reconnectAt(after(notBefore, wait), `${code}, ${this.#failuresInARow} in a row`);
    }
    if (!wasDown) onDown();
    if (known === undefined) onFault(failure);
    else onFailed(known);
    if (known && !known.retryable) onStopped(known);
  }

  #reconnectAt(dueAt: EpochMs, why: string): void {
    const now = this.#now();
    this.#enter({ state: 'reconnecting', since: now, dueAt, why });
    this.#cancelTimer = this.#options.clock.schedule(dueAt - now, () => this.#connect());
  }
}
