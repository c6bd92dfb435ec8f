import { LRUCache } from 'lru-cache';
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
  /** The store's change count when the views were last compared. */
  checkedAt: number;
}

const MOST_BYTES = 8 * 1024 * 1024;

/** Answers by the address they answer (path and query as asked), bounded in bytes. */
export class AnswerCache {
  readonly #live: LiveStore;
  readonly #clock: Clock;
  readonly #entries = new LRUCache<string, Entry>({ maxSize: MOST_BYTES, maxEntrySize: MOST_BYTES / 4 });
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

  put(address: string, cached: CachedAnswer): Answer {
    const size = cached.answer.body.length + address.length + 500;
    this.#entries.set(address, { ...cached, checkedAt: this.#changes }, { size });
    return cached.answer;
  }

  close(): void {
    for (const forget of this.#forget) forget();
    this.#entries.clear();
  }
}
