import type { ProviderId } from '../domain/ids.ts';
import { type EpochMs, iso, type Millis } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Dropped, Quota } from '../ports/provider.ts';
import type { ProviderError, ProviderErrorCode } from '../ports/provider-error.ts';
import type { CircuitState, ProviderHealth, ProviderStatus, StreamHealth } from '../ports/provider-health.ts';
import type { HealthReport } from '../ports/running-provider.ts';
import { RecentRequests } from './recent-requests.ts';

/** A change of status, for one line in the log. */
export interface ProviderEdge {
  readonly provider: ProviderId;
  readonly from: ProviderStatus;
  readonly to: ProviderStatus;
  /** How long `from` lasted. */
  readonly lasted: Millis;
  readonly code?: ProviderErrorCode;
  readonly reason?: string;
}

export interface MonitorOptions {
  readonly provider: ProviderId;
  readonly name: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEdge?: (edge: ProviderEdge) => void;
  /** What it lacks; given, the provider is disabled for good. */
  readonly disabled?: string;
}

/** Polls looked back on for trouble, successes in a row that end it, failures in a row that make it an outage. */
const WINDOW = 5;
const TROUBLED = 2;

/** One of these is enough: nothing will come for a while. */
const GRAVE: ReadonlySet<ProviderErrorCode> = new Set(['PROVIDER_QUOTA_EXHAUSTED', 'PROVIDER_CIRCUIT_OPEN']);

/**
 * The health of one provider.
 *
 * unknown  ─ success → healthy · failure → degraded
 * healthy  ─ 2 failures within 5 polls, or one that says nothing will come for a while → degraded
 * degraded ─ 5 successes in a row → healthy · 5 failures in a row → down
 * down     ─ success → degraded
 * unknown, healthy, degraded ─ stopped → down
 * disabled ─ nothing
 *
 * The window is as long as the way back, so that one target of many that fails steadily does not make it flap.
 */
export class ProviderMonitor implements HealthReport {
  readonly #options: MonitorOptions;
  readonly #requests = new RecentRequests();
  readonly #polls: boolean[] = [];
  readonly #dropped = new Map<string, number>();
  #status: ProviderStatus;
  #since: EpochMs;
  #reason: string | undefined;
  #lastSuccessAt: EpochMs | undefined;
  #lastErrorAt: EpochMs | undefined;
  #lastErrorCode: ProviderErrorCode | undefined;
  #circuit: CircuitState = 'closed';
  #quota: Quota | undefined;
  #stream: (() => StreamHealth) | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#status = options.disabled === undefined ? 'unknown' : 'disabled';
    this.#reason = options.disabled;
    this.#since = options.clock.now();
  }

  /** A request was answered (or not), after `took`. */
  requested(took: Millis, ok: boolean): void {
    this.#requests.add(took, ok);
  }

  circuit(state: CircuitState): void {
    this.#circuit = state;
  }

  quota(quota: Quota): void {
    this.#quota = quota;
  }

  lastQuota(): Quota | undefined {
    return this.#quota;
  }

  stream(read: () => StreamHealth): void {
    this.#stream = read;
  }

  succeeded(): void {
    this.#lastSuccessAt = this.#options.clock.now();
    this.#remember(true);
    this.#reason = undefined;
    if (this.#status === 'unknown') this.#move('healthy');
    else if (this.#status === 'down') this.#move('degraded');
    else if (this.#polls.length === WINDOW && this.#polls.every(Boolean)) this.#move('healthy');
  }

  failed(error: ProviderError): void {
    this.#lastErrorAt = this.#options.clock.now();
    this.#lastErrorCode = error.code;
    this.#remember(false);
    if (error.code === 'PROVIDER_QUOTA_EXHAUSTED') {
      const until = error.retryAt === undefined ? '' : ` until ${iso(error.retryAt)}`;
      this.#reason = `Its quota is used up${until}`;
    }
    const failures = this.#polls.filter((ok) => !ok).length;
    if (failures === WINDOW) this.#move('down', error.code);
    else if (this.#status === 'unknown') this.#move('degraded', error.code);
    else if (this.#status === 'healthy' && (failures >= TROUBLED || GRAVE.has(error.code)))
      this.#move('degraded', error.code);
  }

  dropped(elements: readonly Dropped[]): void {
    for (const { why } of elements) this.#dropped.set(why, (this.#dropped.get(why) ?? 0) + 1);
  }

  stopped(reason: string): void {
    if (this.#status === 'disabled') return;
    this.#reason = reason;
    this.#move('down', this.#lastErrorCode);
  }

  health(): ProviderHealth {
    const responseTime = this.#requests.responseTime();
    return {
      provider: this.#options.provider,
      name: this.#options.name,
      status: this.#status,
      since: this.#since,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      ...(this.#lastSuccessAt !== undefined && { lastSuccessAt: this.#lastSuccessAt }),
      ...(this.#lastErrorAt !== undefined && { lastErrorAt: this.#lastErrorAt }),
      ...(this.#lastErrorCode !== undefined && { lastErrorCode: this.#lastErrorCode }),
      ...(responseTime !== undefined && { responseTime }),
      errorRate: this.#requests.errorRate(),
      requests: this.#requests.total,
      failures: this.#requests.failures,
      dropped: Object.fromEntries(this.#dropped),
      circuit: this.#circuit,
      ...(this.#quota !== undefined && { quota: this.#quota }),
      ...(this.#stream !== undefined && { stream: this.#stream() }),
    };
  }

  #remember(ok: boolean): void {
    this.#polls.push(ok);
    if (this.#polls.length > WINDOW) this.#polls.shift();
  }

  /** The only place where the status changes. */
  #move(to: ProviderStatus, code?: ProviderErrorCode): void {
    const from = this.#status;
    if (from === to || from === 'disabled') return;
    const { clock, provider, onEdge } = this.#options;
    const now = clock.now();
    const lasted = now - this.#since;
    this.#status = to;
    this.#since = now;
    const reason = this.#reason;
    onEdge?.({
      provider,
      from,
      to,
      lasted,
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
    });
  }
}
