import { type EpochMs, epochMs } from '../../domain/time.ts';
import type { MarketPrices, RunnerPrice } from './offers.ts';
import {
  backPrice,
  isMarketDefinition,
  isRunnerChange,
  type MarketChange,
  type MarketDefinition,
  type RunnerChange,
} from './wire.ts';

/** A market as the stream has told it so far. Only the best price to back at is followed. */
export class StreamedMarket implements MarketPrices {
  #definition: MarketDefinition | undefined;
  readonly #back = new Map<number, number>();
  readonly #lastBack = new Map<number, number>();
  #broken = false;
  statedAt: EpochMs | undefined;

  get definition(): MarketDefinition | undefined {
    return this.#definition;
  }

  /** A part of it could not be read: until its next image nothing is known of it for sure. */
  get status(): string {
    return this.#broken || !this.#definition ? 'UNKNOWN' : this.#definition.status;
  }

  runner(selectionId: number): RunnerPrice | undefined {
    const runner = this.#definition?.runners.find(({ id }) => id === selectionId);
    if (!runner) return undefined;
    return {
      active: runner.status === 'ACTIVE',
      back: this.#back.get(selectionId),
      lastBack: this.#lastBack.get(selectionId),
    };
  }

  /** Takes in a change of `change.id`, told at `pt`; false when a part of it could not be read. */
  apply({ img, marketDefinition, rc }: MarketChange, pt: number | undefined): boolean {
    if (img) {
      this.#back.clear();
      this.#broken = false;
    }
    if (marketDefinition !== undefined && marketDefinition !== null) {
      if (isMarketDefinition(marketDefinition)) this.#definition = marketDefinition;
      else this.#broken = true;
    }
    for (const change of rc ?? []) {
      if (isRunnerChange(change)) this.#reprice(change);
      else this.#broken = true;
    }
    if (pt !== undefined) this.statedAt = epochMs(pt);
    return !this.#broken;
  }

  #reprice({ id, hc, batb }: RunnerChange): void {
    // A line of a handicap market: our markets have none.
    if (hc !== undefined && hc !== null && hc !== 0) return;
    for (const [level, price, size] of batb ?? []) {
      if (level !== 0) continue;
      const back = backPrice(price, size);
      if (back === undefined) this.#back.delete(id);
      else {
        this.#back.set(id, back);
        this.#lastBack.set(id, back);
      }
    }
  }
}
