import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect, createServer, type Server } from 'node:net';
import { systemClock } from '../../src/platform/system-clock.ts';
import { Database } from '../../src/stores/postgres/database.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';

// What PgBouncer does with a setting it does not know, in front of the real server.
const REFUSAL = 'SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0';

let postgres: TestPostgres;
let pooler: Server;
let refused = 0;

beforeAll(async () => {
  postgres = await testPostgres();
  const { host, port, path } = postgres.sql.options as {
    host: string[];
    port: number[];
    path: string | false;
  };
  pooler = createServer((client) => {
    client.on('error', () => {});
    client.once('data', (startup) => {
      if (startup.includes('statement_timeout')) {
        refused++;
        const size = Buffer.alloc(4);
        size.writeInt32BE(4 + REFUSAL.length);
        client.end(Buffer.concat([Buffer.from('E'), size, Buffer.from(REFUSAL)]));
        return;
      }
      const server = path ? connect(path) : connect(port[0] ?? 5432, host[0] ?? 'localhost');
      server.on('error', () => client.destroy());
      server.write(startup);
      client.pipe(server).pipe(client);
    });
  });
  await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => pooler.close(resolve));
  await postgres.drop();
});

async function timeoutThrough(url: URL): Promise<unknown> {
  const database = new Database({ clock: systemClock, kind: 'postgres' });
  try {
    await database.open({ kind: 'url', url: url.href });
    const [row] = await database.run(
      (sql) => sql<{ timeout: string }[]>`select current_setting('statement_timeout') as timeout`,
    );
    return row?.timeout;
  } finally {
    await database.close();
  }
}

test('the server is told when to give up on a statement', async () => {
  expect(await timeoutThrough(new URL(postgres.url))).toBe('15s');
});

test('a pooler that refuses to be told is worked with all the same', async () => {
  const url = new URL(postgres.url);
  url.searchParams.delete('host');
  const address = pooler.address();
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  expect(await timeoutThrough(url)).toBe('0');
  expect(refused).toBe(1);
});
