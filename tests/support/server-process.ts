import { chownSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isPostmasterOf, readPostmasterFile } from '../../src/stores/postgres/embedded/postmaster.ts';
import { temporaryDataDir } from './postgres.ts';

/** One line of the server's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Ending {
  /** 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly afterMs: number;
}

export interface ServerProcess {
  readonly pid: number;
  /** What it has logged so far. */
  readonly lines: readonly LogLine[];
  /** All it wrote so far, on both outputs. */
  output(): string;
  /** Resolves with the address it listens on; rejects when the process ends first. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ending>;
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void;
}

export interface Place {
  /** The account it runs under; ours when absent. */
  readonly user?: number;
}

const ENTRY = join(import.meta.dir, '../../src/index.ts');
const started: { readonly process: ServerProcess; readonly dataDir: string }[] = [];

/**
 * Starts `bun src/index.ts` with these variables and no others, in its `DATA_DIR` (where no `.env` lies), on a free port.
 * It is ended by `endServers`.
 */
export function serverProcess(
  environment: Readonly<Record<string, string>> & { readonly DATA_DIR: string },
  { user }: Place = {},
): ServerProcess {
  const as = user === undefined ? [] : ['setpriv', ...account(user)];
  const child = Bun.spawn([...as, process.execPath, ENTRY], {
    cwd: environment.DATA_DIR,
    env: { PATH: process.env.PATH ?? '', BUN_BE_BUN: '1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const startedAt = performance.now();
  const lines: LogLine[] = [];
  let output = '';
  const ready = Promise.withResolvers<string>();
  // Who starts a server that is to fail does not ask whether it was ready.
  ready.promise.catch(() => {});

  const hear = (line: string): void => {
    if (!line.startsWith('{')) return;
    const entry = JSON.parse(line) as LogLine;
    lines.push(entry);
    if (entry.msg === 'ready') ready.resolve(String(entry.address));
  };
  const outputs = Promise.all([
    eachLine(child.stdout, (line) => {
      output += `${line}\n`;
      hear(line);
    }),
    eachLine(child.stderr, (line) => {
      output += `${line}\n`;
    }),
  ]);
  const ended = child.exited.then(async (code) => {
    const afterMs = performance.now() - startedAt;
    await outputs;
    ready.reject(new Error(`the server ended with ${code} before it was ready:\n${output}`));
    return { code, afterMs };
  });
  const server: ServerProcess = {
    pid: child.pid,
    lines,
    output: () => output,
    ready: ready.promise,
    ended,
    signal: (name) => void child.kill(name),
  };
  started.push({ process: server, dataDir: environment.DATA_DIR });
  return server;
}

/** Whether a server can run here under that account: we are root, and it may read this checkout. */
export const mayRun = (user: number): boolean =>
  process.getuid?.() === 0 &&
  Bun.which('setpriv') !== null &&
  Bun.spawnSync(['setpriv', ...account(user), 'test', '-r', ENTRY]).exitCode === 0;

const account = (user: number): string[] => [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];

const folders = new Set<string>();

/** A folder for one server, owned by that account; `endServers` removes it. */
export function serverFolder(user?: number): string {
  const folder = temporaryDataDir();
  folders.add(folder);
  if (user !== undefined) chownSync(folder, user, user);
  return folder;
}

/** Kills what is left of the servers, their embedded databases included, and removes their folders. */
export async function endServers(): Promise<void> {
  for (const { process: server } of started) server.signal('SIGKILL');
  await Promise.all(started.map(({ process: server }) => server.ended));
  for (const { dataDir } of started.splice(0)) await killPostgres(join(dataDir, 'postgres', 'cluster'));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

async function killPostgres(cluster: string): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (!file || !(await isPostmasterOf(cluster, file.pid))) return;
  process.kill(file.pid, 'SIGQUIT');
  while (await isPostmasterOf(cluster, file.pid)) await Bun.sleep(5);
}

async function eachLine(stream: ReadableStream<Uint8Array>, hear: (line: string) => void): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) hear(line);
  }
  if (rest !== '') hear(rest);
}
