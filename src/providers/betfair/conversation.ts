import { epochMs } from '../../domain/time.ts';
import { inTurns } from '../../platform/steps.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LineConnection } from '../../ports/line-client.ts';
import type { Dropped, StreamItem } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { errorIn, isClockRefused } from './errors.ts';
import type { KnownMarkets } from './known-markets.ts';
import { Segments } from './segments.ts';
import type { StreamMemory } from './stream-memory.ts';
import { type ChangeMessage, isChangeMessage, isStatusMessage, opOf } from './wire.ts';

export interface ConversationOptions {
  readonly appKey: string;
  readonly session: string;
  readonly known: KnownMarkets;
  readonly memory: StreamMemory;
  readonly maxMarkets: number;
  readonly heartbeatMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
}

const AUTHENTICATION = 1;

/** Talks with the exchange on an open connection, until that ends. */
export async function* converse(
  connection: LineConnection,
  options: ConversationOptions,
): AsyncGenerator<StreamItem> {
  const conversation = new Conversation(connection, options);
  const end = options.known.onListed(() => conversation.followNewcomers());
  try {
    for await (const line of connection.lines) yield await conversation.hear(line);
  } finally {
    end();
  }
}

/**
 * The exchange greets (`connection`), we authenticate, it confirms (`status`), we subscribe, it sends all (`SUB_IMAGE`, or
 * `RESUB_DELTA` after a clock of ours) and then changes and heartbeats.
 */
class Conversation {
  readonly #connection: LineConnection;
  readonly #options: ConversationOptions;
  readonly #segments = new Segments();
  /** Of the subscription in force; messages of an earlier one still come for a moment. */
  #subscription = AUTHENTICATION;
  #followed: ReadonlySet<string> = new Set();
  /** Something was misheard; all has been asked for again and has not come yet. */
  #isRepairing = false;

  constructor(connection: LineConnection, options: ConversationOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** What a line says. Throws `ProviderError` when it ends the conversation. */
  async hear(line: string): Promise<StreamItem> {
    const message = parse(line);
    switch (opOf(message)) {
      case 'connection':
        this.#authenticate();
        return heartbeat();
      case 'status':
        return this.#hearStatus(message);
      case 'mcm':
        return isChangeMessage(message) ? this.#hearChange(message) : this.#mishear('wrong_type');
      case undefined:
        return this.#mishear('not_json');
      default:
        return news([{ where: 'line', why: 'unknown_op' }]);
    }
  }

  /** Subscribes anew when markets are listed that are not followed yet. */
  followNewcomers(): void {
    const { known, maxMarkets } = this.#options;
    if (this.#subscription === AUTHENTICATION) return;
    if (known.firstToStart(maxMarkets).every(({ marketId }) => this.#followed.has(marketId))) return;
    this.#subscribe();
  }

  #authenticate(): void {
    const { appKey, session } = this.#options;
    this.#say({ op: 'authentication', id: AUTHENTICATION, appKey, session });
  }

  #subscribe(): void {
    const { known, memory, maxMarkets, heartbeatMs } = this.#options;
    const marketIds = known.follow(maxMarkets);
    this.#followed = new Set(marketIds);
    this.#segments.clear();
    this.#subscription += 1;
    this.#say({
      op: 'marketSubscription',
      id: this.#subscription,
      segmentationEnabled: true,
      conflateMs: 0,
      heartbeatMs,
      ...memory.clocksFor(marketIds),
      marketFilter: { marketIds },
      marketDataFilter: { ladderLevels: 1, fields: ['EX_BEST_OFFERS', 'EX_MARKET_DEF'] },
    });
  }

  #say(message: object): void {
    this.#connection.send(JSON.stringify(message));
  }

  #hearStatus(message: unknown): StreamItem {
    if (!isStatusMessage(message)) return this.#mishear('wrong_type');
    const error = errorIn(message, this.#options.clock.now());
    if (error) {
      if (!isClockRefused(error)) throw error;
      this.#options.memory.forget();
      if (message.connectionClosed === true) throw error;
      this.#subscribe();
    } else if (message.id === AUTHENTICATION && this.#subscription === AUTHENTICATION) this.#subscribe();
    return heartbeat();
  }

  async #hearChange(message: ChangeMessage): Promise<StreamItem> {
    const { memory, signal } = this.#options;
    const subscription = this.#subscription;
    if (message.id !== undefined && message.id !== null && message.id !== subscription) return heartbeat();
    const whole = this.#segments.push(message);
    if (whole === 'pending') return heartbeat(message);
    if (whole === 'broken') return this.#mishear('wrong_type');
    const dropped: Dropped[] = [];
    const steps = memory.book.applyInSteps(whole, 'mc', (where, why) => dropped.push({ where, why }));
    const statements = await inTurns(steps, signal);
    const isWhole = whole.ct === 'SUB_IMAGE' || whole.ct === 'RESUB_DELTA';
    // Between the steps a listing may have made us subscribe anew: these clocks are not of that subscription.
    if (subscription === this.#subscription) {
      memory.remember(whole);
      if (isWhole) this.#isRepairing = false;
    }
    if (!isWhole && statements.length === 0 && dropped.length === 0) return heartbeat(whole);
    return { kind: 'batch', statements, dropped, whole: isWhole, ...sentAt(whole) };
  }

  /** A change may be lost: all is asked for again. When that cannot be understood either there is no use in going on. */
  #mishear(why: string): StreamItem {
    if (this.#isRepairing) {
      throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The stream cannot be understood', {
        details: { why },
      });
    }
    this.#isRepairing = true;
    this.#options.memory.forget();
    if (this.#subscription !== AUTHENTICATION) this.#subscribe();
    return news([{ where: 'line', why }]);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const heartbeat = (message?: ChangeMessage): StreamItem => ({ kind: 'heartbeat', ...sentAt(message) });

const news = (dropped: readonly Dropped[]): StreamItem => ({
  kind: 'batch',
  statements: [],
  dropped,
  whole: false,
});

const sentAt = (message: ChangeMessage | undefined) =>
  message?.pt === undefined || message.pt === null ? {} : { sentAt: epochMs(message.pt) };
