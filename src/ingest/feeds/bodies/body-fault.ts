/** The body cannot be read at all, whatever the feed's mapping is. `message` never quotes it. */
export class BodyFault extends Error {}

/** The body as text; it has to be UTF-8. A byte order mark is left out. */
export function textOf(body: Uint8Array): string {
  if (body.length === 0) throw new BodyFault('The body is empty.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new BodyFault('The body is not UTF-8 text.');
  }
}

/** A name that would reach into an object's prototype in careless hands. */
export const isForbidden = (name: string): boolean => name === '__proto__';
