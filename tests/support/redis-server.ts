import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis or Valkey server program, and where its libraries are when the system does not know. */
export interface RedisProgram {
  readonly command: string;
  readonly libraries?: string;
}

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the process and resolves when it is gone; SIGKILL leaves it no time for anything. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** The program named by `TOUCHLINE_REDIS_SERVER` (set by `bun run test`), else `redis-server` or `valkey-server`. */
export function redisProgram(): RedisProgram | undefined {
  const command =
    process.env.TOUCHLINE_REDIS_SERVER ?? Bun.which('redis-server') ?? Bun.which('valkey-server');
  const libraries = process.env.TOUCHLINE_REDIS_LIBRARIES;
  return command ? { command, ...(libraries && { libraries }) } : undefined;
}

/** Starts a server that keeps nothing, in a directory of its own, and resolves when it accepts connections. */
export async function startRedis(program: RedisProgram, port?: number): Promise<RunningRedis> {
  // Between finding a free port and taking it another process may come first.
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(program, port ?? (await freePort()));
    } catch (error) {
      if (port !== undefined || attempt === 3) throw error;
    }
  }
}

async function launch({ command, libraries }: RedisProgram, port: number): Promise<RunningRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'touchline-redis-'));
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: 'no',
    'enable-debug-command': 'local',
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // The test process may end without stopping anything.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  void gone.then(() => {
    process.off('exit', killAtExit);
    rmSync(dir, { recursive: true, force: true });
  });
  await accepting(child, command);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await gone;
    },
  };
}

function accepting(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const fail = (why: string) => {
      clearTimeout(late);
      reject(new Error(`${command} did not start: ${why}\n${output}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit code ${code}`));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (output.length < 10_000) output += chunk;
      if (!output.includes('Ready to accept connections')) return;
      clearTimeout(late);
      child.removeAllListeners('exit');
      resolve();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
