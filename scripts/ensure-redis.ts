/**
 * Finds a Redis (or Valkey) server program for the tests, and gets one when there is none: from the system's package
 * manager when we may install, else by unpacking the system's packages into a cache of our own.
 */
import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RedisProgram, redisProgram } from '../tests/support/redis-server.ts';

const STEP_TIMEOUT = 180_000;

const WAYS = `The tests need a real Redis (7 or later) or Valkey, and none could be found or installed. Any of these helps:
  - put redis-server or valkey-server on PATH (apt-get install redis-server, dnf install redis, apk add redis, brew install redis)
  - start one anywhere and set REDIS_URL=redis://host:port
  - docker run -d -p 6379:6379 redis:7 and set REDIS_URL=redis://127.0.0.1:6379`;

/** The program to run. Throws an error that names the ways to get one when there is none to be had. */
export async function ensureRedis(): Promise<RedisProgram> {
  const found = redisProgram() ?? (await unpacked());
  if (found) return found;
  const tried: string[] = [];
  for (const { name, isPossible, get } of SOURCES) {
    if (!isPossible()) continue;
    console.error(`No redis-server on PATH: ${name} …`);
    const failure = await get();
    const program = failure === undefined ? (redisProgram() ?? (await unpacked())) : undefined;
    if (program) return program;
    tried.push(`${name}: ${failure ?? 'it is still not there'}`);
  }
  throw new Error([WAYS, ...tried.map((line) => `Tried ${line}`)].join('\n'));
}

interface Source {
  readonly name: string;
  isPossible(): boolean;
  /** Answers why it failed, or nothing. */
  get(): Promise<string | undefined>;
}

const isRoot = () => process.getuid?.() === 0;
const has = (command: string) => Bun.which(command) !== null;

const SOURCES: readonly Source[] = [
  {
    name: 'installing it with apt-get',
    isPossible: () => isRoot() && has('apt-get'),
    get: async () => {
      // A failed update may still leave lists to install from.
      await failureOf(['apt-get', 'update', '-qq']);
      return failureOf(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'redis-server']);
    },
  },
  {
    name: 'installing it with apk',
    isPossible: () => isRoot() && has('apk'),
    get: () => failureOf(['apk', 'add', '--no-cache', '--quiet', 'redis']),
  },
  {
    name: 'installing it with dnf',
    isPossible: () => isRoot() && has('dnf'),
    // Newer releases have Valkey in Redis' place.
    get: async () =>
      (await failureOf(['dnf', 'install', '-y', '-q', 'redis'])) &&
      failureOf(['dnf', 'install', '-y', '-q', 'valkey']),
  },
  {
    name: 'installing it with brew',
    isPossible: () => !isRoot() && has('brew'),
    get: () => failureOf(['brew', 'install', '--quiet', 'redis']),
  },
  {
    name: 'unpacking the packages of the system into a cache',
    isPossible: () => has('apt-get') && has('dpkg'),
    get: unpackDebian,
  },
];

/** What `unpackDebian` has put into a cache in an earlier run, if it still starts. */
async function unpacked(): Promise<RedisProgram | undefined> {
  for (const cache of caches()) {
    const command = ['redis-server', 'valkey-server']
      .map((name) => join(cache, 'root', 'usr', 'bin', name))
      .find(existsSync);
    if (command === undefined) continue;
    const libraries = globSync(join(cache, 'root', '{usr/,}lib', '{*-linux-gnu*/,}*.so*')).map(dirname);
    const program = { command, libraries: [...new Set(libraries)].join(':') };
    const failure = await failureOf([command, '--version'], { LD_LIBRARY_PATH: program.libraries });
    if (failure === undefined) return program;
  }
  return undefined;
}

/** Needs no rights: package lists and packages go into a folder of ours, and nothing is installed. */
async function unpackDebian(): Promise<string | undefined> {
  const cache = caches().find(isWritable);
  if (cache === undefined) return 'no folder to write to';
  const packages = join(cache, 'packages');
  rmSync(cache, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'archives/partial', 'packages', 'root'])
    mkdirSync(join(cache, folder), { recursive: true });
  const apt = [
    'apt-get',
    '-qq',
    ...['-o', `Dir::State::Lists=${join(cache, 'lists')}`],
    ...['-o', `Dir::Cache=${cache}`],
    // Root's downloads would otherwise be done by a user that may not enter our folder.
    ...['-o', 'APT::Sandbox::User='],
    ...['-o', 'Debug::NoLocking=1'],
  ];
  const updated = await failureOf([...apt, 'update']);
  if (updated !== undefined) return updated;
  const plan = await outputOf([...apt, '--simulate', '--no-install-recommends', 'install', 'redis-server']);
  const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '');
  const names = [...new Set(['redis-server', 'redis-tools', ...missing])];
  const downloaded = await failureOf([...apt, 'download', ...names], {}, packages);
  if (downloaded !== undefined) return downloaded;
  for (const file of globSync(join(packages, '*.deb'))) {
    const failure = await failureOf(['dpkg', '-x', file, join(cache, 'root')]);
    if (failure !== undefined) return failure;
  }
  for (const folder of ['lists', 'archives', 'packages'])
    rmSync(join(cache, folder), { recursive: true, force: true });
  return undefined;
}

/** Where unpacked packages may be kept, the best place first. */
function caches(): string[] {
  const own = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const user = `touchline-redis-${process.getuid?.() ?? 'user'}`;
  return [
    join(import.meta.dir, '..', 'node_modules', '.cache', 'touchline-redis'),
    join(own, 'touchline-redis'),
    join(tmpdir(), user),
  ];
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

async function failureOf(command: string[], env: Record<string, string> = {}, cwd?: string) {
  const { code, output } = await run(command, env, cwd);
  return code === 0 ? undefined : `\`${command.join(' ')}\` ended with ${code}: ${output.trim().slice(-500)}`;
}

const outputOf = async (command: string[]): Promise<string> => (await run(command, {}, undefined)).output;

async function run(command: string[], env: Record<string, string>, cwd: string | undefined) {
  const child = Bun.spawn(command, {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: STEP_TIMEOUT,
    // Run level 1 keeps a package from starting a server of its own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C', ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, output: out + err };
}
