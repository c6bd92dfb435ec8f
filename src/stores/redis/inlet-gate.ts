import { type EpochMs, minutes, seconds } from '../../domain/time.ts';

export interface InletBounds {
  readonly characters: number;
  /** Messages a second; as many may come at once. */
  readonly perSecond: number;
}

const DEFAULT_BOUNDS: InletBounds = { characters: 16_384, perSecond: 500 };
// A match id has at most 64 characters; `provider:theirId` may be longer.
const LONGEST_NAME = 200;
const WARN_EVERY = minutes(1);

/** Decides which of the messages published by hand are looked at at all: anybody who reaches Redis can send them. */
export class InletGate {
  readonly #bounds: InletBounds;
  readonly #onDrop: (droppedSoFar: number) => void;
  #tokens: number;
  #filledAt: EpochMs;
  #dropped = 0;
  #warnedAt: EpochMs | undefined;

  /** `onDrop` is called at most once a minute. */
  constructor(bounds: InletBounds = DEFAULT_BOUNDS, now: EpochMs, onDrop: (droppedSoFar: number) => void) {
    this.#bounds = bounds;
    this.#onDrop = onDrop;
    this.#tokens = bounds.perSecond;
    this.#filledAt = now;
  }

  admits(matchId: string, text: string, now: EpochMs): boolean {
    const { perSecond, characters } = this.#bounds;
    const earned = (Math.max(0, now - this.#filledAt) * perSecond) / seconds(1);
    this.#tokens = Math.min(perSecond, this.#tokens + earned);
    this.#filledAt = now;
    const fits = matchId.length > 0 && matchId.length <= LONGEST_NAME && text.length <= characters;
    if (fits && this.#tokens >= 1) {
      this.#tokens -= 1;
      return true;
    }
    this.#dropped += 1;
    if (this.#warnedAt === undefined || now - this.#warnedAt >= WARN_EVERY) {
      this.#warnedAt = now;
      this.#onDrop(this.#dropped);
    }
    return false;
  }
}
