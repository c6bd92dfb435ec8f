import { afterEach, describe, expect, test } from 'bun:test';
import { httpBench, json } from '../../../tests/support/http-bench.ts';
import { after, iso, seconds } from '../../domain/time.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const bench = async (...given: Parameters<typeof httpBench>) => {
  const made = await httpBench(...given);
  closing.push(made.close);
  return made;
};

describe('the circuit', () => {
  const troubled = async () => {
    const state = { status: 500 };
    const changes: string[] = [];
    const made = await bench((request, response) => json({}, {}, state.status)(request, response), {
      circuit: { failures: 3, coolDown: seconds(10), onChange: (next) => changes.push(next) },
    });
    return { ...made, state, changes };
  };

  test('opens after failures in a row, asks nothing, and closes after a probe', async () => {
    const { failure, get, state, changes, clock, upstream } = await troubled();
    for (let n = 0; n < 3; n++) expect((await failure('/')).code).toBe('PROVIDER_UPSTREAM_ERROR');
    const error = await failure('/');
    expect(error.code).toBe('PROVIDER_CIRCUIT_OPEN');
    expect(iso(error.retryAt ?? clock.now())).toBe(iso(after(clock.now(), seconds(10))));
    expect(upstream.requests.length).toBe(3);
    state.status = 200;
    await clock.advance(seconds(10));
    expect((await get('/')).status).toBe(200);
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  test('stays open twice as long after a probe that failed', async () => {
    const { failure, clock, changes } = await troubled();
    for (let n = 0; n < 3; n++) await failure('/');
    await clock.advance(seconds(10));
    expect((await failure('/')).code).toBe('PROVIDER_UPSTREAM_ERROR');
    await clock.advance(seconds(19));
    expect((await failure('/')).code).toBe('PROVIDER_CIRCUIT_OPEN');
    await clock.advance(seconds(1));
    expect((await failure('/')).code).toBe('PROVIDER_UPSTREAM_ERROR');
    expect(changes).toEqual(['open', 'half_open', 'open', 'half_open', 'open']);
  });

  test.each([400, 401, 404, 429])('does not count %i', async (status) => {
    const { failure, state, upstream } = await troubled();
    state.status = status;
    for (let n = 0; n < 6; n++) expect((await failure('/')).code).not.toBe('PROVIDER_CIRCUIT_OPEN');
    expect(upstream.requests.length).toBe(6);
  });

  test('is not closed by a probe that was aborted', async () => {
    const { failure, get, state, clock, changes } = await troubled();
    for (let n = 0; n < 3; n++) await failure('/');
    await clock.advance(seconds(10));
    const abort = new AbortController();
    const probe = get('/', { signal: abort.signal }).catch((error: unknown) => error);
    const reason = new Error('stop');
    abort.abort(reason);
    expect(await probe).toBe(reason);
    state.status = 200;
    expect((await failure('/')).code).toBe('PROVIDER_CIRCUIT_OPEN');
    expect(changes).toEqual(['open', 'half_open', 'open']);
  });

  test('counts connections that fail', async () => {
    const { failure } = await bench((_request, response) => response.socket?.destroy(), {
      circuit: { failures: 2 },
    });
    for (let n = 0; n < 2; n++) expect((await failure('/')).code).toBe('PROVIDER_UNREACHABLE');
    expect((await failure('/')).code).toBe('PROVIDER_CIRCUIT_OPEN');
  });
});
