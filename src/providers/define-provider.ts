import type { Static, TObject } from 'typebox';
import type { ProviderDefinition } from '../ports/provider.ts';

type Declared<Schema extends TObject> = Omit<ProviderDefinition<Static<Schema>>, 'settings'> & {
  readonly settings: Schema;
};

/** Declares a provider; its settings' type follows from their schema. */
export function defineProvider<Schema extends TObject>(
  definition: Declared<Schema>,
): ProviderDefinition<Static<Schema>> {
  return definition;
}
