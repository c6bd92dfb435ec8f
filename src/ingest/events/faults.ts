import type { EventFault } from '../../ports/event-intake.ts';

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: unknown;
}

const MOST_FAULTS = 20;
const LONGEST_PATH = 200;
const LONGEST_MESSAGE = 300;

/** The faults a schema finds in `data`, in words: one a place, at most twenty. */
export function schemaFaults(errors: readonly SchemaError[]): EventFault[] {
  const found = new Map<string, string>();
  const add = (path: string, message: string) => {
    if (!found.has(path)) found.set(path, message);
  };
  for (const { keyword, instancePath, message, params } of errors) {
    if (keyword === 'required') {
      const { requiredProperties } = params as { requiredProperties: readonly string[] };
      for (const name of requiredProperties) add(`${instancePath}/${name}`, 'is missing');
    } else if (keyword === 'boolean') add(instancePath, 'is not known here');
    else if (keyword === 'enum') {
      const { allowedValues } = params as { allowedValues: readonly unknown[] };
      add(instancePath, `must be one of ${allowedValues.join(', ')}`);
    } else if (keyword !== 'additionalProperties' && keyword !== 'anyOf') add(instancePath, message);
  }
  const faults = [...found].slice(0, MOST_FAULTS);
  return faults.map(([path, message]) => faultAt(`/data${path}`, message));
}

/** A fault as it may be told: its place and words are cut, for both may quote what came in. */
export const faultAt = (path: string, message: string): EventFault => ({
  path: path.slice(0, LONGEST_PATH).toWellFormed(),
  message: message.slice(0, LONGEST_MESSAGE).toWellFormed(),
});
