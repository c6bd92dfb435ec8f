import type { TObject } from 'typebox';
import type { LeagueId, ProviderId } from '../domain/ids.ts';
import type { Statement } from '../domain/observation.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { Clock } from './clock.ts';
import type { HttpClient } from './http-client.ts';
import type { LineClient } from './line-client.ts';
import type { ProviderError } from './provider-error.ts';

/** What a poll is made for. One request may well carry both; its target is named for the faster. */
export type DataKind = 'scores' | 'markets';
export const DATA_KINDS: readonly DataKind[] = ['scores', 'markets'];

/** One thing a provider can be asked for with one poll. It stays the same from run to run: its id is its identity. */
export interface PollTarget {
  /** Unique inside the provider, stable: `scores:nba`. */
  readonly id: string;
  readonly kind: DataKind;
  /** What the answer covers; no league = all the sport's. */
  readonly sport: SportId;
  readonly league?: LeagueId;
  /** Requests one poll costs in the provider's own currency (credits); 1 when absent. */
  readonly cost?: number;
  /** Never polled faster than this, where its own terms are slower than the provider's `pace`. */
  readonly minInterval?: Millis;
  /** Stands in for the provider's stream: polled only while that is down. */
  readonly fallback?: boolean;
}

/** An element that was left out, and why: counted by `why`, so keep that to few values. */
export interface Dropped {
  /** Where it stood: `events[3].competitions[0]`. */
  readonly where: string;
  readonly why: string;
}

/** What an adapter makes of one body. */
export interface Decoded {
  readonly statements: readonly Statement[];
  readonly dropped: readonly Dropped[];
}

/** What is left of the provider's budget, as its headers tell. */
export interface Quota {
  readonly remaining: number;
  readonly limit?: number;
  readonly resetsAt?: EpochMs;
}

export interface PollAnswer extends Decoded {
  readonly requestedAt: EpochMs;
  readonly receivedAt: EpochMs;
  /** The body is the one we had: the statements are confirmed, not new. */
  readonly notModified: boolean;
  readonly freshFor?: Millis;
}

/**
 * News from a stream. Each statement is whole for its match and replaces the one before, so the host may leave out all
 * but the newest of a match.
 */
export interface StreamBatch extends Decoded {
  readonly kind: 'batch';
  /**
   * All that the stream covers: what was said before and is not in it has ended. The first batch of a connection has to
   * be whole.
   */
  readonly whole: boolean;
  /** The provider's own time of the message; tells how late it reaches us. */
  readonly sentAt?: EpochMs;
}

/** Nothing new: the connection lives, and what was said and not taken back still stands. */
export interface StreamHeartbeat {
  readonly kind: 'heartbeat';
  readonly sentAt?: EpochMs;
}

export type StreamItem = StreamBatch | StreamHeartbeat;

/** A provider answers one question. It never schedules, retries, logs, reads the environment or the wall clock. */
export interface Provider {
  /** All it can be polled for under its settings. */
  targets(): readonly PollTarget[];
  /** Throws `ProviderError`; on abort the signal's reason. */
  poll(target: PollTarget, signal: AbortSignal): Promise<PollAnswer>;
  /**
   * One connection from its making to its end; the host asks again when it has ended. Throws `ProviderError` when the
   * connection is refused or lost, on abort the signal's reason; returns when there is nothing to follow at present.
   * Only with `pace.stream`.
   */
  connect?(signal: AbortSignal): AsyncIterable<StreamItem>;
  /** Lets go of what it holds; absent when there is nothing. */
  close?(): Promise<void>;
}

export interface DecodeContext {
  /** Path and query of the request the body answers; adapters read league and endpoint from it. */
  readonly path: string;
  readonly receivedAt: EpochMs;
}

/** How a living stream sounds. */
export interface StreamPace {
  /** Something is heard at least this often, heartbeats included. */
  readonly expectEvery: Millis;
  /** After so long without a word the connection is dead, whatever the socket says. */
  readonly deadAfter: Millis;
  /** A connection that has brought no whole batch by then is given up. */
  readonly openWithin: Millis;
}

/** How fast a provider may be asked, from its terms; `polling/` never goes below. */
export interface Pace {
  readonly minInterval: Millis;
  readonly timeout: Millis;
  /**
   * For how long a plan's quota is sold, where no answer tells its reset: what is left is spread over that time, unless
   * an operator says otherwise for a scope.
   */
  readonly quotaPeriod?: Millis;
  /** Requests the host may have under way at once; 2 when absent. */
  readonly concurrency?: number;
  /** The largest body worth reading, in bytes; 16 MiB when absent. */
  readonly maxBodyBytes?: number;
  readonly stream?: StreamPace;
}

/** What the host lends to a provider. */
export interface ProviderHost {
  readonly http: HttpClient;
  /** A client like `http` for another base URL of the same provider. */
  readonly httpAt: (baseUrl: string) => HttpClient;
  readonly lines: LineClient;
  readonly clock: Pick<Clock, 'now'>;
}

/** Everything about a provider that is data; made with `defineProvider`, listed in `providers/registry.ts`. */
export interface ProviderDefinition<Settings = unknown> {
  readonly id: ProviderId;
  readonly name: string;
  /** Providers of one family are switched on together by that name in `PROVIDERS`. */
  readonly family?: string;
  readonly sports: readonly SportId[];
  readonly offers: readonly DataKind[];
  readonly pace: Pace;
  /**
   * Schema of its settings. `key` becomes `<ID>_KEY` in the environment, `baseUrl` `<ID>_BASE_URL`, … Give each a
   * `description`; a required string marked with `secret()` is what the provider lacks when it is disabled.
   */
  readonly settings: TObject;
  /** Names of query parameters that carry secrets, masked wherever a URL is shown. */
  readonly secretQuery?: readonly string[];
  /** Pure: bytes already parsed as JSON in, statements out. Throws `PROVIDER_BAD_PAYLOAD` when the whole is unusable. */
  decode(body: unknown, context: DecodeContext): Decoded;
  /** Turns an answer outside 2xx (or a 2xx that carries an error) into our code; `undefined` leaves it to the host. */
  errorOf?(
    status: number,
    headers: Readonly<Record<string, string>>,
    body: unknown,
    now: EpochMs,
  ): ProviderError | undefined;
  quotaOf?(headers: Readonly<Record<string, string>>, now: EpochMs): Quota | undefined;
  create(settings: Settings, host: ProviderHost): Provider;
}
