/** A JSON pointer (RFC 6901) in its steps; the empty one is the whole. */
export type Pointer = readonly string[];

const POINTER = /^(\/([^~/]|~[01])*)*$/;

/** Reads a pointer; `undefined` when the text is none. */
export function readPointer(text: string): Pointer | undefined {
  if (!POINTER.test(text)) return undefined;
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const INDEX = /^(0|[1-9]\d{0,8})$/;

/** What stands there; `undefined` where nothing does, or null. Only what the sender wrote is ever found. */
export function lookUp(value: unknown, pointer: Pointer): unknown {
  let at = value;
  for (const step of pointer) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) at = INDEX.test(step) ? at[Number(step)] : undefined;
    else at = Object.hasOwn(at, step) ? (at as Record<string, unknown>)[step] : undefined;
  }
  return at ?? undefined;
}
