import { Compile } from 'typebox/compile';
import { Entries } from 'typebox/format';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const number = { type: 'number' };
const schema = { $ref: '#/$defs/schema' };
const schemas = { type: 'array', minItems: 1, items: schema };
const named = { type: 'object', additionalProperties: schema };
const names = { type: 'array', uniqueItems: true, items: text };
const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/**
 * What we take of JSON Schema 2020-12. Whatever is not in it is a fault: a misspelt keyword would let everything through.
 */
const KEYWORDS = {
  $schema: text,
  $id: text,
  $comment: text,
  $ref: { type: 'string', pattern: '^#' },
  $defs: named,
  title: text,
  description: text,
  examples: { type: 'array' },
  default: {},
  deprecated: flag,
  type: {
    anyOf: [{ enum: TYPES }, { type: 'array', minItems: 1, uniqueItems: true, items: { enum: TYPES } }],
  },
  enum: { type: 'array', minItems: 1 },
  const: {},
  properties: named,
  patternProperties: named,
  additionalProperties: schema,
  propertyNames: schema,
  required: names,
  dependentRequired: { type: 'object', additionalProperties: names },
  minProperties: count,
  maxProperties: count,
  items: schema,
  prefixItems: schemas,
  contains: schema,
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  minLength: count,
  maxLength: count,
  pattern: text,
  format: { enum: [...Entries()].map(([format]) => format) },
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: { type: 'number', exclusiveMinimum: 0 },
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: schema,
  if: schema,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: schema,
  else: schema,
};

const metaSchema = Compile({
  $ref: '#/$defs/schema',
  $defs: {
    schema: {
      anyOf: [
        { type: 'boolean' },
        {
          type: 'object',
          properties: KEYWORDS,
          patternProperties: { '^x-': {} },
          additionalProperties: false,
        },
      ],
    },
  },
});

/** What is wrong with a JSON Schema, a line each with its place; none when it can be compiled and means what it says. */
export function jsonSchemaFaults(schema: unknown): string[] {
  const found = new Map<string, string>();
  for (const { keyword, instancePath, message } of metaSchema.Errors(schema)) {
    if (keyword === 'anyOf' || keyword === 'additionalProperties') continue;
    const isSchema = keyword === 'type' && message === 'must be boolean';
    if (isSchema || found.has(instancePath)) continue;
    found.set(instancePath, keyword === 'boolean' ? 'is no keyword we know' : message);
  }
  if (found.size === 0) {
    for (const [path, value] of keywords(schema, '')) {
      if (path.endsWith('/$ref') && !resolves(schema, value)) found.set(path, 'leads nowhere');
      if (path.endsWith('/pattern') && !isPattern(value)) found.set(path, 'is no regular expression');
    }
  }
  return [...found].map(([path, message]) => `${path || '/'} ${message}`);
}

/** Every `$ref` and `pattern` with text, wherever it stands. */
function* keywords(value: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = `${path}/${name}`;
    // Examples and the like are values, not schemas.
    if (name === 'examples' || name === 'default' || name === 'const' || name === 'enum') continue;
    if (typeof member === 'string') yield [at, member];
    else yield* keywords(member, at);
  }
}

const isPattern = (pattern: string): boolean => {
  try {
    return new RegExp(pattern, 'u') !== undefined;
  } catch {
    return false;
  }
};

const resolves = (schema: unknown, reference: string): boolean =>
  valueAt(schema, decodeURIComponent(reference.slice(1))) !== undefined;

/** The value a JSON pointer (RFC 6901) leads to; `undefined` where there is none. */
function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
