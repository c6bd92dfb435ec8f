import { type TSchema, Type } from 'typebox';

/** A value or null. */
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** An instant in RFC 3339 with milliseconds and `Z`. */
export const timeField = (description: string) => Type.String({ format: 'date-time', description });
