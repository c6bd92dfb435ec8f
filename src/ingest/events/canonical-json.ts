/** How deep objects and lists may stand in each other. */
export const MOST_DEPTH = 32;

export type Canonical =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly path: string; readonly message: string };

/**
 * The one JSON text of a value that was parsed from JSON, whatever order its members came in and however its numbers
 * were written. Refuses what cannot be kept and given back as it is: half surrogate pairs, NUL, numbers that no double
 * holds, names that would reach into an object's prototype, and nesting beyond `MOST_DEPTH`.
 */
export function canonicalJson(value: unknown): Canonical {
  try {
    const text = write(value, 0);
    // Text escapes what is suspect, so one look at the whole is enough; only a hit is worth a second one.
    return SUSPECT.test(text) && holdsUnstorable(value)
      ? { ok: false, path: '', message: 'holds NUL or half of a surrogate pair' }
      : { ok: true, text };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, path: error.path, message: error.message };
    throw error;
  }
}

const SUSPECT = /\\u(?:0000|d[89a-f])/;

class Refusal extends Error {
  path = '';
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return String(value);
    throw new Refusal('is beyond any number that can be kept');
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === MOST_DEPTH) throw new Refusal(`is nested more than ${MOST_DEPTH} deep`);
  return Array.isArray(value) ? writeList(value, depth) : writeObject(value, depth);
}

function writeList(list: readonly unknown[], depth: number): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) {
    if (i > 0) text += ',';
    text += writeAt(list[i], String(i), depth);
  }
  return `${text}]`;
}

function writeObject(object: object, depth: number): string {
  const members = object as Readonly<Record<string, unknown>>;
  const names = Object.keys(members).sort();
  let text = '{';
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const member = members[name];
    if (isForbidden(name, member)) throw placed(new Refusal('is a forbidden name'), name);
    text += `${i > 0 ? ',' : ''}${JSON.stringify(name)}:${writeAt(member, name, depth)}`;
  }
  return `${text}}`;
}

function writeAt(value: unknown, name: string, depth: number): string {
  try {
    return write(value, depth + 1);
  } catch (error) {
    throw error instanceof Refusal ? placed(error, name) : error;
  }
}

/** A `constructor` may be a team of motor racing; only one with a `prototype` is an attack. */
const isForbidden = (name: string, member: unknown): boolean =>
  name === '__proto__' ||
  (name === 'constructor' &&
    typeof member === 'object' &&
    member !== null &&
    Object.hasOwn(member, 'prototype'));

function placed(refusal: Refusal, name: string): Refusal {
  refusal.path = `/${name.slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1')}${refusal.path}`;
  return refusal;
}

function holdsUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return isUnstorable(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => isUnstorable(name) || holdsUnstorable(member));
}

const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
