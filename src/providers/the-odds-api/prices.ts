import { toDecimal } from '../../domain/odds.ts';

export type PriceFormat = 'decimal' | 'american';

/** The format a request asked for; `undefined` when it left that to the provider. */
export function requestedFormat(path: string): PriceFormat | undefined {
  const format = new URLSearchParams(path.split('?')[1] ?? '').get('oddsFormat');
  return format === 'decimal' || format === 'american' ? format : undefined;
}

/**
 * Finds the format of a whole body from all its prices. One price cannot tell (150 is both), but no American price lies
 * between -100 and 100, and no decimal one is negative.
 */
export class FormatEvidence {
  #negative = 0;
  #small = 0;
  #large = 0;

  add(price: number): void {
    if (price <= -100) this.#negative++;
    else if (price >= 100) this.#large++;
    else if (price > 1) this.#small++;
  }

  /** What was asked for counts where the prices do not tell. */
  format(requested: PriceFormat | undefined): PriceFormat {
    if (this.#negative !== this.#small) return this.#negative > this.#small ? 'american' : 'decimal';
    return requested ?? (this.#large > 0 && this.#negative === 0 ? 'american' : 'decimal');
  }
}

/** The price as decimal odds; `undefined` for a number that is no price in that format. */
export const decimalPrice = (price: number, format: PriceFormat): number | undefined =>
  toDecimal(format, price);
