import { type ErrorOptions, TouchlineError } from '../domain/errors.ts';

/**
 * What can go wrong between us and a store (LiveStore or History).
 * - `STORE_UNAVAILABLE`: no connection, or it was lost; also while the store starts up, shuts down or is full
 * - `STORE_TIMEOUT`: connected, but no answer in time
 * - `STORE_ACCESS_REFUSED`: wrong user or password, no such database, or missing rights
 * - `STORE_REJECTED`: the store understood the request and refused it; asking the same again is useless
 * - `STORE_STOPPED`: used before `start` or after `stop`
 * - `STORE_UNSUPPORTED`: the server is older than we need, or lacks something we need
 * - `STORE_IN_USE`: another running server owns this data directory
 * - `STORE_NOT_BUNDLED`: there is no embedded Postgres for this machine
 * - `STORE_DATA_DIRECTORY`: the data directory cannot be used: another version's, another user's, or not writable
 * - `STORE_EMBEDDED_FAILED`: the embedded Postgres could not be set up or did not come up
 * - `STORE_MIGRATION_CHANGED`: a migration that was applied no longer has the text it had then
 * - `STORE_MIGRATION_UNKNOWN`: the database was migrated by a newer release than this
 * - `STORE_MIGRATION_FAILED`: a migration was refused; its transaction was rolled back
 */
export const STORE_ERROR_CODES = [
  'STORE_UNAVAILABLE',
  'STORE_TIMEOUT',
  'STORE_ACCESS_REFUSED',
  'STORE_REJECTED',
  'STORE_STOPPED',
  'STORE_UNSUPPORTED',
  'STORE_IN_USE',
  'STORE_NOT_BUNDLED',
  'STORE_DATA_DIRECTORY',
  'STORE_EMBEDDED_FAILED',
  'STORE_MIGRATION_CHANGED',
  'STORE_MIGRATION_UNKNOWN',
  'STORE_MIGRATION_FAILED',
] as const;

export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

const RETRYABLE: ReadonlySet<StoreErrorCode> = new Set(['STORE_UNAVAILABLE', 'STORE_TIMEOUT']);

export class StoreError extends TouchlineError<StoreErrorCode> {
  readonly retryable: boolean;

  constructor(code: StoreErrorCode, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
    this.retryable = RETRYABLE.has(code);
  }
}
