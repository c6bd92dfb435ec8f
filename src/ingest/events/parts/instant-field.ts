import { Type } from 'typebox';
import { INSTANT_EXPECTED, instantOf } from '../../../domain/instant.ts';

/** An instant in any form that `instantOf` reads. */
export const instantField = (description: string) =>
  Type.Refine(
    Type.Unsafe<string | number>({ type: ['string', 'number'], description }),
    (written) => instantOf(written) !== undefined,
    () => INSTANT_EXPECTED,
  );
