type Container = unknown[] | Record<string, unknown>;

/** Values that feeds have been seen to send, or may, where something else belongs. */
const ODD_VALUES: readonly unknown[] = [
  null,
  '',
  ' ',
  '-',
  'NaN',
  'null',
  '-1',
  '1.5',
  '1e99',
  '007',
  '2026-01-03T15:00:00',
  '<html></html>',
  'a\u0000b',
  '\ud800',
  '\u202eevil',
  'x'.repeat(5_000),
  0,
  -0,
  -1,
  0.5,
  1,
  99,
  -99,
  1e308,
  Number.MAX_SAFE_INTEGER,
  true,
  false,
  [],
  {},
  [null],
  [[[[]]]],
  { id: 1 },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toString":null}'),
];

/** A copy of a JSON value with one to three random changes: a value replaced, removed, repeated, moved or renamed. */
export function mutated(json: unknown, random: () => number): unknown {
  const root = { json: structuredClone(json) };
  const changes = 1 + Math.floor(random() * 3);
  for (let n = 0; n < changes; n++) {
    const places = containers(root);
    const place = places[Math.floor(random() * places.length)];
    if (place !== undefined) change(place, places, random);
  }
  return root.json;
}

function change(place: Container, places: readonly Container[], random: () => number): void {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const key = pick(Object.keys(place));
  if (key === undefined) return;
  const record = place as Record<string, unknown>;
  const kind = random();
  if (kind < 0.6) record[key] = structuredClone(pick(ODD_VALUES));
  else if (kind < 0.75) {
    if (Array.isArray(place)) place.splice(Number(key), 1);
    else delete record[key];
  } else if (kind < 0.85 && Array.isArray(place)) place.push(structuredClone(place[Number(key)]));
  else if (kind < 0.95) record[key] = structuredClone(pick(Object.values(pick(places) ?? {})));
  else if (!Array.isArray(place)) record[`${key}_`] = record[key];
}

/** Every object and list in the value, itself included. */
function containers(value: unknown, found: Container[] = []): Container[] {
  if (typeof value !== 'object' || value === null) return found;
  found.push(value as Container);
  for (const inner of Object.values(value)) containers(inner, found);
  return found;
}
