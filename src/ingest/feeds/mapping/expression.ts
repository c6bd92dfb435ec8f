import { CONVERSIONS } from './conversion.ts';
import { MappingFault } from './mapping-fault.ts';
import { lookUp, type Pointer, readPointer } from './pointer.ts';
import type { Note, Scope, Template } from './template.ts';

type Given = Readonly<Record<string, unknown>>;
type Inner = (value: unknown, name: string) => Template;
/** One turn of a value on its way from the body to the event. */
type Step = (value: unknown, scope: Scope) => unknown;

// Exactly one of these says where a value comes from.
const SOURCES = ['$at', '$body', '$header', '$join', '$first', '$list'] as const;
const STEPS = ['$where', '$get', '$table', '$as', '$default'] as const;
const KNOWN: ReadonlySet<string> = new Set([...SOURCES, ...STEPS, '$with', '$item', '$required']);

export const isExpression = (template: object): template is Given =>
  Object.keys(template).some((name) => name.startsWith('$'));

/** Compiles one expression: where its value comes from, then what is done with it, in the order of `STEPS`. */
export function compileExpression(given: Given, place: string, note: Note, inner: Inner): Template {
  for (const name of Object.keys(given)) {
    if (!KNOWN.has(name)) note(`${place}/${name}`, 'is not known in an expression');
  }
  const sources = SOURCES.filter((name) => Object.hasOwn(given, name));
  if (sources.length !== 1) note(place, `needs exactly one of ${SOURCES.join(', ')}`);
  const source = compileSource(given, sources[0], place, note, inner);
  const steps = STEPS.filter((name) => Object.hasOwn(given, name)).map((name) =>
    compileStep(name, given[name], `${place}/${name}`, note),
  );
  const isRequired = given.$required === true;
  return (scope) => {
    let value = source(scope);
    for (const step of steps) value = step(value, scope);
    if (value === undefined && isRequired) throw new MappingFault(place, `finds nothing in the body`);
    return value;
  };
}

function compileSource(
  given: Given,
  name: (typeof SOURCES)[number] | undefined,
  place: string,
  note: Note,
  inner: Inner,
): Template {
  const value = name === undefined ? undefined : given[name];
  const at = `${place}/${name}`;
  switch (name) {
    case '$at': {
      const pointer = pointerOf(value, at, note);
      return ({ item }) => lookUp(item, pointer);
    }
    case '$body': {
      const pointer = pointerOf(value, at, note);
      return ({ body }) => lookUp(body, pointer);
    }
    case '$header': {
      if (typeof value !== 'string') note(at, 'has to be the name of a header');
      const header = String(value).toLowerCase();
      return ({ headers }) => headers[header] || undefined;
    }
    case '$join':
      return compileJoin(listOf(value, at, note), given.$with, at, inner);
    case '$first': {
      const choices = listOf(value, at, note).map((choice, index) => inner(choice, `${name}/${index}`));
      return (scope) => {
        for (const choice of choices) {
          const found = choice(scope);
          if (found !== undefined) return found;
        }
        return undefined;
      };
    }
    case '$list': {
      const pointer = pointerOf(value, at, note);
      const member = inner(given.$item, '$item');
      return (scope) => {
        const list = lookUp(scope.item, pointer);
        if (list === undefined) return undefined;
        const members = Array.isArray(list) ? list : [list];
        return members.map((item) => member({ ...scope, item })).filter((made) => made !== undefined);
      };
    }
    default:
      return () => undefined;
  }
}

/** Joined text; nothing where a part of it is missing, for half an id is another one. */
function compileJoin(given: readonly unknown[], separator: unknown, at: string, inner: Inner): Template {
  const parts = given.map((part, index) => inner(part, `$join/${index}`));
  const between = typeof separator === 'string' ? separator : '';
  const toText = CONVERSIONS.get('text');
  return (scope) => {
    const values = parts.map((part) => part(scope));
    if (values.some((value) => value === undefined)) return undefined;
    return values
      .map((value) => {
        const text = toText?.(value);
        if (text === undefined) throw new MappingFault(at, 'finds something other than text or a number');
        return text;
      })
      .join(between);
  };
}

function compileStep(name: (typeof STEPS)[number], given: unknown, at: string, note: Note): Step {
  switch (name) {
    case '$where':
      return compileWhere(given, at, note);
    case '$get': {
      const pointer = pointerOf(given, at, note);
      return (value) => lookUp(value, pointer);
    }
    case '$table': {
      const table = objectOf(given, at, note);
      return (value) => {
        if (value === undefined) return undefined;
        const key = String(value);
        if (Object.hasOwn(table, key)) return table[key] ?? undefined;
        if (Object.hasOwn(table, '*')) return table['*'] ?? undefined;
        throw new MappingFault(at, `has no entry for ${JSON.stringify(key.slice(0, 40))}`);
      };
    }
    case '$as': {
      const convert = CONVERSIONS.get(String(given));
      if (convert === undefined) note(at, `has to be one of ${[...CONVERSIONS.keys()].join(', ')}`);
      return (value) => {
        if (value === undefined) return undefined;
        const converted = convert?.(value);
        if (converted === undefined) throw new MappingFault(at, `cannot read the value as ${given}`);
        return converted;
      };
    }
    case '$default':
      return (value) => value ?? given;
  }
}

/** The first member of a list (or the one that stands for a list) in which all these pointers find these values. */
function compileWhere(given: unknown, at: string, note: Note): Step {
  const conditions = Object.entries(objectOf(given, at, note)).map(
    ([pointer, wanted]) => [pointerOf(pointer, at, note), wanted] as const,
  );
  const fits = (member: unknown) =>
    conditions.every(([pointer, wanted]) => lookUp(member, pointer) === wanted);
  return (value) => (Array.isArray(value) ? value : [value]).find(fits);
}

function pointerOf(value: unknown, at: string, note: Note): Pointer {
  const pointer = typeof value === 'string' ? readPointer(value) : undefined;
  if (pointer === undefined) note(at, 'has to be a JSON pointer: empty, or beginning with /');
  return pointer ?? [];
}

function listOf(value: unknown, at: string, note: Note): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  note(at, 'has to be a list');
  return [];
}

function objectOf(value: unknown, at: string, note: Note): Given {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given;
  note(at, 'has to be an object');
  return {};
}
