import type { Millis } from '../domain/time.ts';
import type { ProviderHealth } from '../ports/provider-health.ts';

const REMEMBERED = 100;

/** How the last 100 requests went, in a ring, and how many there were in all. */
export class RecentRequests {
  readonly #took = new Float64Array(REMEMBERED);
  readonly #failed = new Uint8Array(REMEMBERED);
  #total = 0;
  #failures = 0;

  get total(): number {
    return this.#total;
  }

  get failures(): number {
    return this.#failures;
  }

  add(took: Millis, ok: boolean): void {
    const slot = this.#total % REMEMBERED;
    this.#took[slot] = took;
    this.#failed[slot] = ok ? 0 : 1;
    this.#total++;
    if (!ok) this.#failures++;
  }

  /** Failed share of those remembered, 0 to 1; 0 before the first. */
  errorRate(): number {
    const count = this.#count();
    if (count === 0) return 0;
    return this.#failed.subarray(0, count).reduce((sum, failed) => sum + failed, 0) / count;
  }

  responseTime(): ProviderHealth['responseTime'] {
    const count = this.#count();
    if (count === 0) return undefined;
    const sorted = this.#took.slice(0, count).sort();
    const at = (share: number): Millis => sorted[Math.ceil(share * count) - 1] ?? 0;
    return { p50: at(0.5), p95: at(0.95), last: this.#took[(this.#total - 1) % REMEMBERED] ?? 0 };
  }

  #count(): number {
    return Math.min(this.#total, REMEMBERED);
  }
}
