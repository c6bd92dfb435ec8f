/** Options every coded error takes. `details` are for the reader of a log or an error body: never a secret in them. */
export interface ErrorOptions {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Base of every error we throw on purpose. We switch on `code`, never on the message. */
export abstract class TouchlineError<Code extends string = string> extends Error {
  readonly code: Code;
  /** Whether the same request may succeed later without being changed. */
  abstract readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}
