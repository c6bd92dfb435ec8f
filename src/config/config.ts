import type { ProviderId } from '../domain/ids.ts';
import type { DatabaseTarget } from '../ports/database-target.ts';
import type { FeedDocument } from '../ports/feed-declaration.ts';
import type { EventSettings } from './event-settings.ts';
import type { IntervalTree } from './polling-config.ts';
import type { Variables } from './variables.ts';

/** The configuration of one process: complete, valid, frozen. */
export interface Config {
  readonly environment: Variables['NODE_ENV'];
  readonly dataDir: string;
  readonly log: { readonly level: string };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly jwtSecret: string;
    readonly allowedOrigins: readonly string[];
    readonly rateLimitMax: number;
    readonly ingestRateLimitMax: number;
    readonly eventsReadAuth: boolean;
    readonly trustProxy: boolean;
  };
  readonly websocket: { readonly maxConnections: number; readonly maxPerAddress: number };
  readonly database: DatabaseTarget;
  readonly redisUrl?: string;
  readonly storesAtStart: Variables['STORES_AT_START'];
  readonly retention: { readonly scoresDays: number; readonly marketsDays: number };
  /** What may be pushed, how long it is kept, and where it goes then. */
  readonly events: EventSettings;
  readonly providers: {
    /** Settings of those that run, each checked against its provider's schema. */
    readonly enabled: ReadonlyMap<ProviderId, unknown>;
    /** Those that do not, and what they lack. */
    readonly disabled: ReadonlyMap<ProviderId, string>;
  };
  readonly feeds: { readonly documents: readonly FeedDocument[]; readonly staleMinutes: number };
  readonly intervals: IntervalTree;
  /** Every secret value in use, for masking. */
  readonly secrets: readonly string[];
}
