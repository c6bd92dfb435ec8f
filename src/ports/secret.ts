import { type TSchemaOptions, Type } from 'typebox';

/** A string that must never be shown: it is masked in logs, in errors, and wherever the configuration is printed. */
export const secret = (options: TSchemaOptions & { description: string }) =>
  Type.String({ minLength: 1, ...options, secret: true });
