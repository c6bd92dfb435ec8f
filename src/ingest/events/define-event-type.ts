import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Statement } from '../../domain/observation.ts';
import type { EventFault } from '../../ports/event-intake.ts';
import { camelNames } from './camel-names.ts';
import type { EventType, LiveFact, Naming, Normalised, Told } from './event-type.ts';
import { faultAt, schemaFaults } from './faults.ts';

/** Notes what is wrong with the data; `path` is a JSON pointer into it. */
export type Complain = (path: string, message: string) => void;

/** A type of our own, with its data typed from its schema. */
export interface EventTypeDefinition<Schema extends TSchema, Normal extends object> {
  readonly id: string;
  readonly description: string;
  /** Of `data`, its names in camelCase; `snake_case` is accepted for each of them. */
  readonly schema: Schema;
  readonly example: Static<Schema>;
  /** Members that are maps from the sender's words: their names are not spelt anew. */
  readonly maps?: readonly string[];
  /** What was complained of refuses the event; the answer counts only when nothing was. */
  readonly normalise: (data: Static<Schema>, complain: Complain) => Normal | undefined;
  readonly namingOf: (normal: Normal) => Naming;
  readonly statementOf?: (normal: Normal, told: Told) => Statement | undefined;
  readonly liveFactOf?: (normal: Normal) => LiveFact | undefined;
}

/** Makes the type; its schema is compiled once, here. */
export function defineEventType<Schema extends TSchema, Normal extends object>(
  definition: EventTypeDefinition<Schema, Normal>,
): EventType {
  const { schema, maps, normalise, namingOf, statementOf, liveFactOf, ...rest } = definition;
  const verbatim = new Set(maps);
  const compiled = Compile(schema);
  // What `read` made is the only thing the others are given: the type of `Normal` is kept by that.
  const typed = (normal: Normalised): Normal => normal as Normal;
  return {
    ...rest,
    schema,
    builtIn: true,
    read: (given) => {
      const faults: EventFault[] = [];
      const complain: Complain = (path, message) => {
        faults.push(faultAt(`/data${path}`, message));
      };
      const data = camelNames(given, {
        onClash: (path) => complain(path, 'comes in two spellings'),
        asTheyAre: verbatim,
      });
      if (!compiled.Check(data)) faults.push(...schemaFaults(compiled.Errors(data)));
      if (faults.length > 0) return { ok: false, faults };
      const normal = normalise(data as Static<Schema>, complain);
      if (faults.length > 0 || normal === undefined) return { ok: false, faults };
      return { ok: true, normal: normal as Normalised };
    },
    namingOf: (normal) => namingOf(typed(normal)),
    ...(statementOf && { statementOf: (normal, told) => statementOf(typed(normal), told) }),
    ...(liveFactOf && { liveFactOf: (normal) => liveFactOf(typed(normal)) }),
  };
}
