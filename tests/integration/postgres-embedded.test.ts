import { afterAll, afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { DatabaseAddress } from '../../src/ports/database-target.ts';
import { openPool } from '../../src/stores/postgres/connect.ts';
import { findBundledPostgres } from '../../src/stores/postgres/embedded/bundled-postgres.ts';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded/embedded-postgres.ts';
import { isPostmasterOf, readPostmasterFile } from '../../src/stores/postgres/embedded/postmaster.ts';
import { temporaryDataDir } from '../support/postgres.ts';
import { mayRun } from '../support/server-process.ts';
import { until } from '../support/until.ts';

// Setting up a cluster takes a third of a second on a machine that does nothing else.
setDefaultTimeout(30_000);

const root = process.getuid?.() === 0;
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function newDataDir(): string {
  const dataDir = temporaryDataDir();
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

let used: Promise<string> | undefined;
afterAll(async () => {
  if (used) rmSync(await used, { recursive: true });
});

/** A copy of a data directory whose server was started once and stopped: a fraction of the cost of a new one. */
async function usedDataDir(): Promise<string> {
  used ??= (async () => {
    const dataDir = temporaryDataDir();
    const server = new EmbeddedPostgres({ dataDir, clock: systemClock, durable: false });
    await server.start();
    await server.stop();
    return dataDir;
  })();
  const dataDir = newDataDir();
  const copy = Bun.spawnSync(['cp', '-a', `${await used}/.`, dataDir]);
  if (copy.exitCode !== 0) throw new Error(copy.stderr.toString());
  return dataDir;
}

function embedded(dataDir: string, durable = false): EmbeddedPostgres {
  const server = new EmbeddedPostgres({ dataDir, clock: systemClock, durable });
  undo.push(() => server.stop());
  return server;
}

async function ask(address: DatabaseAddress, text: string): Promise<unknown> {
  const sql = openPool(address, { max: 1 });
  try {
    return (await sql.unsafe(text).values())[0]?.[0];
  } finally {
    await sql.end();
  }
}

async function postmasterOf(server: EmbeddedPostgres): Promise<number> {
  const file = await readPostmasterFile(server.cluster ?? '');
  if (!file) throw new Error('no server runs');
  return file.pid;
}

/** A process with an embedded server; resolves with its first line. */
async function serverProcess(dataDir: string, prefix: string[] = [], cwd = '/') {
  const script = join(import.meta.dir, 'embedded-server.ts');
  const [program = '', ...argv] = [...prefix, process.execPath, script, dataDir];
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'], cwd });
  undo.push(() => ended(child, 'SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  return { child, line };
}

async function ended(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exit;
}

describe('the embedded Postgres', () => {
  test('starts where nothing was, stops, and has its data again', async () => {
    const dataDir = newDataDir();
    const first = embedded(dataDir);
    await ask(await first.start(), 'create table kept as select 7 as n');
    const pid = await postmasterOf(first);
    await first.stop();
    expect(await isPostmasterOf(first.cluster ?? '', pid)).toBe(false);
    expect(await readPostmasterFile(first.cluster ?? '')).toBeUndefined();
    const second = embedded(dataDir, true);
    const address = await second.start();
    expect(await ask(address, 'select n from kept')).toBe(7);
    expect(await ask(address, 'show listen_addresses')).toBe('');
    expect(await ask(address, 'show fsync')).toBe('on');
  });

  test('belongs to one process at a time: the second is told who has it', async () => {
    const dataDir = await usedDataDir();
    const first = embedded(dataDir);
    const address = await first.start();
    const second = embedded(dataDir);
    await expect(second.start()).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await second.stop();
    expect(await ask(address, 'select 1')).toBe(1);
    await first.stop();
    expect(await ask(await second.start(), 'select 1')).toBe(1);
  });

  test('two first starts at the same moment make one cluster, and one of them gets it', async () => {
    const dataDir = newDataDir();
    const both = await Promise.allSettled([embedded(dataDir).start(), embedded(dataDir).start()]);
    const won = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const lost = both.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(lost).toEqual(['STORE_IN_USE']);
    expect(await ask(won[0] as DatabaseAddress, 'select 1')).toBe(1);
  });

  test('outlives a killed process, and is adopted by the next one with everything in it', async () => {
    const dataDir = await usedDataDir();
    const { child, line } = await serverProcess(dataDir);
    expect(line).toBe('ready 1234');
    const cluster = join(dataDir, 'postgres', 'cluster');
    const orphan = (await readPostmasterFile(cluster))?.pid ?? 0;
    await ended(child, 'SIGKILL');
    expect(await isPostmasterOf(cluster, orphan)).toBe(true);
    const next = embedded(dataDir);
    const address = await next.start();
    expect(await postmasterOf(next)).toBe(orphan);
    expect(await ask(address, 'select interval_ms::int from polling_overrides')).toBe(1_234);
    await next.stop();
    expect(await isPostmasterOf(cluster, orphan)).toBe(false);
  });

  test('recovers when it was killed itself, and comes up again under a process that lives on', async () => {
    const dataDir = await usedDataDir();
    const server = embedded(dataDir, true);
    const address = await server.start();
    await ask(address, 'create table kept as select 7 as n');
    const pid = await postmasterOf(server);
    process.kill(pid, 'SIGKILL');
    await until('it is gone', async () => !(await isPostmasterOf(server.cluster ?? '', pid)));
    await server.keepUp();
    expect(await postmasterOf(server)).not.toBe(pid);
    expect(await ask(address, 'select n from kept')).toBe(7);
    const rival = embedded(dataDir);
    await expect(rival.start()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  });

  test('does not take a stranger for its server because of a number in a file', async () => {
    const dataDir = await usedDataDir();
    const before = embedded(dataDir);
    await before.start();
    const file = join(before.cluster ?? '', 'postmaster.pid');
    const text = readFileSync(file, 'utf8');
    await before.stop();
    // The same account as the server's: with another's process Postgres itself would not hesitate.
    const as = root ? { uid: 65_534, gid: 65_534 } : {};
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', cwd: '/', ...as });
    undo.push(() => ended(stranger, 'SIGKILL'));
    writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)));
    if (root) chownSync(file, 65_534, 65_534);
    const server = embedded(dataDir);
    expect(await ask(await server.start(), 'select 1')).toBe(1);
    expect(await postmasterOf(server)).not.toBe(stranger.pid);
    await server.stop();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  test('gets a new socket when the old one was removed under it', async () => {
    const dataDir = await usedDataDir();
    const server = embedded(dataDir);
    const address = await server.start();
    rmSync(join(dataDir, 'postgres', '.s.PGSQL.5432'));
    await server.keepUp();
    expect(await ask(address, 'select 1')).toBe(1);
  });

  test('refuses the files of another major version and says what to do', async () => {
    const dataDir = await usedDataDir();
    const server = embedded(dataDir);
    await server.start();
    await server.stop();
    writeFileSync(join(server.cluster ?? '', 'PG_VERSION'), '15\n');
    await expect(embedded(dataDir).start()).rejects.toMatchObject({
      code: 'STORE_DATA_DIRECTORY',
      message: expect.stringMatching(/Postgres 15.*pg_dump/),
    });
  });

  test('says what Postgres said when it cannot start', async () => {
    const dataDir = await usedDataDir();
    const server = embedded(dataDir);
    await server.start();
    await server.stop();
    writeFileSync(join(server.cluster ?? '', 'postgresql.auto.conf'), 'no_such_setting = 1\n');
    await expect(embedded(dataDir).start()).rejects.toMatchObject({
      code: 'STORE_EMBEDDED_FAILED',
      message: expect.stringContaining('postgresql.auto.conf'),
    });
  });

  test('works under a path that is too long for a socket', async () => {
    const dataDir = join(newDataDir(), 'a-long-name-'.repeat(10));
    const server = embedded(dataDir);
    const address = await server.start();
    const host = address.kind === 'parts' ? address.host : '';
    expect(host).toMatch(/touchline-\d+-[0-9a-f]{12}$/);
    undo.push(() => rmSync(host, { recursive: true }));
    expect(await ask(address, 'select 1')).toBe(1);
    // Whoever comes next finds it by what the server wrote down.
    await expect(embedded(dataDir).start()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  });

  test('is not there for every machine: the error names the way out', () => {
    expect(() => findBundledPostgres('sunos', 'sparc')).toThrow(
      expect.objectContaining({
        code: 'STORE_NOT_BUNDLED',
        message: expect.stringContaining('DATABASE_URL'),
      }),
    );
  });

  test('is refused where the data directory cannot be made', async () => {
    const file = join(newDataDir(), 'a-file');
    writeFileSync(file, '');
    await expect(embedded(join(file, 'data')).start()).rejects.toMatchObject({
      code: 'STORE_DATA_DIRECTORY',
    });
  });
});

// Changing accounts takes root; an ordinary user runs everything above as himself.
if (root)
  describe('the embedded Postgres under root', () => {
    test('never runs as root', async () => {
      const server = embedded(await usedDataDir());
      await server.start();
      const status = readFileSync(`/proc/${await postmasterOf(server)}/status`, 'utf8');
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
      expect(status).toMatch(/^Groups:\s*$/m);
    });

    test('keeps its files elsewhere when only root may enter the data directory, and finds them again', async () => {
      const closed = newDataDir();
      chmodSync(closed, 0o700);
      const dataDir = join(closed, 'data');
      const first = embedded(dataDir);
      await ask(await first.start(), 'create table kept as select 7 as n');
      const home = dirname(first.cluster ?? '');
      undo.push(() => rmSync(home, { recursive: true, force: true }));
      expect(home).toStartWith('/var/lib/touchline-');
      expect(readFileSync(join(dataDir, 'postgres.location'), 'utf8')).toBe(`${home}\n`);
      await first.stop();
      const second = embedded(dataDir);
      expect(await ask(await second.start(), 'select n from kept')).toBe(7);
      expect(second.cluster).toBe(first.cluster);
    });

    // In a checkout that root alone may enter there is nothing an ordinary user could start.
    if (mayRun(65_533))
      test('serves an ordinary user in his own directory, and root after him', async () => {
        const dataDir = join(newDataDir(), 'data');
        mkdirSync(dataDir);
        chownSync(dataDir, 65_533, 65_533);
        const user = ['setpriv', '--reuid=65533', '--regid=65533', '--clear-groups'];
        const { child, line } = await serverProcess(dataDir, user);
        expect(line).toBe('ready 1234');
        expect(await ended(child, 'SIGTERM')).toBe(0);
        expect(existsSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
        const server = embedded(dataDir);
        expect(await ask(await server.start(), 'select actor from audit_log')).toBe('user 65533');
      });
  });
