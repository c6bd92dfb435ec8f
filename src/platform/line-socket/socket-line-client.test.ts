import { afterEach, describe, expect, test } from 'bun:test';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { certificate } from '../../../sandbox/betfair-certificate.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { until } from '../../../tests/support/until.ts';
import { seconds } from '../../domain/time.ts';
import type { LineConnection } from '../../ports/line-client.ts';
import type { ProviderError } from '../../ports/provider-error.ts';
import { SocketLineClient } from './socket-line-client.ts';

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

const pair = certificate();

/** A server on loopback that does with each connection what it is told, and a client for it. */
async function wire(
  serve: (socket: Socket) => void,
  { tls = false, ca = undefined as string | undefined, limit = 1_000 } = {},
) {
  const sockets = new Set<Socket>();
  const meet = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    serve(socket);
  };
  const server: Server = tls && pair ? createTlsServer(pair, meet) : createServer(meet);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  const clock = new FakeClock();
  const client = new SocketLineClient({
    clock,
    connectTimeout: seconds(5),
    maxLineBytes: limit,
    ...(ca !== undefined && { ca }),
  });
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls };
  const abort = new AbortController();
  return { clock, client, address, abort, sockets, open: () => client.open(address, abort.signal) };
}

/** Reads so many lines, or to the end; answers them and how it ended. */
async function read(connection: LineConnection, most = Number.POSITIVE_INFINITY) {
  const lines: string[] = [];
  try {
    for await (const line of connection.lines) {
      lines.push(line);
      if (lines.length === most) break;
    }
  } catch (error) {
    return { lines, error: (error as ProviderError).code ?? error };
  }
  return { lines };
}

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a line connection', () => {
  test('brings lines and takes lines', async () => {
    const { open, clock } = await wire((socket) => {
      socket.write('hello\r\n');
      socket.on('data', (bytes) => socket.write(`you said ${bytes}`));
    });
    const connection = await open();
    connection.send('this');
    expect(await read(connection, 2)).toEqual({ lines: ['hello', 'you said this'] });
    expect(clock.waiting).toBe(0);
  });

  test('cut in the middle of a line, it has broken and that line is not a line', async () => {
    const { open } = await wire((socket) => socket.write('whole\r\nhal', () => socket.destroy()));
    expect(await read(await open())).toEqual({ lines: ['whole'], error: 'PROVIDER_UNREACHABLE' });
  });

  test('ended in peace by the other side, it has broken all the same', async () => {
    const { open } = await wire((socket) => socket.end('bye\r\n'));
    expect(await read(await open())).toEqual({ lines: ['bye'], error: 'PROVIDER_UNREACHABLE' });
  });

  test('a line over the limit ends it', async () => {
    const { open, sockets } = await wire((socket) => socket.write(`ok\r\n${'x'.repeat(2_000)}`), {
      limit: 500,
    });
    expect(await read(await open())).toEqual({ lines: ['ok'], error: 'PROVIDER_BODY_TOO_LARGE' });
    await until('the server has lost it too', () => sockets.size === 0);
  });

  test('what is not read holds the sender back', async () => {
    let sent = 0;
    const line = `${'x'.repeat(998)}\r\n`;
    const { open } = await wire((socket) => {
      const more = () => {
        while (sent < 100_000) {
          sent++;
          if (!socket.write(line)) return void socket.once('drain', more);
        }
      };
      more();
    });
    const connection = await open();
    const lines = connection.lines[Symbol.asyncIterator]();
    await lines.next();
    let before = 0;
    await until('the sender waits', () => {
      const waits = sent === before;
      before = sent;
      return waits;
    });
    expect(sent).toBeLessThan(50_000);
    connection.close();
  });

  test('an abort ends it, with its reason', async () => {
    const { open, abort, sockets } = await wire((socket) => socket.write('hello\r\n'));
    const connection = await open();
    const reading = read(connection);
    const reason = new Error('enough');
    abort.abort(reason);
    expect<unknown>((await reading).error).toBe(reason);
    await until('the server has lost it too', () => sockets.size === 0);
    connection.send('nobody hears this');
    connection.close();
  });

  test('an abort before it stands is no connection', async () => {
    const { client, address, sockets } = await wire(() => {});
    const reason = new Error('stopped before it began');
    expect(await outcome(client.open(address, AbortSignal.abort(reason)))).toBe(reason);
    const abort = new AbortController();
    const opening = client.open(address, abort.signal);
    abort.abort(reason);
    expect(await outcome(opening)).toBe(reason);
    await until('the server has none', () => sockets.size === 0);
  });

  test('nobody there is PROVIDER_UNREACHABLE, somebody who does not answer PROVIDER_TIMEOUT', async () => {
    const { client, clock, address } = await wire(() => {});
    const signal = new AbortController().signal;
    const free = { ...address, port: 1 };
    expect(await outcome(client.open(free, signal))).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    // The other side takes the connection and never begins to speak TLS.
    const silent = outcome(client.open({ ...address, tls: true }, signal));
    await clock.advance(seconds(5));
    expect(await silent).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    expect(clock.waiting).toBe(0);
  });

  if (pair) {
    test('speaks TLS to whom it can trust', async () => {
      const { open } = await wire((socket) => socket.write('hello\r\n'), { tls: true, ca: pair.cert });
      expect(await read(await open(), 1)).toEqual({ lines: ['hello'] });
    });

    test('a certificate that nobody vouches for is refused', async () => {
      const { open } = await wire((socket) => socket.write('hello\r\n'), { tls: true });
      expect(await outcome(open())).toMatchObject({
        code: 'PROVIDER_UNREACHABLE',
        details: { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      });
    });

    test('so is a good one of another host', async () => {
      const elsewhere = certificate('elsewhere.test');
      const { open } = await wire((socket) => socket.write('hello\r\n'), {
        tls: true,
        ca: elsewhere?.cert ?? '',
      });
      expect(await outcome(open())).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    });
  }
});
