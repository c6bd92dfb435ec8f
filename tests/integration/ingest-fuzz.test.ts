import { afterAll, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { builtInTypes } from '../../src/ingest/events/built-in-types.ts';
import { anEvent, anIngestApi } from '../support/ingest.ts';

const api = await anIngestApi();
afterAll(() => api.server.stop());

// INGEST_FUZZ_RUNS=10000 for a long one.
const RUNS = Number(process.env.INGEST_FUZZ_RUNS ?? 1_500);

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud83d',
    '__proto__',
    'constructor',
    'toString',
    '-0',
    'NaN',
    '\u202e',
    'é'.repeat(300),
  ),
);
const oddNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, 2 ** 53, 1e21, 1e-7, 5e-324));
const oddValue = fc.oneof(
  { maxDepth: 4 },
  oddText,
  oddNumber,
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 5 }),
  fc.array(oddText, { maxLength: 4 }),
);

/** An example with some of its members, at any depth, replaced, taken away, or added to. */
function bent(value: unknown): fc.Arbitrary<unknown> {
  const bend = fc.oneof({ weight: 1, arbitrary: oddValue }, { weight: 8, arbitrary: fc.constant(value) });
  if (typeof value !== 'object' || value === null) return bend;
  if (Array.isArray(value))
    return fc.oneof(
      { weight: 1, arbitrary: oddValue },
      { weight: 8, arbitrary: fc.tuple(...value.map(bent)) },
    );
  const members = Object.entries(value).map(([name, member]) =>
    fc.oneof(
      { weight: 12, arbitrary: bent(member).map((to) => [name, to] as const) },
      { weight: 1, arbitrary: oddText.map((to) => [to, member] as const) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  );
  return fc
    .tuple(...members)
    .map((kept) => Object.fromEntries(kept.filter((member) => member !== undefined)));
}

const bentEvent = fc
  .constantFrom(...builtInTypes)
  .chain(({ id, example }) =>
    bent(anEvent({ eventType: id, data: example, id: 'x', occurredAt: 1_767_452_340 })),
  );

const asText = fc.oneof(
  { weight: 6, arbitrary: bentEvent.map((event) => JSON.stringify(event)) },
  { weight: 2, arbitrary: fc.array(bentEvent, { maxLength: 4 }).map((events) => JSON.stringify(events)) },
  {
    weight: 2,
    arbitrary: fc
      .array(bentEvent, { maxLength: 4 })
      .map((events) => events.map((one) => JSON.stringify(one)).join('\n')),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

/** The bytes of a text, cut, with some of them changed, or packed. */
const body = fc
  .tuple(asText, fc.constantFrom('as it is', 'cut', 'changed', 'gzip', 'broken gzip'), fc.nat(), fc.nat(255))
  .map(([text, how, at, byte]) => {
    const bytes = Buffer.from(text);
    if (how === 'cut') return { bytes: bytes.subarray(0, at % (bytes.length + 1)), packed: false };
    if (how === 'gzip') return { bytes: gzipSync(bytes), packed: true };
    const given = how === 'broken gzip' ? gzipSync(bytes) : bytes;
    if (how !== 'as it is' && given.length > 0) given[at % given.length] = byte;
    return { bytes: given, packed: how === 'broken gzip' };
  });

test(`${RUNS} generated bodies: an answer that says what it is, and never a fault of ours`, async () => {
  const answers = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      body,
      fc.constantFrom('application/json', 'application/x-ndjson', 'application/json; charset=utf-8'),
      async ({ bytes, packed }, type) => {
        api.events.stored.length = 0;
        const answer = await api.push(bytes, {
          'content-type': type,
          ...(packed && { 'content-encoding': 'gzip' }),
        });
        const document = answer.json();
        answers.set(document.code ?? 'accepted', (answers.get(document.code ?? 'accepted') ?? 0) + 1);
        expect([202, 400, 409, 413, 415]).toContain(answer.statusCode);
        if (answer.statusCode === 202) expect(api.events.stored.length).toBeGreaterThan(0);
        else {
          expect(document.code).toMatch(/^[A-Z_]+$/);
          expect(api.events.stored).toEqual([]);
        }
        // What was stored can be read back, and says what came in.
        for (const { data } of api.events.stored) expect(typeof JSON.parse(data)).toBe('object');
        const read = await api.get('/events?limit=10');
        expect(read.statusCode).toBe(200);
        expect(JSON.parse(read.body).events).toHaveLength(api.events.stored.length);
      },
    ),
    { numRuns: RUNS },
  );
  for (const reached of ['accepted', 'EVENT_INVALID', 'MALFORMED_JSON', 'EVENTS_REJECTED'])
    expect([reached, answers.get(reached) ?? 0]).not.toEqual([reached, 0]);
}, 300_000);
