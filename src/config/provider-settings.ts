import type { ProviderId } from '../domain/ids.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import { type Environment, readEnvironment } from './read-environment.ts';

export interface ProviderSettings {
  readonly enabled: ReadonlyMap<ProviderId, unknown>;
  readonly disabled: ReadonlyMap<ProviderId, string>;
  readonly faults: readonly string[];
  readonly secrets: readonly string[];
}

/**
 * The variable that holds a provider's setting: `the-odds-api` and `baseUrl` make `THE_ODDS_API_BASE_URL`. A family
 * shares its settings, since its members have to see the same world.
 */
export function settingVariable(
  { id, family }: Pick<ProviderDefinition, 'id' | 'family'>,
  setting: string,
): string {
  const words = `${family ?? id}_${setting.replace(/([A-Z])/g, '_$1')}`;
  return words.replace(/-/g, '_').toUpperCase();
}

/**
 * Which providers run, and with what. `asked` is the list of `PROVIDERS` (ids or families). Without it those run whose
 * key is set; when there are none, the family `simulated`.
 */
export function providerSettings(
  definitions: readonly ProviderDefinition[],
  environment: Environment,
  asked: readonly string[] | undefined,
): ProviderSettings {
  const faults: string[] = unknownNames(definitions, asked ?? []);
  const wanted = asked ?? byKey(definitions, environment);
  const enabled = new Map<ProviderId, unknown>();
  const disabled = new Map<ProviderId, string>();
  const secrets: string[] = [];
  for (const definition of definitions) {
    const { id, family } = definition;
    const isWanted = wanted.includes(id) || (family !== undefined && wanted.includes(family));
    const lacking = missing(definition, environment);
    if (!isWanted || lacking.length > 0) {
      const steps = lacking.map((name) => `set ${name}`);
      if (!isWanted && asked !== undefined) steps.push(`add ${family ?? id} to PROVIDERS`);
      if (!isWanted && asked === undefined && lacking.length === 0)
        steps.push(`set PROVIDERS to a list with ${family ?? id} in it`);
      disabled.set(id, steps.join(' and '));
      continue;
    }
    const reading = readEnvironment(definition.settings, environment, (setting) =>
      settingVariable(definition, setting),
    );
    faults.push(...reading.faults);
    enabled.set(id, Object.freeze(reading.values));
    secrets.push(...secretValues(definition, reading.values));
  }
  return { enabled, disabled, faults, secrets };
}

function unknownNames(definitions: readonly ProviderDefinition[], asked: readonly string[]): string[] {
  const known = new Set(
    definitions.flatMap(({ id, family }) => (family === undefined ? [id] : [id, family])),
  );
  return asked
    .filter((name) => !known.has(name as ProviderId))
    .map((name) => `PROVIDERS names ${JSON.stringify(name)}, which is none of ${[...known].join(', ')}`);
}

/** Providers that need a key and have it; else the simulated league, so that every page shows life. */
function byKey(definitions: readonly ProviderDefinition[], environment: Environment): readonly string[] {
  const ready = definitions.filter(
    (definition) => secretSettings(definition).length > 0 && missing(definition, environment).length === 0,
  );
  return ready.length > 0 ? ready.map(({ id }) => id) : ['simulated'];
}

function missing(definition: ProviderDefinition, environment: Environment): string[] {
  const { settings } = definition;
  const required: readonly string[] = settings.required ?? [];
  return required
    .filter((setting) => !('default' in (settings.properties[setting] ?? {})))
    .map((setting) => settingVariable(definition, setting))
    .filter((name) => (environment[name] ?? '').trim() === '');
}

const secretSettings = ({ settings }: ProviderDefinition): string[] =>
  Object.keys(settings.properties).filter((setting) => 'secret' in (settings.properties[setting] ?? {}));

const secretValues = (definition: ProviderDefinition, values: unknown): string[] =>
  secretSettings(definition)
    .map((setting) => (values as Record<string, unknown>)[setting])
    .filter((value): value is string => typeof value === 'string');
