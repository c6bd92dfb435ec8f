import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  CircuitState as State,
} from 'cockatiel';
import { after, type EpochMs, type Millis, minutes, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import type { CircuitState } from '../../ports/provider-health.ts';

export interface CircuitOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Failures in a row that open it; 5 when absent. */
  readonly failures?: number;
  /** How long it stays open the first time; each failed probe doubles it up to two minutes. 10 s when absent. */
  readonly coolDown?: Millis;
  readonly onChange?: (state: CircuitState) => void;
}

/** What says that the provider itself is in trouble. A refusal is an answer, and a limit is no reason to open. */
const COUNTED: ReadonlySet<ProviderErrorCode> = new Set([
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNREACHABLE',
  'PROVIDER_UPSTREAM_ERROR',
]);

const LONGEST: Millis = minutes(2);

/**
 * Stops asking a provider that is down, so that its recovery is not a stampede.
 *
 * closed ─ n failures in a row → open ─ cool-down over, next call → half_open ─ success → closed
 *                                 ↑                                    └─ failure, or aborted ─┘ (open, twice as long)
 */
export class Circuit {
  readonly #policy: CircuitBreakerPolicy;
  #reopensAt: EpochMs | undefined;

  constructor({ clock, failures = 5, coolDown = seconds(10), onChange }: CircuitOptions) {
    // Cockatiel compares with the machine's clock; told "for ever" or "over already" it goes by ours.
    const openFrom = (attempt: number) => {
      const until = after(clock.now(), Math.min(coolDown * 2 ** Math.min(attempt - 1, 10), LONGEST));
      this.#reopensAt = until;
      return {
        get duration() {
          return clock.now() >= until ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
        },
        next: (context: { attempt: number }) => openFrom(context.attempt),
      };
    };
    this.#policy = circuitBreaker(
      handleWhen((error) =>
        // What is no ProviderError is an abort: it proves nothing, so it must not close a half-open circuit.
        error instanceof ProviderError ? COUNTED.has(error.code) : this.#policy.state === State.HalfOpen,
      ),
      {
        breaker: new ConsecutiveBreaker(failures),
        halfOpenAfter: { next: ({ attempt }) => openFrom(attempt) },
      },
    );
    this.#policy.onStateChange((state) => onChange?.(nameOf(state)));
  }

  /** Runs the task, or throws `PROVIDER_CIRCUIT_OPEN` with the time of the next try. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await this.#policy.execute(task);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new ProviderError('PROVIDER_CIRCUIT_OPEN', 'Not asked: it failed too often in a row', {
        ...(this.#reopensAt !== undefined && { retryAt: this.#reopensAt }),
      });
    }
  }
}

function nameOf(state: State): CircuitState {
  if (state === State.HalfOpen) return 'half_open';
  return state === State.Closed ? 'closed' : 'open';
}
