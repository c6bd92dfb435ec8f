/** How prices are written at the edge; inside they are decimal. */
export const ODDS_FORMATS = ['decimal', 'american', 'fractional', 'hongkong', 'malay', 'indonesian'] as const;
export type OddsFormat = (typeof ODDS_FORMATS)[number];

/** A price no bookmaker writes: beyond it the input is an error, not a long shot. */
const HIGHEST = 1_000_000;

/** True for decimal odds: stake included, so above 1, and finite. */
export const isPrice = (decimal: number): boolean => decimal > 1 && decimal <= HIGHEST;

const priceOrNothing = (decimal: number): number | undefined => (isPrice(decimal) ? decimal : undefined);

/** Money won on 100, or money risked to win 100 when negative. Nothing when |american| < 100. */
export function americanToDecimal(american: number): number | undefined {
  if (!(Math.abs(american) >= 100)) return undefined;
  return priceOrNothing(american > 0 ? 1 + american / 100 : 1 - 100 / american);
}

/** Winnings for a stake of 1. Nothing at or below 0. */
export const hongKongToDecimal = (hongKong: number): number | undefined => priceOrNothing(hongKong + 1);

/** Hong Kong odds up to evens, else the negative of what must be risked to win 1. Nothing outside [-1, 1] without 0. */
export function malayToDecimal(malay: number): number | undefined {
  if (!(Math.abs(malay) <= 1) || malay === 0) return undefined;
  return priceOrNothing(malay > 0 ? 1 + malay : 1 - 1 / malay);
}

/** American odds in hundredths. Nothing when |indonesian| < 1. */
export function indonesianToDecimal(indonesian: number): number | undefined {
  if (!(Math.abs(indonesian) >= 1)) return undefined;
  return priceOrNothing(indonesian > 0 ? 1 + indonesian : 1 - 1 / indonesian);
}

const FRACTION = /^(\d{1,9})\/(\d{1,9})$/;

/** `5/2`: winnings for a stake, as two whole numbers. Nothing for a zero or for anything else. */
export function fractionalToDecimal(text: string): number | undefined {
  const parts = FRACTION.exec(text.trim());
  return parts === null ? undefined : priceOrNothing(1 + Number(parts[1]) / Number(parts[2]));
}

/** Reads a price written in `format` as decimal odds; `undefined` for one that the format refuses. */
export function toDecimal(format: OddsFormat, written: number | string): number | undefined {
  if (format === 'fractional') return typeof written === 'string' ? fractionalToDecimal(written) : undefined;
  const value = typeof written === 'number' ? written : numberIn(written);
  if (value === undefined) return undefined;
  switch (format) {
    case 'decimal':
      return priceOrNothing(value);
    case 'american':
      return americanToDecimal(value);
    case 'hongkong':
      return hongKongToDecimal(value);
    case 'malay':
      return malayToDecimal(value);
    case 'indonesian':
      return indonesianToDecimal(value);
  }
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const numberIn = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined);

/** Unrounded American odds of a decimal price above 1. */
export const decimalToAmerican = (decimal: number): number =>
  decimal >= 2 ? 100 * (decimal - 1) : -100 / (decimal - 1);

export const decimalToHongKong = (decimal: number): number => decimal - 1;
export const decimalToMalay = (decimal: number): number => (decimal <= 2 ? decimal - 1 : -1 / (decimal - 1));
export const decimalToIndonesian = (decimal: number): number => decimalToAmerican(decimal) / 100;

/** The reduced fraction nearest to the winnings, with the smallest denominator that is within a hundred-thousandth. */
export function decimalToFractional(decimal: number): string {
  const winnings = decimal - 1;
  // Continued fraction: each step is the best fraction for its size of denominator, and always reduced.
  let [before, numerator] = [0, 1];
  let [below, denominator] = [1, 0];
  let rest = winnings;
  for (let step = 0; step < 32; step++) {
    const whole = Math.floor(rest);
    [before, numerator] = [numerator, whole * numerator + before];
    [below, denominator] = [denominator, whole * denominator + below];
    const error = Math.abs(numerator / denominator - winnings);
    if (numerator > 0 && error <= 1e-5 * Math.min(1, winnings)) break;
    rest = 1 / (rest - whole);
  }
  return `${numerator}/${denominator}`;
}

/** Writes a decimal price above 1 in another format: whole American odds, the others rounded to 4 places. */
export function fromDecimal(format: OddsFormat, decimal: number): number | string {
  switch (format) {
    case 'decimal':
      return rounded(decimal);
    case 'american':
      return Math.round(decimalToAmerican(decimal));
    case 'fractional':
      return decimalToFractional(decimal);
    case 'hongkong':
      return rounded(decimalToHongKong(decimal));
    case 'malay':
      return rounded(decimalToMalay(decimal));
    case 'indonesian':
      return rounded(decimalToIndonesian(decimal));
  }
}

const rounded = (n: number): number => Math.round(n * 10_000) / 10_000;
