import { Compile } from 'typebox/compile';
import type { DeclaredEventType } from '../../ports/declared-event-type.ts';
import { camelNames } from './camel-names.ts';
import type { EventType, Naming, Normalised } from './event-type.ts';
import { schemaFaults } from './faults.ts';

const LONGEST_TOPIC = 200;

/** The type that an operator has declared: checked by its schema, kept and told as it came. */
export function declaredType(declared: DeclaredEventType): EventType {
  const { id, description, schema, example, subject, ttlDays } = declared;
  const compiled = Compile(schema);
  const pointer = subject?.slice(1).split('/').map(unescaped);
  return {
    id,
    description,
    schema,
    example,
    builtIn: false,
    ...(ttlDays !== undefined && { ttlDays }),
    read: (data) => {
      if (compiled.Check(data)) return { ok: true, normal: data as Normalised };
      // A schema in camelCase takes snake_case too, as our own do.
      const named = camelNames(data, { onClash: () => {} });
      return named !== data && compiled.Check(named)
        ? { ok: true, normal: named as Normalised }
        : { ok: false, faults: schemaFaults(compiled.Errors(data)) };
    },
    namingOf: (normal) => (pointer === undefined ? {} : namedAt(normal, pointer)),
  };
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** What stands at the pointer, when it is text or a number. Under the name `matchId` it may be a match. */
function namedAt(normal: Normalised, pointer: readonly string[]): Naming {
  let at: unknown = normal;
  for (const name of pointer) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return {};
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  if ((typeof at !== 'string' && typeof at !== 'number') || at === '') return {};
  const name = String(at).slice(0, LONGEST_TOPIC).toWellFormed();
  return /^match_?id$/i.test(pointer.at(-1) ?? '') ? { matchId: name } : { topic: name };
}
