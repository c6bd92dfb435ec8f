import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Reading<Schema extends TObject> {
  /** Complete and valid when `faults` is empty; else holds what could be read. */
  readonly values: Static<Schema>;
  readonly faults: readonly string[];
}

interface Declared {
  readonly type?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly items?: Declared;
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

/**
 * Reads the variables that `schema` declares out of `environment`, each under `nameOf(property)`. An empty variable
 * counts as unset. All faults are told, in words, and never with the value of a secret.
 */
export function readEnvironment<Schema extends TObject>(
  schema: Schema,
  environment: Environment,
  nameOf: (property: string) => string = (property) => property,
): Reading<Schema> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  const required: readonly string[] = schema.required ?? [];
  for (const [property, declared] of Object.entries<TSchema>(schema.properties)) {
    const text = environment[nameOf(property)];
    const value =
      text === undefined || text.trim() === '' ? fallback(declared) : parse(declared, text.trim());
    if (value === undefined) {
      if (required.includes(property)) faults.push(`${nameOf(property)} is missing: ${describe(declared)}`);
      continue;
    }
    const fault = Value.Errors(declared, value)[0];
    if (fault) faults.push(`${nameOf(property)} ${complaint(declared, fault.message, text)}`);
    values[property] = value;
  }
  return { values: values as Static<Schema>, faults };
}

const fallback = (schema: TSchema): unknown => structuredClone((schema as Declared).default);

function parse(schema: TSchema, text: string): unknown {
  const { type, items } = schema as Declared;
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[text.toLowerCase()] ?? text;
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => parse(items as TSchema, item));
    default:
      return text;
  }
}

function complaint(schema: TSchema, message: string, text: string | undefined): string {
  const { secret, anyOf } = schema as Declared;
  const wanted = anyOf ? `must be one of ${anyOf.map((choice) => choice.const).join(', ')}` : message;
  return secret ? `${wanted} (its value is not shown)` : `${wanted}, but is ${JSON.stringify(text)}`;
}

const describe = (schema: TSchema): string =>
  (schema as { description?: string }).description ?? 'it has no default';
