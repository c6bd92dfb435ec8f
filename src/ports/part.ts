/**
 * Something that runs: a store, the polling, the server. Both calls are idempotent and return the promise in flight; a
 * `start` that failed half-way can be stopped.
 */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}
