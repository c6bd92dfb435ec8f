import { ownTime } from './own-time.ts';

/** Watches the event loop: every gap between two of its turns, in milliseconds of our own. */
export class LoopProbe {
  #last = ownTime();
  #longest = 0;
  #next: NodeJS.Immediate | undefined;

  start(): void {
    this.#last = ownTime();
    this.#longest = 0;
    const turn = () => {
      const now = ownTime();
      this.#longest = Math.max(this.#longest, now - this.#last);
      this.#last = now;
      this.#next = setImmediate(turn);
    };
    this.#next = setImmediate(turn);
  }

  /** Ends the watch and answers the longest gap, the one that is open included. */
  stop(): number {
    clearImmediate(this.#next);
    return Math.max(this.#longest, ownTime() - this.#last);
  }
}
