import { type EpochMs, hours } from '../../../domain/time.ts';

const REMEMBERED = hours(24);
const MOST_ADDRESSES = 10_000;

/** Addresses that a good signature has come from lately; of too many the longest silent are forgotten. */
export class KnownSenders {
  readonly #heardAt = new Map<string, EpochMs>();

  heard(address: string, now: EpochMs): void {
    // Deleted first, so that the map stays in the order in which they were heard.
    this.#heardAt.delete(address);
    this.#heardAt.set(address, now);
    if (this.#heardAt.size <= MOST_ADDRESSES) return;
    const [longest] = this.#heardAt.keys();
    if (longest !== undefined) this.#heardAt.delete(longest);
  }

  has(address: string, now: EpochMs): boolean {
    const at = this.#heardAt.get(address);
    return at !== undefined && now - at < REMEMBERED;
  }
}
