import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { BUILT_IN_EVENT_TYPES, type DeclaredEventType } from '../ports/declared-event-type.ts';
import { jsonSchemaFaults } from './json-schema.ts';

const SUFFIX = '.json';
const ID = /^[a-z][a-z0-9_.-]{0,63}$/;
const POINTER = /^(\/([^~/]|~[01])*)+$/;
const MOST_FILES = 500;
const LARGEST = 256 * 1024;
const LONGEST_DAYS = 36_500;

/**
 * The event types that the files `<type>.json` of a folder declare. A file that cannot be used is a fault that names it
 * and the place in it.
 */
export function readEventTypes(folder: string | undefined, faults: string[]): readonly DeclaredEventType[] {
  if (folder === undefined) return [];
  let names: readonly string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith(SUFFIX))
      .sort();
  } catch (error) {
    faults.push(`EVENT_TYPES_DIR ${JSON.stringify(folder)} cannot be read: ${(error as Error).message}`);
    return [];
  }
  if (names.length === 0) faults.push(`EVENT_TYPES_DIR ${JSON.stringify(folder)} holds no .json file`);
  if (names.length > MOST_FILES) {
    faults.push(`EVENT_TYPES_DIR holds more than ${MOST_FILES} types`);
    return [];
  }
  return names.flatMap((name) => {
    const file = join(folder, name);
    const complain = (what: string): undefined => void faults.push(`EVENT_TYPES_DIR ${file} ${what}`);
    const declared = declaredType(name.slice(0, -SUFFIX.length), file, complain);
    return declared === undefined ? [] : [declared];
  });
}

function declaredType(
  id: string,
  file: string,
  complain: (what: string) => undefined,
): DeclaredEventType | undefined {
  if (!ID.test(id)) return complain('is not named like a type: lower-case letters, digits, _ . and -');
  if ((BUILT_IN_EVENT_TYPES as readonly string[]).includes(id)) return complain('declares a built-in type');
  const schema = readObject(file, complain);
  if (schema === undefined) return undefined;
  const faults = [...jsonSchemaFaults(schema), ...ownFaults(id, schema)];
  for (const fault of faults) complain(fault);
  if (faults.length > 0) return undefined;
  const { examples, title, description } = schema as {
    examples: unknown[];
    title?: string;
    description?: string;
  };
  try {
    const check = Compile(schema);
    for (const [i, example] of examples.entries()) {
      const [wrong] = check.Errors(example);
      if (wrong) return complain(`/examples/${i}${wrong.instancePath} ${wrong.message}`);
    }
  } catch (error) {
    return complain(`cannot be compiled: ${(error as Error).message}`);
  }
  const subject = schema['x-subject'] as string | undefined;
  const ttlDays = schema['x-ttl-days'] as number | undefined;
  return {
    id,
    description: description ?? title ?? id,
    schema,
    example: examples[0],
    ...(subject !== undefined && { subject }),
    ...(ttlDays !== undefined && { ttlDays }),
  };
}

function readObject(
  file: string,
  complain: (what: string) => undefined,
): Record<string, unknown> | undefined {
  try {
    if (statSync(file).size > LARGEST) return complain(`is larger than ${LARGEST} bytes`);
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
    return complain('is not a JSON object');
  } catch (error) {
    return complain(`cannot be read: ${(error as Error).message}`);
  }
}

/** What we ask of a declaration beyond JSON Schema. */
function ownFaults(id: string, schema: Readonly<Record<string, unknown>>): string[] {
  const faults: string[] = [];
  const { $id, type, examples, 'x-subject': subject, 'x-ttl-days': days } = schema;
  if (
    typeof $id === 'string' &&
    $id
      .split('/')
      .at(-1)
      ?.replace(/\.json$/, '') !== id
  )
    faults.push(`/$id names another type than the file`);
  if (type !== 'object') faults.push('/type must be object: data is one');
  if (!Array.isArray(examples) || examples.length === 0)
    faults.push('/examples is missing: at least one is needed');
  if (subject !== undefined && !(typeof subject === 'string' && POINTER.test(subject)))
    faults.push('/x-subject must be a JSON pointer such as /matchId');
  if (days !== undefined && !(Number.isInteger(days) && Number(days) >= 1 && Number(days) <= LONGEST_DAYS))
    faults.push(`/x-ttl-days must be a whole number from 1 to ${LONGEST_DAYS}`);
  return faults;
}
