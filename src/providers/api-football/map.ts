import type { Statement } from '../../domain/observation.ts';
import { atOnce, type Steps } from '../../platform/steps.ts';
import type { DecodeContext, Decoded, Dropped } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { errorIn } from './errors.ts';
import { readFixture } from './fixtures.ts';
import { type Drop, readLiveOdds, readPrematchOdds } from './odds.ts';
import { isEnvelope } from './wire.ts';

type Reader = (element: unknown, drop: Drop) => Statement | string;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['fixtures', readFixture],
  ['odds', readPrematchOdds],
  ['odds/live', readLiveOdds],
  // Goals and cards without an id: not a word of the fixture itself.
  ['fixtures/events', () => 'match_event'],
]);

/** Reads one envelope. What it says it answers (`get`) counts before what was asked for. */
export const decode = (body: unknown, context: DecodeContext): Decoded =>
  atOnce(decodeInSteps(body, context));

/** The same, one element of the response a step. */
export function* decodeInSteps(body: unknown, { path, receivedAt }: DecodeContext): Steps<Decoded> {
  if (!isEnvelope(body)) throw bad('The body is not an API-Football envelope');
  const error = errorIn(body, receivedAt);
  if (error !== undefined) throw bad(`The envelope carries an error: ${error.message}`);
  const read = READERS.get(body.get) ?? READERS.get(endpointOf(path));
  if (read === undefined) throw bad('The body answers a question that we do not ask');
  if (!Array.isArray(body.response)) throw bad('The response of the envelope is not a list');
  const dropped: Dropped[] = [];
  const statements = new Statements(dropped);
  for (const [index, element] of body.response.entries()) {
    yield;
    const where = `response[${index}]`;
    const statement = read(element, (at, why) => dropped.push({ where: `${where}.${at}`, why }));
    if (typeof statement === 'string') dropped.push({ where, why: statement });
    else statements.add(statement, where);
  }
  return { statements: statements.all(), dropped };
}

const endpointOf = (path: string): string => (path.split('?')[0] ?? '').replace(/^\/(v3\/)?|\/$/g, '');

const bad = (message: string) => new ProviderError('PROVIDER_BAD_PAYLOAD', message);

/** Statements of one answer, one per fixture: of a repeated one the last counts. */
export class Statements {
  readonly #found = new Map<string, { readonly where: string; readonly statement: Statement }>();
  readonly #dropped: Dropped[];

  constructor(dropped: Dropped[]) {
    this.#dropped = dropped;
  }

  add(statement: Statement, where: string): void {
    const id = statement.match.externalId;
    const before = this.#found.get(id);
    if (before !== undefined) this.#dropped.push({ where: before.where, why: 'repeated_id' });
    this.#found.set(id, { where, statement });
  }

  all(): readonly Statement[] {
    return [...this.#found.values()].map(({ statement }) => statement);
  }
}
