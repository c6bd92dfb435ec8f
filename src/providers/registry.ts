import type { ProviderDefinition } from '../ports/provider.ts';
import { apiFootball } from './api-football/index.ts';
import { betfair } from './betfair/index.ts';
import { espn } from './espn/index.ts';
import { simBooks, simStadium, simWire } from './simulated/index.ts';
import { theOddsApi } from './the-odds-api/index.ts';

/** Every provider there is. A new one is a folder and a line here. */
export const registry: readonly ProviderDefinition[] = [
  espn,
  theOddsApi,
  apiFootball,
  betfair,
  simStadium,
  simWire,
  simBooks,
];
