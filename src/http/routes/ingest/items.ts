import { Breather } from '../../../platform/breather.ts';
import { Problem } from '../../problem.ts';
import { JsonText } from './json-text.ts';

/** Events in one request. */
export const LARGEST_BATCH = 5_000;

/** One element of a body: its value, and the texts of its data under either name; or that it is not JSON. */
export type Item =
  | { readonly value: unknown; readonly texts: ReadonlyMap<string, string> | undefined }
  | 'not_json';

export interface Items {
  readonly items: readonly Item[];
  /** An array or NDJSON, though it may hold one event only. */
  readonly isBatch: boolean;
}

const DATA_NAMES = ['data', 'payload'];

/** The elements of a JSON body: of an array each, else the whole. */
export function jsonItems(text: string): Items {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', 'The body is not JSON.', { cause });
  }
  const isBatch = Array.isArray(value);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  checkCount(values.length);
  const texts = new JsonText(text).membersOf(DATA_NAMES);
  return { isBatch, items: values.map((one, i) => ({ value: one, texts: texts[i] })) };
}

/** The lines of an NDJSON body; a line that is not JSON is its own item's fault. Empty lines are passed over. */
export async function ndjsonItems(text: string): Promise<Items> {
  const items: Item[] = [];
  const breather = new Breather();
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end);
    from = end === -1 ? text.length : end + 1;
    if (line.trim() === '') continue;
    items.push(itemOf(line));
    checkCount(items.length);
    if (breather.due()) await breather.breathe();
  }
  checkCount(items.length);
  return { items, isBatch: true };
}

function itemOf(line: string): Item {
  try {
    const value: unknown = JSON.parse(line);
    const [texts] = Array.isArray(value) ? [undefined] : new JsonText(line).membersOf(DATA_NAMES);
    return { value, texts };
  } catch {
    return 'not_json';
  }
}

function checkCount(count: number): void {
  if (count > LARGEST_BATCH)
    throw new Problem('BODY_TOO_LARGE', `The batch has more than ${LARGEST_BATCH} events.`);
  if (count === 0) throw new Problem('VALIDATION_FAILED', 'The batch is empty.');
}
