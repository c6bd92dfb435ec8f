import type { EpochMs } from '../domain/time.ts';
import type { MatchView } from '../domain/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { Answer } from './answer.ts';

/** An answer with what it was made from: it holds until `until`, and while the store still has those very views. */
export interface CachedAnswer {
  readonly answer: Answer;
  readonly until: EpochMs;
  readonly views: readonly MatchView[];
}

interface Entry extends CachedAnswer {
  readonly size: number;
  /** The store's change count when the views were last compared. */
  checkedAt: number;
}

const MOST_BYTES = 8 * 1024 * 1024;
const LARGEST = MOST_BYTES / 4;
const OVERHEAD = 500;

/** Answers by the address they answer (path and query as asked), bounded in bytes: the oldest make room. */
export class AnswerCache {
  readonly #live: LiveStore;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #size = 0;
  #changes = 0;
  readonly #forget: readonly (() => void)[];

  constructor(live: LiveStore, clock: Clock) {
    this.#live = live;
    this.#clock = clock;
    const count = () => {
      this.#changes++;
    };
    this.#forget = [live.onMessage(count), live.onResync(count)];
  }

  /** The answer for this address, when it still holds. */
  get(address: string): Answer | undefined {
    const entry = this.#entries.get(address);
    if (entry === undefined || this.#clock.now() >= entry.until) return undefined;
    if (entry.checkedAt !== this.#changes) {
      if (entry.views.some((view) => this.#live.view(view.id) !== view)) return undefined;
      entry.checkedAt = this.#changes;
    }
    return entry.answer;
  }

  put(address: string, cached: CachedAnswer): void {
    this.#drop(address);
    const size = cached.answer.body.length + address.length + OVERHEAD;
    if (size > LARGEST) return;
    this.#entries.set(address, { ...cached, size, checkedAt: this.#changes });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= MOST_BYTES) break;
      this.#drop(oldest);
    }
  }

  close(): void {
    for (const forget of this.#forget) forget();
    this.#entries.clear();
    this.#size = 0;
  }

  #drop(address: string): void {
    this.#size -= this.#entries.get(address)?.size ?? 0;
    this.#entries.delete(address);
  }
}
