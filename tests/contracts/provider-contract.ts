import { describe, expect, test } from 'bun:test';
import { epochMs } from '../../src/domain/time.ts';
import type { DecodeContext, Decoded, ProviderDefinition } from '../../src/ports/provider.ts';
import { ProviderError } from '../../src/ports/provider-error.ts';
import { expectHonest } from './honest-statement.ts';
import { mutated } from './mutate.ts';
import { pollingContract } from './provider-polling.ts';
import { seeded } from './seeded.ts';
import { readTestcases, type Testcase, written } from './testcase.ts';

/** Cases every provider has, whatever else it has; `postponed` too, where the provider can say it. */
const REQUIRED = ['empty-feed', 'wrong-type', 'repeated-id'];
/** JSON that is no provider's answer. */
const USELESS: readonly unknown[] = [
  null,
  true,
  0,
  '',
  'text',
  {},
  { message: 'Not found' },
  [[]],
  [null],
  ['a'],
];
const MUTATIONS_PER_CASE = 300;

/**
 * What every provider promises; `testcases` is the path of its folder of cases. `settings` are laid over the example
 * settings made from its schema.
 */
export function providerContract<Settings>(
  definition: ProviderDefinition<Settings>,
  testcases: string,
  settings: Partial<Settings> = {},
): void {
  describe(`${definition.id} as a provider`, () => {
    const cases = readTestcases(testcases);

    test('has the cases that every provider has', () => {
      expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(REQUIRED));
    });

    test.each(cases.map((each) => [each.name, each] as const))('reads %s', (_name, each) => {
      expect(written(outcomeOf(definition, each))).toEqual(each.expected);
    });

    const decodable = cases.filter(({ expected }) => expected.error === undefined);

    test.each(decodable.map((each) => [each.name, each] as const))('decodes %s purely', (_name, each) => {
      const body = frozen(structuredClone(each.body));
      const context = contextOf(each);
      const first = definition.decode(body, context);
      expect(definition.decode(body, context)).toEqual(first);
      for (const statement of first.statements) expectHonest(statement);
    });

    test.each(decodable.map((each, index) => [each.name, each, index] as const))(
      'makes nothing up from a damaged %s',
      (_name, each, index) => {
        const random = seeded(20_260_103 + index);
        for (let n = 0; n < MUTATIONS_PER_CASE; n++) {
          const body = mutated(each.body, random);
          try {
            const decoded = decodeOrRefuse(definition, body, contextOf(each));
            for (const statement of decoded?.statements ?? []) expectHonest(statement);
          } catch (error) {
            throw new Error(`Mutation ${n}: ${JSON.stringify(body)?.slice(0, 4_000)}`, { cause: error });
          }
        }
      },
    );

    test.each(USELESS.map((body) => [body] as const))('refuses %j or finds nothing in it', (body) => {
      for (const each of decodable) {
        expect(decodeOrRefuse(definition, body, contextOf(each))?.statements ?? []).toEqual([]);
      }
    });

    pollingContract(definition, settings);
  });
}

const contextOf = ({ path, receivedAt }: Testcase): DecodeContext => ({ path, receivedAt });

/** What the host would make of the answer: the provider is asked for an error first, of a 2xx too. */
function outcomeOf<Settings>(definition: ProviderDefinition<Settings>, each: Testcase): unknown {
  try {
    const error = definition.errorOf?.(each.status, each.headers, each.body, each.receivedAt);
    if (error !== undefined) throw error;
    return definition.decode(each.body, contextOf(each));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error: error.code, ...(error.retryAt !== undefined && { retryAt: error.retryAt }) };
  }
}

/** Nothing when the whole body is refused with `PROVIDER_BAD_PAYLOAD`; every other error is a fault. */
function decodeOrRefuse<Settings>(
  definition: ProviderDefinition<Settings>,
  body: unknown,
  context: DecodeContext,
): Decoded | undefined {
  definition.errorOf?.(200, {}, body, epochMs(0));
  try {
    return definition.decode(body, context);
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'PROVIDER_BAD_PAYLOAD') return undefined;
    throw error;
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
