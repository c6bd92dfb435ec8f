import { TouchlineError } from '../../domain/errors.ts';
import { type Millis, seconds } from '../../domain/time.ts';
import { StoreError } from '../../ports/store-error.ts';

/** How often an event is tried before it is given up, over about three seconds. */
export const TRIES = 5;

/** How long to wait after the given failed try, from 1 on: 0.2, 0.4, 0.8, 1.6 s. */
export const waitAfter = (attempt: number): Millis => 100 * 2 ** attempt;

/** How long to wait for a store that was away at the given look, from 1 on: 50 ms, doubling up to 2 s. */
export const waitForStore = (look: number): Millis => Math.min(seconds(2), 25 * 2 ** Math.min(look, 10));

/**
 * A store is at fault, not the event: it is away, refuses us, or is being stopped. Only what a store understood and
 * refused for what it says is the event's own fault.
 */
export const isOutage = (error: unknown): boolean =>
  error instanceof StoreError && error.code !== 'STORE_REJECTED';

/** Trying again cannot help: nothing but the event and our own code took part. */
export const isHopeless = (error: unknown): boolean =>
  error instanceof TouchlineError && !(error instanceof StoreError) && !error.retryable;

/** Code and reason under which a dead letter is kept. */
export function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof TouchlineError) return { code: error.code, reason: error.message };
  return { code: 'EVENT_FAILED', reason: error instanceof Error ? error.message : String(error) };
}
