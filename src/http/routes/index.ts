import type { Routes } from '../http-app.ts';
import { deadLetterRoutes } from './dead-letters/index.ts';
import { documentationRoutes } from './documentation/index.ts';
import { eventRoutes } from './events/index.ts';
import { feedHealthRoutes } from './feed-health/index.ts';
import { healthRoutes } from './health/index.ts';
import { ingestRoutes } from './ingest/index.ts';
import { manualEntryRoutes } from './manual-entry/index.ts';
import { marketRoutes } from './markets/index.ts';
import { matchRoutes } from './matches/index.ts';
import { metricsRoutes } from './metrics/index.ts';
import { opportunityRoutes } from './opportunities/index.ts';
import { pollingRoutes } from './polling/index.ts';
import { providerRoutes } from './providers/index.ts';
import { scoreRoutes } from './scores/index.ts';
import { sportRoutes } from './sports/index.ts';
import { webhookRoutes } from './webhooks/index.ts';

/** Every route of the API, by noun. A new one is a folder and a line here. */
export const ROUTES: readonly Routes[] = [
  healthRoutes,
  metricsRoutes,
  sportRoutes,
  matchRoutes,
  scoreRoutes,
  marketRoutes,
  opportunityRoutes,
  providerRoutes,
  pollingRoutes,
  ingestRoutes,
  eventRoutes,
  deadLetterRoutes,
  webhookRoutes,
  manualEntryRoutes,
  feedHealthRoutes,
  documentationRoutes,
];
