import { readFileSync } from 'node:fs';
import { DEVIG_METHODS, type DevigMethod, devig } from '../../src/aggregation/devig.ts';
import {
  decimalToAmerican,
  decimalToHongKong,
  decimalToIndonesian,
  decimalToMalay,
  toDecimal,
} from '../../src/domain/odds.ts';

interface Vectors {
  readonly devig: readonly {
    readonly odds: readonly number[];
    readonly expected: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly formats?: readonly Readonly<Record<string, number>>[];
}

const WRITERS = {
  hong_kong: decimalToHongKong,
  american: decimalToAmerican,
  indonesian: decimalToIndonesian,
  malay: decimalToMalay,
} as const;
const READERS = {
  hong_kong: 'hongkong',
  american: 'american',
  indonesian: 'indonesian',
  malay: 'malay',
} as const;

/** The largest error of each method against the vectors in the file, and of each price format, relative, both ways. */
export function checkVectors(file: string) {
  const { devig: markets, formats = [] } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  const methods: Partial<Record<DevigMethod, number>> = {};
  let largestSumError = 0;
  for (const method of DEVIG_METHODS) {
    let largest = 0;
    for (const { odds, expected } of markets) {
      const wanted = expected[method];
      if (wanted === undefined) continue;
      const got = devig(odds, method);
      for (const [at, p] of wanted.entries()) largest = Math.max(largest, Math.abs((got[at] ?? 0) - p));
      largestSumError = Math.max(largestSumError, Math.abs(got.reduce((sum, p) => sum + p, -1)));
    }
    methods[method] = largest;
  }
  return { markets: markets.length, methods, largestSumError, formats: formatErrors(formats) };
}

function formatErrors(rows: readonly Readonly<Record<string, number>>[]) {
  const errors: Record<string, number> = {};
  for (const [name, write] of Object.entries(WRITERS)) {
    const format = READERS[name as keyof typeof READERS];
    let largest = 0;
    for (const { decimal, [name]: written } of rows) {
      if (decimal === undefined || written === undefined) continue;
      const back = toDecimal(format, written) ?? Number.POSITIVE_INFINITY;
      const gap = Math.abs(write(decimal) - written) / Math.max(1, Math.abs(written));
      largest = Math.max(largest, gap, Math.abs(back - decimal) / decimal);
    }
    errors[name] = largest;
  }
  return errors;
}
