import type { EpochMs, Millis } from '../domain/time.ts';

/** What a client's frame has earned: an answer, a warning, silence, or the end of the connection. */
export type Verdict = 'answer' | 'warn' | 'ignore' | 'close';

const WINDOW: Millis = 1_000;
const FLOOD_FACTOR = 5;
const MAX_FAULTS_IN_ROW = 10;

/** How a client behaves: how many frames it sent this second, and how many of its last messages made no sense. */
export class Conduct {
  readonly #perSecond: number;
  #windowStart = 0;
  #frames = 0;
  #faultsInRow = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Counts a frame of any kind. The first over the limit is warned of, and five times the limit is a flood. */
  frame(now: EpochMs): Verdict {
    if (now - this.#windowStart >= WINDOW) {
      this.#windowStart = now;
      this.#frames = 0;
    }
    this.#frames += 1;
    if (this.#frames <= this.#perSecond) return 'answer';
    if (this.#frames > this.#perSecond * FLOOD_FACTOR) return 'close';
    return this.#frames === this.#perSecond + 1 ? 'warn' : 'ignore';
  }

  understood(): void {
    this.#faultsInRow = 0;
  }

  /** Counts a message that made no sense; true when there were too many in a row. */
  fault(): boolean {
    this.#faultsInRow += 1;
    return this.#faultsInRow >= MAX_FAULTS_IN_ROW;
  }
}
