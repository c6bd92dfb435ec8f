import type { EpochMs } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { TaskState } from '../ports/polling.ts';
import type { PollAnswer } from '../ports/provider.ts';
import { ProviderError } from '../ports/provider-error.ts';
import type { LastPoll, NextPoll } from './next-poll.ts';

export interface PollLoopOptions {
  readonly clock: Clock;
  /** When the loop is switched on: the instant of its first poll. */
  readonly first: () => EpochMs;
  /** Makes one poll and hands its observations on. Throws `ProviderError`, or the signal's reason. */
  readonly poll: (signal: AbortSignal) => Promise<PollAnswer>;
  /** When to poll next, asked after each poll and whenever the ground for it may have changed. */
  readonly next: (last: LastPoll) => NextPoll;
  /** A fault that is not the provider's: a bug, or a store that refused. The loop goes on. */
  readonly onFault: (error: unknown) => void;
  /** The provider will never answer this: the loop has stopped for good. */
  readonly onStopped: (error: ProviderError) => void;
}

/**
 * The only loop. It polls one target for ever, never twice at once, and owns its timer.
 *
 *   standby ──resume──► waiting ──due──► polling ──ok──► waiting
 *                                           ├──failed──► backing_off ──due──► polling
 *                                           └──final──► stopped ──resume──► waiting
 *   waiting, polling, backing_off ──halt──► stopped
 *   any but stopped ──pause──► standby (a poll under way is aborted)
 */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #state: TaskState = 'standby';
  #cancelTimer: (() => void) | undefined;
  #abort: AbortController | undefined;
  #underWay: Promise<void> | undefined;
  #last: LastPoll = { outcome: 'none' };
  #planned: NextPoll | undefined;
  #failuresInARow = 0;
  runs = 0;
  failures = 0;
  lastRunAt: EpochMs | undefined;
  lastDurationMs: number | undefined;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  get state(): TaskState {
    return this.#state;
  }

  get last(): LastPoll {
    return this.#last;
  }

  /** What is planned; `undefined` while nothing is. */
  get planned(): NextPoll | undefined {
    return this.#planned;
  }

  /** Switches the loop on. Does nothing when it is on. */
  resume(): void {
    if (this.#state !== 'standby' && this.#state !== 'stopped') return;
    this.#enter('waiting');
    this.#plan({ ...this.#options.next(this.#last), at: this.#options.first() });
  }

  /** Switches the loop off; resolves when a poll under way has ended. */
  async pause(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#enter('standby');
    this.#cancelTimer?.();
    this.#planned = undefined;
    this.#abort?.abort(new DOMException('polling was switched off', 'AbortError'));
    await this.#underWay;
  }

  /** Stops the loop as if its own poll had been refused for good; `resume` wakes it. */
  async halt(): Promise<void> {
    if (this.#state === 'standby' || this.#state === 'stopped') return;
    this.#enter('stopped');
    this.#cancelTimer?.();
    this.#planned = undefined;
    this.#abort?.abort(new DOMException('the provider refuses the key', 'AbortError'));
    await this.#underWay;
  }

  /** Plans anew, since the interval may have changed. A poll under way plans by itself when it ends. */
  replan(): void {
    if (this.#state !== 'waiting' && this.#state !== 'backing_off') return;
    const next = this.#options.next(this.#last);
    // The first poll stays as early as it was planned: nothing is known before it.
    const first = this.runs === 0 ? this.#planned?.at : undefined;
    this.#plan(first !== undefined && first < next.at ? { ...next, at: first } : next);
  }

  #enter(state: TaskState): void {
    this.#state = state;
  }

  #plan(planned: NextPoll): void {
    this.#cancelTimer?.();
    this.#planned = planned;
    const wait = Math.max(0, planned.at - this.#options.clock.now());
    this.#cancelTimer = this.#options.clock.schedule(wait, () => {
      this.#underWay = this.#run(this.#underWay);
    });
  }

  async #run(before: Promise<void> | undefined): Promise<void> {
    const { clock, poll } = this.#options;
    this.#enter('polling');
    const abort = new AbortController();
    this.#abort = abort;
    // Switched off and on again, an aborted poll may still be ending: never two at once.
    await before;
    const startedAt = clock.now();
    this.lastRunAt = startedAt;
    this.runs += 1;
    try {
      const answer = await poll(abort.signal);
      this.#failuresInARow = 0;
      const { receivedAt, freshFor } = answer;
      this.#last = { outcome: 'ok', startedAt, receivedAt, freshFor };
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failed(error, startedAt);
    } finally {
      this.lastDurationMs = clock.now() - startedAt;
    }
    if (abort.signal.aborted || this.#state !== 'polling') return;
    this.#abort = undefined;
    this.#underWay = undefined;
    const planned = this.#options.next(this.#last);
    this.#enter(planned.backingOff ? 'backing_off' : 'waiting');
    this.#plan(planned);
  }

  #failed(error: unknown, startedAt: EpochMs): void {
    this.failures += 1;
    this.#failuresInARow += 1;
    if (!(error instanceof ProviderError)) {
      this.#options.onFault(error);
      return;
    }
    this.#last = { outcome: 'failed', startedAt, error, inARow: this.#failuresInARow };
    if (error.retryable) return;
    this.#enter('stopped');
    this.#planned = undefined;
    this.#options.onStopped(error);
  }
}
