/** A repeatable source of chance. Streams of different names are independent, so that what one throws moves no other. */
export class Dice {
  #state: number;

  constructor(seed: number, ...name: readonly (string | number)[]) {
    let state = (seed ^ 0x9e3779b9) >>> 0;
    for (const char of name.join('/')) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0;
    this.#state = state;
    for (let turn = 0; turn < 3; turn++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  /** Exponential with that mean. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  normal(deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return deviation * radius * Math.cos(2 * Math.PI * this.next());
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}
