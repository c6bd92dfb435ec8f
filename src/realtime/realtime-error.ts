import { type ErrorOptions, TouchlineError } from '../domain/errors.ts';

/** Why an upgrade is refused; the status is that of the HTTP answer. */
export const UPGRADE_REFUSALS = {
  VALIDATION_FAILED: 400,
  ORIGIN_NOT_ALLOWED: 403,
  MATCH_NOT_FOUND: 404,
  UPGRADE_REQUIRED: 426,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
} as const;

export type RealtimeErrorCode = keyof typeof UPGRADE_REFUSALS;

/** A refused upgrade. The message is written for the caller. */
export class RealtimeError extends TouchlineError<RealtimeErrorCode> {
  readonly retryable: boolean;
  readonly statusCode: number;
  /** Seconds for `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(
    code: RealtimeErrorCode,
    message: string,
    options: ErrorOptions & { retryAfter?: number } = {},
  ) {
    super(code, message, options);
    this.statusCode = UPGRADE_REFUSALS[code];
    this.retryable = this.statusCode === 429 || this.statusCode === 503;
    this.retryAfter = options.retryAfter;
  }
}
