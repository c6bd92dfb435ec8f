import { type ChildProcess, spawn } from 'node:child_process';
import { StoreError } from '../../../ports/store-error.ts';
import { notBundled } from './bundled-postgres.ts';
import type { Runner } from './runner.ts';

/**
 * Starts a program of the embedded Postgres as `runner`, in a session of its own (Ctrl-C in the terminal is for us, not
 * for it), with none of our environment: that holds secrets.
 */
export function spawnAs(
  runner: Runner,
  program: string,
  argv: readonly string[],
  output: 'pipe' | number,
): ChildProcess {
  return spawn(program, argv, {
    cwd: '/',
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', output, output],
    ...(runner.asRoot ? { uid: runner.uid, gid: runner.gid } : {}),
  });
}

/** Runs a program to its end. Throws `STORE_EMBEDDED_FAILED` with what it said last. */
export function runAs(runner: Runner, program: string, argv: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawnAs(runner, program, argv, 'pipe');
    let said = '';
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', (cause) => reject(spawnError(program, cause)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      // 127 is the loader's: a library of the system is missing or too old.
      if (code === 127) return reject(notBundled(lastComplaint(said)));
      reject(
        new StoreError(
          'STORE_EMBEDDED_FAILED',
          `${program} ended with ${signal ?? code}: ${lastComplaint(said)}`,
        ),
      );
    });
  });
}

/** What it means that a program which is there could not be started. */
export function spawnError(program: string, cause: Error): StoreError {
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT')
    return notBundled('it needs glibc, which this system does not have (Alpine, for one)', cause);
  if (code === 'EPERM')
    return new StoreError(
      'STORE_EMBEDDED_FAILED',
      'Postgres refuses to run as root, and this root may not change to another user. Start as an ordinary user, or set DATABASE_URL.',
      { cause },
    );
  return new StoreError('STORE_EMBEDDED_FAILED', `${program} could not be started`, { cause });
}

/** The last line that tells of a failure, or else the last line. */
export function lastComplaint(text: string): string {
  const lines = text.trim().split('\n');
  return lines.findLast((line) => /FATAL|PANIC|error/.test(line)) ?? lines.at(-1) ?? '';
}
