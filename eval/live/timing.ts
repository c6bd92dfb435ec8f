const STEP = 0.05;
const MOST = 20_000;

/** How long things took, in microseconds, to a twentieth of one; what takes longer than a millisecond counts as that. */
export class Timing {
  readonly #counts = new Uint32Array(MOST + 1);
  #all = 0;

  add(microseconds: number): void {
    const bin = Math.min(MOST, Math.floor(microseconds / STEP));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#all++;
  }

  get count(): number {
    return this.#all;
  }

  quantile(share: number): number {
    let left = share * this.#all;
    for (let bin = 0; bin <= MOST; bin++) {
      left -= this.#counts[bin] ?? 0;
      if (left <= 0) return Number(((bin + 1) * STEP).toFixed(2));
    }
    return MOST * STEP;
  }
}
