import type { EpochMs, Millis } from '../domain/time.ts';

/** The only source of time and of waiting. Tests advance a `FakeClock` in its place. */
export interface Clock {
  now(): EpochMs;
  /** Resolves after `span`; rejects with the signal's reason when it is aborted first. */
  sleep(span: Millis, signal: AbortSignal): Promise<void>;
  /** Calls `task` once after `span`, unless the returned function is called first. */
  schedule(span: Millis, task: () => void): () => void;
}
