import { type ErrorOptions, TouchlineError } from '../domain/errors.ts';

/**
 * - `POLLING_TASK_UNKNOWN`: no task of that id · `POLLING_SCOPE_INVALID`: a scope that can never cover a task
 * - `POLLING_INTERVAL_INVALID`: outside 250 ms to 24 h
 */
export type PollingErrorCode = 'POLLING_TASK_UNKNOWN' | 'POLLING_SCOPE_INVALID' | 'POLLING_INTERVAL_INVALID';

export class PollingError extends TouchlineError<PollingErrorCode> {
  readonly retryable = false;

  constructor(code: PollingErrorCode, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}
