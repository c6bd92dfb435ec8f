import { describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { StoreError, type StoreErrorCode } from '../../ports/store-error.ts';
import { translateError } from './translate-error.ts';

const socket = (code: string) => Object.assign(new Error('x'), { code });
function server(code: string): Error {
  // Its constructor takes the fields of the server's answer, which the types do not say.
  const error = new Error('y');
  Object.setPrototypeOf(error, postgres.PostgresError.prototype);
  return Object.assign(error, { code });
}

const CASES: readonly { name: string; given: unknown; code: StoreErrorCode; retryable: boolean }[] = [
  { name: 'nobody listens', given: socket('ECONNREFUSED'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'no socket file', given: socket('ENOENT'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'name not found', given: socket('EAI_AGAIN'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'connection lost', given: socket('CONNECTION_CLOSED'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'pool replaced', given: socket('CONNECTION_ENDED'), code: 'STORE_UNAVAILABLE', retryable: true },
  {
    name: 'unknown certificate',
    given: socket('DEPTH_ZERO_SELF_SIGNED_CERT'),
    code: 'STORE_UNAVAILABLE',
    retryable: true,
  },
  { name: 'no connection in time', given: socket('CONNECT_TIMEOUT'), code: 'STORE_TIMEOUT', retryable: true },
  { name: 'starting up', given: server('57P03'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'too many clients', given: server('53300'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'disk full', given: server('53100'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'read-only after a fail-over', given: server('25006'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'deadlock', given: server('40P01'), code: 'STORE_UNAVAILABLE', retryable: true },
  { name: 'statement timeout', given: server('57014'), code: 'STORE_TIMEOUT', retryable: true },
  { name: 'lock timeout', given: server('55P03'), code: 'STORE_TIMEOUT', retryable: true },
  { name: 'wrong password', given: server('28P01'), code: 'STORE_ACCESS_REFUSED', retryable: false },
  { name: 'no such database', given: server('3D000'), code: 'STORE_ACCESS_REFUSED', retryable: false },
  { name: 'no right', given: server('42501'), code: 'STORE_ACCESS_REFUSED', retryable: false },
  { name: 'bad data', given: server('22P02'), code: 'STORE_REJECTED', retryable: false },
  { name: 'syntax error', given: server('42601'), code: 'STORE_REJECTED', retryable: false },
  { name: 'our mistake', given: new TypeError('z'), code: 'STORE_REJECTED', retryable: false },
  {
    name: 'our mistake with a code',
    given: socket('ERR_INVALID_ARG_TYPE'),
    code: 'STORE_REJECTED',
    retryable: false,
  },
  { name: 'not an error at all', given: 'thrown', code: 'STORE_REJECTED', retryable: false },
];

describe('an error of Postgres becomes one of ours', () => {
  for (const { name, given, code, retryable } of CASES)
    test(name, () => {
      const error = translateError(given);
      expect([error.code, error.retryable, error.cause]).toEqual([code, retryable, given]);
    });

  test('one of ours stays as it is', () => {
    const error = new StoreError('STORE_IN_USE', 'taken');
    expect(translateError(error)).toBe(error);
  });

  test('the name of a constraint that was hurt is kept', () => {
    const error = translateError(Object.assign(server('23505'), { constraint_name: 'only_once' }));
    expect(error.details).toEqual({ postgres: '23505', constraint: 'only_once' });
  });
});
