import type { FastifySchemaCompiler } from 'fastify';
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Fault, Problem } from './problem.ts';

const PLACES: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'headers',
};

/** Checks requests against TypeBox schemas: bodies as they are, numbers of queries and paths read from their text. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const check = Compile(schema);
  const numbers = httpPart === 'body' ? [] : numericFields(schema);
  return (given: unknown) => {
    const value = numbers.length === 0 ? given : withNumbers(given as Record<string, unknown>, numbers);
    if (check.Check(value)) return { value };
    const place = PLACES[httpPart] ?? httpPart;
    const faults = faultsOf(check.Errors(value), place);
    const detail = faults.map((fault) => `${fault.field || place} ${fault.message}`).join('; ');
    return { error: new Problem('VALIDATION_FAILED', `${detail}.`, { errors: faults }) };
  };
};

function numericFields(schema: TSchema): string[] {
  const properties = Object.entries((schema as TObject).properties ?? {}) as [string, { type?: string }][];
  return properties.filter(([, { type }]) => type === 'integer' || type === 'number').map(([name]) => name);
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

function withNumbers(given: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const value = { ...given };
  for (const field of fields) {
    const text = value[field];
    if (typeof text === 'string' && DECIMAL.test(text)) value[field] = Number(text);
  }
  return value;
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: unknown;
}

const MOST_FAULTS = 20;

function faultsOf(errors: readonly SchemaError[], place: string): Fault[] {
  const faults = new Map<string, Fault>();
  const add = (field: string, message: string) => {
    if (faults.size < MOST_FAULTS && !faults.has(field)) {
      faults.set(field, { in: place, field: field.slice(0, 100), message });
    }
  };
  for (const { keyword, instancePath, message, params } of errors) {
    const field = instancePath.slice(1).replaceAll('/', '.');
    const under = (name: string) => (field === '' ? name : `${field}.${name}`);
    if (keyword === 'boolean') add(field, 'is not known here');
    else if (keyword === 'additionalProperties') continue;
    else if (keyword === 'required') {
      const { requiredProperties } = params as { requiredProperties: readonly string[] };
      for (const name of requiredProperties) add(under(name), 'is missing');
    } else if (keyword === 'enum') {
      const { allowedValues } = params as { allowedValues: readonly unknown[] };
      add(field, `must be one of ${allowedValues.join(', ')}`);
    } else add(field, message);
  }
  return [...faults.values()];
}
