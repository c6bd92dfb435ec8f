import { describe, expect, test } from 'bun:test';
import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import type { HttpClient } from '../../src/ports/http-client.ts';
import type { PollTarget, ProviderDefinition } from '../../src/ports/provider.ts';
import { ProviderError } from '../../src/ports/provider-error.ts';
import type { RunningProvider } from '../../src/ports/running-provider.ts';
import { buildProviders } from '../../src/providers/build-providers.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { httpHost } from '../support/provider-host.ts';
import { upstreamServer } from '../support/upstream-server.ts';

/** Stands for the operator's key in every secret setting. */
export const SECRET = 'contract-secret-5f2c9d';

/** Settings with every default, a secret where one is asked for, and `given` laid over them. */
export function exampleSettings<Settings>(schema: TObject, given: Partial<Settings>): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const marks = property as { secret?: boolean; default?: unknown };
    if (marks.secret === true) settings[name] = SECRET;
    else if (marks.default !== undefined) settings[name] = marks.default;
  }
  const all = { ...settings, ...given };
  if (!Value.Check(schema, all)) throw new Error('The example settings do not fit: give what has no default');
  return all as Settings;
}

/** The part of the provider contract that needs an instance. */
export function pollingContract<Settings>(
  definition: ProviderDefinition<Settings>,
  given: Partial<Settings>,
): void {
  const settings = () => exampleSettings(definition.settings, given);
  const unused: HttpClient = {
    getJson: async ({ signal }) => {
      signal.throwIfAborted();
      throw new Error('Nothing may be asked for here');
    },
  };
  const create = () => definition.create(settings(), httpHost(unused, new FakeClock()));

  describe('polling', () => {
    test('targets are stable, unique, and of what it offers', async () => {
      const provider = create();
      const targets = provider.targets();
      expect(targets.length).toBeGreaterThan(0);
      expect(create().targets()).toEqual(targets);
      expect(new Set(targets.map(({ id }) => id)).size).toBe(targets.length);
      for (const target of targets) {
        expect(target.id).toMatch(/^[\w:.-]{1,128}$/);
        expect(definition.offers).toContain(target.kind);
        expect(definition.sports).toContain(target.sport);
      }
      await provider.close?.();
    });

    test('an aborted signal is its reason and no request', async () => {
      const provider = create();
      const reason = new Error('stopped before it began');
      for (const target of onePerKind(provider.targets())) {
        expect(await outcome(provider.poll(target, AbortSignal.abort(reason)))).toBe(reason);
      }
      await provider.close?.();
    });

    if (!('baseUrl' in definition.settings.properties)) return;

    /** Runs the provider against a server that answers like that. */
    const against = async (answer: RequestListener, use: Use) => {
      const upstream = await upstreamServer(answer);
      const providers = buildProviders({
        definitions: [definition as ProviderDefinition],
        enabled: new Map([[definition.id, { ...settings(), baseUrl: upstream.url }]]),
        disabled: new Map(),
        clock: new FakeClock(),
        userAgent: 'touchline/contract',
      });
      try {
        const [provider] = providers.running;
        for (const target of onePerKind(provider?.targets() ?? [])) {
          await use(provider as RunningProvider, target, upstream.received);
        }
      } finally {
        await providers.close();
        await upstream.close();
      }
    };

    test('an abort ends a request under way', async () => {
      let asked = 0;
      await against(
        () => {},
        async (provider, target, received) => {
          const abort = new AbortController();
          const reason = new Error('stopped while waiting');
          const poll = provider.poll(target, abort.signal);
          await received(++asked);
          abort.abort(reason);
          expect(await outcome(poll)).toBe(reason);
        },
      );
    });

    test.each(Object.entries(BAD_ANSWERS))('%s is a coded error without the key', async (_name, answer) => {
      await against(answer, async (provider, target) => {
        const error = await outcome(provider.poll(target, new AbortController().signal));
        expect(error).toBeInstanceOf(ProviderError);
        expect(inspect(error, { depth: 8, showHidden: true })).not.toContain(SECRET);
      });
    });
  });
}

type Use = (
  provider: RunningProvider,
  target: PollTarget,
  received: (count: number) => Promise<void>,
) => Promise<void>;

/** Answers that are errors from any provider; the key is in every body. */
const BAD_ANSWERS: Readonly<Record<string, RequestListener>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 422, 429, 500, 503].map((status) => [status, jsonError(status)]),
  ),
  'a web page': (_request, response) => response.end(`<html>${SECRET}</html>`),
  'half a body': (_request, response) => response.end(`[{"message":"${SECRET}`),
  'a body of another shape': (_request, response) => response.end(JSON.stringify(SECRET)),
  'a cut connection': (_request, response) => response.destroy(),
};

function jsonError(status: number): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ message: `Key ${SECRET} is refused`, error_code: SECRET, errors: [SECRET] }),
    );
  };
}

const onePerKind = (targets: readonly PollTarget[]): readonly PollTarget[] => [
  ...new Map(targets.map((target) => [target.kind, target])).values(),
];

const outcome = (poll: Promise<unknown>): Promise<unknown> =>
  poll.then(
    () => undefined,
    (error: unknown) => error,
  );
