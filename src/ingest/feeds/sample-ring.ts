import type { Percentiles } from '../../ports/feed-health.ts';

const NONE: Percentiles = { p50: null, p95: null, p99: null };

/** The newest samples, for percentiles that are exact over them and cost a fixed room. */
export class SampleRing {
  readonly #samples: Float64Array;
  #taken = 0;

  constructor(size = 512) {
    this.#samples = new Float64Array(size);
  }

  add(sample: number): void {
    this.#samples[this.#taken % this.#samples.length] = sample;
    this.#taken += 1;
  }

  /** By nearest rank. */
  percentiles(): Percentiles {
    const count = Math.min(this.#taken, this.#samples.length);
    if (count === 0) return NONE;
    const sorted = this.#samples.slice(0, count).sort();
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? null;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
