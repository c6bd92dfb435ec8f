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

export interface RedisPlace {
  readonly port?: number;
  /** A directory to read a snapshot from and write it to, when asked to; without it nothing is kept. */
  readonly dir?: string;
  /** More settings, as in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a server that saves nothing by itself, and resolves when it accepts connections. */
export async function startRedis(program: RedisProgram, place: RedisPlace = {}): Promise<RunningRedis> {
  // Between finding a free port and taking it another process may come first.
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(program, place.port ?? (await freePort()), place);
    } catch (error) {
      if (place.port !== undefined || attempt === 3) throw error;
    }
  }
}

async function launch(
  { command, libraries }: RedisProgram,
  port: number,
  { dir: keptIn, settings }: RedisPlace,
): Promise<RunningRedis> {
  const dir = keptIn ?? mkdtempSync(join(tmpdir(), 'touchline-redis-'));
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: 'no',
    ...settings,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('sh', ['-c', KEEPER, command, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void gone.then(() => {
    child.stdin.destroy();
    if (keptIn === undefined) rmSync(dir, { recursive: true, force: true });
  });
  const pid = await accepting(child, command);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid,
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode === null) process.kill(pid, signal);
      await gone;
    },
  };
}

// The server must not outlive us, however we end: the other end of the pipe closes even when we are killed.
const KEEPER = `
"$0" "$@" & server=$!
echo "pid $server"
exec 3<&0
(cat <&3 >/dev/null; kill -9 $server) & watcher=$!
wait $server; code=$?
kill $watcher
exit $code
`;

function accepting(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const late = setTimeout(() => child.stdin?.destroy(), 10_000);
    const fail = (why: string) => {
      clearTimeout(late);
      reject(new Error(`${command} did not start: ${why}\n${output}`));
    };
    child.once('error', (error) => fail(error.message));
    const exited = (code: number | null) => fail(`exit code ${code}`);
    child.once('exit', exited);
    child.stdout?.on('data', (chunk: Buffer) => {
      if (output.length < 10_000) output += chunk;
      const pid = /^pid (\d+)$/m.exec(output)?.[1];
      if (pid === undefined || !output.includes('Ready to accept connections')) return;
      clearTimeout(late);
      child.off('exit', exited);
      resolve(Number(pid));
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
