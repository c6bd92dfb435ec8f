import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomText } from '../../src/platform/random-text.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { DatabaseAddress } from '../../src/ports/database-target.ts';
import { openPool, type Sql } from '../../src/stores/postgres/connect.ts';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded/embedded-postgres.ts';
import { readPostmasterFile } from '../../src/stores/postgres/embedded/postmaster.ts';

/** A database of a test file's own, on a real server. */
export interface TestPostgres {
  /** For `DATABASE_URL`; an embedded server's is `postgres://touchline@localhost/<database>?host=<socket directory>`. */
  readonly url: string;
  readonly target: { readonly kind: 'url'; readonly url: string };
  /** A small pool of its own, for looking at what is stored. */
  readonly sql: Sql;
  /** To be called when the file's tests have passed; a database that is not dropped is there to be looked at. */
  drop(): Promise<void>;
}

/** On `TEST_DATABASE_URL` or `DATABASE_URL` (whose user may create databases), else on one embedded server a process. */
export async function testPostgres(): Promise<TestPostgres> {
  const admin = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL ?? (await embeddedUrl());
  const name = `touchline_test_${process.pid}_${randomText(8)}`;
  await once(admin, (sql) => sql`create database ${sql(name)}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const target = { kind: 'url', url: url.href } as const;
  const sql = openPool(target, { max: 2, applicationName: 'touchline tests' });
  return {
    url: url.href,
    target,
    sql,
    drop: async () => {
      await sql.end({ timeout: 1 });
      await once(admin, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
    },
  };
}

async function once(url: string, work: (sql: Sql) => Promise<unknown>): Promise<void> {
  const sql = openPool({ kind: 'url', url }, { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

let embedded: Promise<string> | undefined;

/** The server is started by the first who asks, and stops when the process ends. */
function embeddedUrl(): Promise<string> {
  embedded ??= startEmbedded();
  return embedded;
}

async function startEmbedded(): Promise<string> {
  const dataDir = temporaryDataDir();
  const server = new EmbeddedPostgres({ dataDir, clock: systemClock, durable: false });
  const address = await server.start();
  await stopWithUs(server.cluster ?? '', dataDir);
  return addressUrl(address);
}

/** A data directory that every account may enter; whoever takes one removes it. */
export function temporaryDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'touchline-test-'));
  chmodSync(dataDir, 0o755);
  return dataDir;
}

/**
 * Stops the server of `cluster` and removes `dataDir` when this process ends. The test runner ends without a word to us,
 * so a shell waits for the end of our pipe: it comes however we end.
 */
export async function stopWithUs(cluster: string, dataDir: string): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (!file) throw new Error(`no server runs on ${cluster}`);
  const script = 'cat; kill -INT "$0"; while [ -e "$1" ] && kill -0 "$0"; do sleep 0.05; done; rm -rf "$2"';
  const argv = ['-c', script, String(file.pid), join(cluster, 'postmaster.pid'), dataDir];
  const watch = spawn('/bin/sh', argv, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watch.unref();
}

function addressUrl(address: DatabaseAddress): string {
  if (address.kind === 'url') return address.url;
  const url = new URL(`postgres://${address.user}@localhost:${address.port}/${address.database}`);
  url.searchParams.set('host', address.host);
  return url.href;
}
