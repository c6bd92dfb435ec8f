import { compileExpression, isExpression } from './expression.ts';

/** What a template reads from. */
export interface Scope {
  /** The member of `each`, or the whole body. */
  readonly item: unknown;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Makes a value; `undefined` where the body has nothing to make it of. Throws `MappingFault`. */
export type Template = (scope: Scope) => unknown;

/** Notes a fault of the declaration. */
export type Note = (place: string, message: string) => void;

const MOST_DEPTH = 16;

/**
 * Compiles a template: objects and lists are built as they are written, an object with names that begin with `$` is an
 * expression, everything else stands for itself. What is missing in the body is left out.
 */
export function compileTemplate(template: unknown, place: string, note: Note, depth = 0): Template {
  if (typeof template !== 'object' || template === null) return () => template ?? undefined;
  if (depth > MOST_DEPTH) {
    note(place, `is nested more than ${MOST_DEPTH} deep`);
    return () => undefined;
  }
  const inner = (value: unknown, name: string) => compileTemplate(value, `${place}/${name}`, note, depth + 1);
  if (Array.isArray(template)) {
    const members = template.map((member, index) => inner(member, String(index)));
    return (scope) => members.map((member) => member(scope)).filter((value) => value !== undefined);
  }
  if (isExpression(template)) return compileExpression(template, place, note, inner);
  const fields = Object.entries(template).map(([name, value]) => {
    if (name === '__proto__') note(`${place}/${name}`, 'is a forbidden name');
    return [name, inner(value, name)] as const;
  });
  return (scope) => {
    const made: Record<string, unknown> = {};
    for (const [name, field] of fields) {
      const value = field(scope);
      if (value !== undefined) made[name] = value;
    }
    return made;
  };
}
