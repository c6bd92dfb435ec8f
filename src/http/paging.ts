import { Problem } from './problem.ts';

/** Where an item stands in a list: lists are ordered by `at`, then by `key`, which is unique. */
export interface Place {
  readonly at: number;
  readonly key: string;
}

export const comparePlaces = (a: Place, b: Place): number =>
  a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** An opaque cursor that continues after this place. */
export const writeCursor = ({ at, key }: Place): string =>
  Buffer.from(JSON.stringify([at, key])).toString('base64url');

/** Reads a cursor made by `writeCursor`; refuses everything else as a fault of `cursor`. */
export function readCursor(cursor: string): Place {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === 2) {
      const [at, key] = value as unknown[];
      if (typeof at === 'number' && typeof key === 'string') return { at, key };
    }
  } catch {
    // Not a cursor of ours: refused below.
  }
  throw foreignCursor();
}

export const foreignCursor = (): Problem =>
  new Problem('VALIDATION_FAILED', 'cursor is not one that this list gave out.', {
    errors: [{ in: 'query', field: 'cursor', message: 'is not one that this list gave out' }],
  });

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; `null` on the last. */
  readonly next: string | null;
}

/** The page after `cursor` of a list that is already in order. The list is read no further than needed. */
export function pageOf<T>(
  ordered: Iterable<T>,
  placeOf: (item: T) => Place,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Page<T> {
  const start = cursor === undefined ? undefined : readCursor(cursor);
  const items: T[] = [];
  for (const item of ordered) {
    if (start !== undefined && comparePlaces(placeOf(item), start) <= 0) continue;
    if (items.length === limit) {
      const last = items[limit - 1];
      return { items, next: last === undefined ? null : writeCursor(placeOf(last)) };
    }
    items.push(item);
  }
  return { items, next: null };
}

/** The `Link` field of a page that has a next one; `path` and `query` are those of the request. */
export function nextLink(
  path: string,
  query: Readonly<Record<string, unknown>>,
  next: string,
  parameter = 'cursor',
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && name !== parameter) parameters.set(name, String(value));
  }
  parameters.set(parameter, next);
  return `<${encodeURI(path)}?${parameters}>; rel="next"`;
}
