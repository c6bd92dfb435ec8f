import { type ErrorOptions, TouchlineError } from '../domain/errors.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** One fault of a request: where it is (`query`, `body`, `params`, `headers`), which field, and what is wrong. */
export interface Fault {
  readonly in: string;
  readonly field: string;
  readonly message: string;
}

export interface ProblemOptions extends ErrorOptions {
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the reply besides the common ones. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An error that becomes a problem+json reply; `message` is its `detail`, so it is written for the caller. */
export class Problem extends TouchlineError<ErrorCode> {
  readonly retryable: boolean;
  readonly statusCode: number;
  readonly errors: readonly Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, options: ProblemOptions = {}) {
    super(code, detail, options);
    this.statusCode = ERROR_CODES[code].status;
    this.retryable = this.statusCode === 429 || this.statusCode === 503 || this.statusCode === 408;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of a problem reply (RFC 9457), as JSON text. `path` is the address without its query. */
export function problemBody(problem: Problem, path: string, requestId: string): string {
  const { status, title } = ERROR_CODES[problem.code];
  return JSON.stringify({
    type: `/docs/errors#${problem.code.toLowerCase()}`,
    title,
    status,
    detail: problem.message,
    instance: path.length > LONGEST_ECHO ? `${path.slice(0, LONGEST_ECHO)}…` : path,
    code: problem.code,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...problem.members,
  });
}

const LONGEST_ECHO = 200;

/** Text from a request as it may stand in a `detail`: quoted, escaped, and cut. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
