import type { TeamName } from './team-name.ts';
import { COMMON_WORDS } from './vocabulary.ts';

/** As if so many names were known from the start, so that the first ones are weighed sensibly. */
const ASSUMED_NAMES = 4_000;

/**
 * How much it tells that two names share a word, in bits: 12 for a word of one name in 4,000, about 5 for `United`.
 * Counts distinct names, so a team that plays daily does not become less telling.
 */
export class TokenWeights {
  readonly #names = new Map<string, number>();
  readonly #tokens = new Map<string, number>();
  #all = Math.log2(ASSUMED_NAMES);

  add(name: TeamName): void {
    const count = this.#names.get(name.key) ?? 0;
    this.#names.set(name.key, count + 1);
    if (count > 0) return;
    this.#all = Math.log2(ASSUMED_NAMES + this.#names.size);
    for (const token of name.tokens) this.#tokens.set(token, this.#carriers(token) + 1);
  }

  remove(name: TeamName): void {
    const count = this.#names.get(name.key) ?? 0;
    if (count > 1) {
      this.#names.set(name.key, count - 1);
      return;
    }
    this.#names.delete(name.key);
    this.#all = Math.log2(ASSUMED_NAMES + this.#names.size);
    for (const token of name.tokens) {
      const left = this.#carriers(token) - 1;
      if (left > (COMMON_WORDS.get(token) ?? 0)) this.#tokens.set(token, left);
      else this.#tokens.delete(token);
    }
  }

  /** Bits of agreement on the token; an initial tells little. */
  bits(token: string): number {
    if (token.length === 1) return 3;
    const carriers = this.#carriers(token);
    const least = carriers < LOGS.length ? LOGS[carriers] : Math.log2(carriers);
    return Math.max(1, this.#all - (least ?? 0));
  }

  #carriers(token: string): number {
    return this.#tokens.get(token) ?? COMMON_WORDS.get(token) ?? 0;
  }
}

/** Logarithms of the numbers of names that carry a word; one at least does. */
const LOGS = Float64Array.from({ length: 256 }, (_, carriers) => Math.log2(Math.max(1, carriers)));
