import { ODDS_FORMATS, type OddsFormat, toDecimal } from '../../../domain/odds.ts';
import { wordOf } from './status-words.ts';

const BY_WORD: ReadonlyMap<string, OddsFormat> = new Map([
  ...ODDS_FORMATS.map((format) => [format, format] as const),
  ['us', 'american'],
  ['moneyline', 'american'],
  ['eu', 'decimal'],
  ['european', 'decimal'],
  ['uk', 'fractional'],
  ['fraction', 'fractional'],
  ['hong_kong', 'hongkong'],
  ['hk', 'hongkong'],
  ['my', 'malay'],
  ['indo', 'indonesian'],
]);

export const oddsFormatOf = (text: string): OddsFormat | undefined => BY_WORD.get(wordOf(text));

const EVENS = /^ev(en|ens|s)?$/i;
const SIGNED_HUNDREDS = /^[+-]\d{3,}(\.\d+)?$/;

/**
 * The decimal price; `undefined` for one that its format refuses. Without a format only text may say which it is, where
 * it can mean nothing else: `5/2` and `EVS` are fractional, `+150` and `-110` American. All else is decimal.
 */
export function priceOf(written: number | string, format: OddsFormat | undefined): number | undefined {
  const text = typeof written === 'string' ? written.trim().replace('\u2212', '-') : written;
  if (typeof text === 'string') {
    const asFraction = format === undefined || format === 'fractional' ? fractional(text) : undefined;
    if (asFraction !== undefined) return toDecimal('fractional', asFraction);
    if (format === undefined && SIGNED_HUNDREDS.test(text)) return toDecimal('american', text);
    if (format === 'american' && EVENS.test(text)) return 2;
  }
  return toDecimal(format ?? 'decimal', text);
}

const fractional = (text: string): string | undefined =>
  EVENS.test(text) ? '1/1' : text.includes('/') ? text.replace(/ *\/ */, '/') : undefined;
