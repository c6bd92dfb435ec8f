import { describe, expect, test } from 'bun:test';
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import type { HttpClient } from '../../src/ports/http-client.ts';
import type { ProviderDefinition } from '../../src/ports/provider.ts';
import { FakeClock } from '../support/fake-clock.ts';

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
  const unused: HttpClient = { getJson: () => Promise.reject(new Error('Nothing may be asked for here')) };
  const create = () => definition.create(settings(), { http: unused, clock: new FakeClock() });

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
  });
}
