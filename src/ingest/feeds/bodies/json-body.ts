import { NestingGuard } from '../../../platform/http-client/nesting-guard.ts';
import { BodyFault, isForbidden, textOf } from './body-fault.ts';

/** Reads JSON that nests no deeper than any feed does and has no name that is an attack. Throws `BodyFault`. */
export function readJsonBody(body: Uint8Array): unknown {
  const text = textOf(body);
  if (!new NestingGuard().accepts(body)) throw new BodyFault('The body nests too deep.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BodyFault('The body is not JSON.');
  }
  // Escapes can spell the name in many ways, so what was parsed is looked at; most bodies need no look.
  if (/__proto__|\\u|"constructor"/.test(text) && holdsForbidden(value))
    throw new BodyFault('The body holds a forbidden name such as `__proto__`.');
  return value;
}

function holdsForbidden(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsForbidden);
  return Object.entries(value).some(
    ([name, member]) => isForbidden(name) || isConstructor(name, member) || holdsForbidden(member),
  );
}

// A constructor may be a team of motor racing; with a `prototype` in it, it is not.
const isConstructor = (name: string, member: unknown): boolean =>
  name === 'constructor' &&
  typeof member === 'object' &&
  member !== null &&
  Object.hasOwn(member, 'prototype');
