import type { StoredEvent } from '../../domain/event.ts';

/** Events of one shard that wait, without a gap as far as the log has none. Bounded: the rest is in the log. */
export class ShardQueue {
  readonly #capacity: number;
  #events: StoredEvent[] = [];
  #head = 0;
  #last: number;

  constructor(cursor: number, capacity: number) {
    this.#last = cursor;
    this.#capacity = capacity;
  }

  /** The number after which it goes on. */
  get last(): number {
    return this.#last;
  }

  get length(): number {
    return this.#events.length - this.#head;
  }

  /** Takes what follows; false when something is missing in between, or there is no room: then the log has to be read. */
  offer(event: StoredEvent): boolean {
    if (event.sequenceNumber <= this.#last) return true;
    if (event.sequenceNumber !== this.#last + 1 || this.length >= this.#capacity) return false;
    this.#push(event);
    return true;
  }

  /** Takes what the log has after the cursor; numbers that it no longer has are passed over. */
  fill(events: readonly StoredEvent[]): void {
    for (const event of events) if (event.sequenceNumber > this.#last) this.#push(event);
  }

  take(most: number): readonly StoredEvent[] {
    const taken = this.#events.slice(this.#head, this.#head + most);
    this.#head += taken.length;
    if (this.#head === this.#events.length || this.#head > 1_000) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  #push(event: StoredEvent): void {
    this.#events.push(event);
    this.#last = event.sequenceNumber;
  }
}
