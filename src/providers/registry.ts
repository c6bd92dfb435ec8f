import type { ProviderDefinition } from '../ports/provider.ts';
import { espn } from './espn/index.ts';

/** Every provider there is. A new one is a folder and a line here. */
export const registry: readonly ProviderDefinition[] = [espn];
