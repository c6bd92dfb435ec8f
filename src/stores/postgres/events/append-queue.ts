import type { EventDraft } from '../../../domain/event.ts';
import type { EpochMs, Millis } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { AppendOutcome } from '../../../ports/event-log.ts';
import { StoreError } from '../../../ports/store-error.ts';

export interface AppendQueueOptions {
  readonly clock: Clock;
  /** Commits what many callers brought; outcomes in the order of the drafts. Bounded in time; throws `StoreError`. */
  readonly commit: (drafts: readonly EventDraft[]) => Promise<readonly AppendOutcome[]>;
  /** What may wait and what one flight takes: drafts, and characters of their data. */
  readonly capacity: Load;
  readonly flight: Load;
  /** Who waits longer than this before his flight begins is sent away. */
  readonly patience: Millis;
}

export interface Load {
  readonly drafts: number;
  readonly characters: number;
}

/** One call of `append`. */
interface Call {
  readonly drafts: readonly EventDraft[];
  readonly outcomes: AppendOutcome[];
  readonly since: EpochMs;
  readonly characters: number;
  /** How many of its drafts have been taken into a flight. */
  taken: number;
  settled: boolean;
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void;
  readonly reject: (error: StoreError) => void;
}

interface Seat {
  readonly call: Call;
  readonly from: number;
  readonly to: number;
}

/**
 * Group commit: callers wait while a flight is under way, and the next flight takes everything that waits, up to a bound.
 * One flight at a time, so outcomes come in the order of the calls.
 *
 *   idle ──append──► flying ──landed, somebody waits──► flying ──landed, nobody waits──► idle
 */
export class AppendQueue {
  readonly #options: AppendQueueOptions;
  #calls: Call[] = [];
  #head = 0;
  #waiting = { drafts: 0, characters: 0 };
  #flying: Promise<void> | undefined;
  #stopped = false;

  constructor(options: AppendQueueOptions) {
    this.#options = options;
  }

  /** Drafts that wait, those in the air not counted. */
  get waiting(): number {
    return this.#waiting.drafts;
  }

  append(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
    if (this.#stopped) return Promise.reject(stopped());
    if (drafts.length === 0) return Promise.resolve([]);
    let characters = 0;
    for (const { data } of drafts) characters += data.length;
    if (this.#isFullFor(drafts.length, characters)) return Promise.reject(full());
    return new Promise((resolve, reject) => {
      this.#calls.push({
        drafts,
        outcomes: new Array(drafts.length),
        since: this.#options.clock.now(),
        characters,
        taken: 0,
        settled: false,
        resolve,
        reject,
      });
      this.#waiting.drafts += drafts.length;
      this.#waiting.characters += characters;
      this.#flying ??= this.#fly();
    });
  }

  /** Lets the flight land and sends away who waits. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#sendAway(new StoreError('STORE_UNAVAILABLE', 'The event log is being stopped'));
    await this.#flying;
  }

  /** A call that is larger than the queue is taken when nobody else waits: refused, it would be refused for ever. */
  #isFullFor(drafts: number, characters: number): boolean {
    const { capacity } = this.#options;
    const { drafts: others, characters: theirs } = this.#waiting;
    return others > 0 && (others + drafts > capacity.drafts || theirs + characters > capacity.characters);
  }

  async #fly(): Promise<void> {
    // Those who come in the same turn of the loop fly together.
    await Promise.resolve();
    while (this.#head < this.#calls.length) {
      const { seats, drafts } = this.#board();
      if (drafts.length > 0) await this.#commit(seats, drafts);
    }
    this.#calls = [];
    this.#head = 0;
    this.#flying = undefined;
  }

  #board(): { readonly seats: readonly Seat[]; readonly drafts: readonly EventDraft[] } {
    const { clock, flight, patience } = this.#options;
    const [seats, drafts]: [Seat[], EventDraft[]] = [[], []];
    const latest = clock.now() - patience;
    let characters = 0;
    while (this.#head < this.#calls.length) {
      const call = this.#calls[this.#head] as Call;
      if (!call.settled && call.taken === 0 && call.since < latest) this.#reject(call, late());
      const from = call.taken;
      if (!call.settled) {
        for (; call.taken < call.drafts.length; call.taken++) {
          const draft = call.drafts[call.taken] as EventDraft;
          const isFull =
            drafts.length === flight.drafts || characters + draft.data.length > flight.characters;
          if (isFull && drafts.length > 0) break;
          drafts.push(draft);
          characters += draft.data.length;
        }
        this.#waiting.drafts -= call.taken - from;
        if (call.taken > from) seats.push({ call, from, to: call.taken });
        if (call.taken < call.drafts.length) break;
        this.#waiting.characters -= call.characters;
      }
      this.#head++;
    }
    return { seats, drafts };
  }

  async #commit(seats: readonly Seat[], drafts: readonly EventDraft[]): Promise<void> {
    try {
      const outcomes = await this.#options.commit(drafts);
      let place = 0;
      for (const { call, from, to } of seats) {
        for (let i = from; i < to; i++) call.outcomes[i] = outcomes[place++] as AppendOutcome;
        if (to < call.drafts.length || call.settled) continue;
        call.settled = true;
        call.resolve(call.outcomes);
      }
    } catch (cause) {
      const error =
        cause instanceof StoreError
          ? cause
          : new StoreError('STORE_REJECTED', 'The events could not be appended', { cause });
      for (const { call } of seats) this.#reject(call, error);
      // Behind a path that swallows everything each flight would take its whole time.
      if (error.code === 'STORE_TIMEOUT') this.#sendAway(error);
    }
    if (this.#head > 10_000) {
      this.#calls = this.#calls.slice(this.#head);
      this.#head = 0;
    }
  }

  #sendAway(error: StoreError): void {
    for (let i = this.#head; i < this.#calls.length; i++) this.#reject(this.#calls[i] as Call, error);
  }

  #reject(call: Call, error: StoreError): void {
    if (call.settled) return;
    call.settled = true;
    // What was not taken into a flight waits no more; a call with all its drafts taken has left the queue before.
    if (call.taken < call.drafts.length) {
      this.#waiting.drafts -= call.drafts.length - call.taken;
      this.#waiting.characters -= call.characters;
    }
    call.reject(error);
  }
}

const full = () => new StoreError('STORE_UNAVAILABLE', 'Too many events wait to be stored');
const late = () => new StoreError('STORE_TIMEOUT', 'The events waited too long to be stored');
const stopped = () => new StoreError('STORE_STOPPED', 'The event log is not running');
