/** Thousands of sockets on one match: what a delivered message and an idle connection cost, side by side. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, cpuOf, residentOf, startChild, stopChildren } from './child.ts';
import type { Published, Received, SocketsOrder } from './load/sockets.ts';
import { Report } from './report.ts';
import { run } from './run.ts';
import { median } from './statistics.ts';

const WARM_UP = 200;

interface Contender {
  readonly name: string;
  readonly server: Child;
  readonly clients: Child;
  readonly path: string;
  readonly greeting?: string;
  readonly cpu: number[];
  readonly p50: number[];
  readonly p99: number[];
  residentBefore: number;
  /** Share of a core it uses while nothing is published: heartbeats, confirmations, its own housekeeping. */
  idleCpu: number;
}

interface Pace {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly messages: number;
  readonly perSecond: number;
  readonly settleMs: number;
  readonly idleMs: number;
}

async function compare(report: Report, folder: string, pace: Pace, strict: boolean): Promise<number> {
  const contenders = await contend(folder);
  const { rounds, messages, perSecond } = pace;
  report.note(
    `${messages} messages a round, ${perSecond} a second; medians of ${rounds} rounds, taken in turns. CPU is the server's, all threads, less what it uses when nothing is published.`,
  );
  for (const each of contenders) await warmUp(each, pace);

  let open = 0;
  for (const size of pace.sizes) {
    for (const each of contenders) await order(each, opening(each, size - open));
    open = size;
    if (size === pace.sizes.at(-1)) await showIdle(report, contenders, size, pace);
    for (const each of contenders) await publish(each, pace);
    await measureIdle(contenders, pace);
    for (const each of contenders) for (const list of [each.cpu, each.p50, each.p99]) list.length = 0;
    for (let round = 0; round < rounds; round++) {
      for (const each of contenders) await measure(each, pace);
    }
    showFanout(report, contenders, size);
  }
  return report.end(strict);
}

async function contend(folder: string): Promise<Contender[]> {
  const here = import.meta.dir;
  const bun = (file: string, ...more: string[]) =>
    startChild([process.execPath, join(here, file), ...more], { DATA_DIR: join(folder, 'data') });
  const touchline = await bun('servers/touchline.ts', '1');
  const path = `/live/${touchline.ready.matchId}`;
  const template = await oneMessage(touchline, path);
  const bare = await bun('servers/bare-sockets.ts', template);
  const socketIo = await startChild(['node', '--expose-gc', join(here, 'rivals/socket-io.mjs'), template], {
    NODE_ENV: 'production',
  });
  const servers = [
    { name: 'touchline', server: touchline, path },
    { name: 'bare Bun loop', server: bare, path },
    {
      name: 'Socket.IO on Node',
      server: socketIo,
      path: '/socket.io/?EIO=4&transport=websocket',
      greeting: '40',
    },
  ];
  return Promise.all(
    servers.map(async (each) => ({
      ...each,
      clients: await bun('load/sockets.ts'),
      cpu: [],
      p50: [],
      p99: [],
      residentBefore: 0,
      idleCpu: 0,
    })),
  );
}

/** What touchline sends for a goal: the others send the same. */
async function oneMessage(server: Child, path: string): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.ready.port}${path}`);
  const message = new Promise<string>((resolve, reject) => {
    socket.onerror = () => reject(new Error('no socket'));
    socket.onmessage = ({ data }) => {
      if (String(data).includes('"score_update"')) resolve(String(data));
      else void server.ask({ do: 'publish' });
    };
  });
  const text = await message;
  socket.close();
  return text;
}

const opening = ({ server, path, greeting }: Contender, count: number): SocketsOrder => ({
  do: 'open',
  count,
  port: Number(server.ready.port),
  path,
  ...(greeting === undefined ? {} : { greeting }),
});

const order = <Answer>({ clients }: Contender, what: SocketsOrder): Promise<Answer> =>
  clients.ask<Answer>(what);

async function warmUp(each: Contender, pace: Pace): Promise<void> {
  await order(each, opening(each, WARM_UP));
  await publish(each, pace);
  await order(each, { do: 'close', count: WARM_UP });
  each.residentBefore = await settled(each, pace);
}

/** Resident memory once garbage is collected and freed pages have gone back. */
async function settled({ server }: Contender, { settleMs }: Pace): Promise<number> {
  await server.ask({ do: 'settle' });
  await Bun.sleep(settleMs);
  await server.ask({ do: 'settle' });
  await Bun.sleep(200);
  return residentOf(server.pid);
}

async function publish(each: Contender, { messages, perSecond }: Pace): Promise<Received> {
  const published: Published[] = [];
  for (let message = 0; message < messages; message++) {
    published.push(await each.server.ask<Published>({ do: 'publish' }));
    await Bun.sleep(1_000 / perSecond);
  }
  return order<Received>(each, { do: 'await', published });
}

async function measureIdle(contenders: readonly Contender[], { idleMs }: Pace): Promise<void> {
  const begun = performance.now();
  const before = contenders.map(({ server }) => cpuOf(server.pid));
  await Bun.sleep(idleMs);
  const span = performance.now() - begun;
  for (const [at, each] of contenders.entries()) {
    each.idleCpu = Math.max(0, cpuOf(each.server.pid) - (before[at] ?? 0)) / span;
  }
}

async function measure(each: Contender, pace: Pace): Promise<void> {
  const before = cpuOf(each.server.pid);
  const begun = performance.now();
  const { deliveries, p50, p99 } = await publish(each, pace);
  const idle = each.idleCpu * (performance.now() - begun);
  each.cpu.push(((cpuOf(each.server.pid) - before - idle) * 1_000) / deliveries);
  each.p50.push(p50);
  each.p99.push(p99);
}

async function showIdle(report: Report, contenders: Contender[], size: number, pace: Pace): Promise<void> {
  const perConnection = new Map<string, number>();
  for (const each of contenders) {
    const bytes = (await settled(each, pace)) - each.residentBefore;
    perConnection.set(each.name, bytes / size / 1024);
  }
  report.note(`${size.toLocaleString('en-US')} idle connections after garbage collection.`);
  report.table([
    ['server', 'KiB resident a connection'],
    ...contenders.map(({ name }) => [name, perConnection.get(name) ?? Number.NaN]),
  ]);
  const measured = ((perConnection.get('touchline') ?? Number.NaN) * 1024) / 1_000;
  report.goal({ what: 'resident an idle connection', measured, unit: 'KB', atMost: 20 });
}

function showFanout(report: Report, contenders: readonly Contender[], size: number): void {
  const cpu = (name: string) => median(contenders.find((each) => each.name === name)?.cpu ?? []);
  const own = cpu('touchline');
  report.note(`${size.toLocaleString('en-US')} sockets on one match.`);
  report.table([
    [
      'server',
      'CPU µs a delivery',
      'touchline × it',
      'publish → receive p50 ms',
      'p99 ms',
      'idle % of a core',
    ],
    ...contenders.map(({ name, p50, p99, idleCpu }) => [
      name,
      cpu(name),
      own / cpu(name),
      median(p50),
      median(p99),
      idleCpu * 100,
    ]),
  ]);
  const sockets = `${size.toLocaleString('en-US')} sockets: CPU a delivery`;
  report.goal({
    what: `${sockets} × bare loop`,
    measured: own / cpu('bare Bun loop'),
    unit: '×',
    atMost: 1.15,
  });
  report.goal({
    what: `${sockets} × Socket.IO`,
    measured: own / cpu('Socket.IO on Node'),
    unit: '×',
    atMost: 0.45,
  });
}

await run(async ({ short, strict }) => {
  const report = new Report('Fan-out');
  const folder = mkdtempSync(join(tmpdir(), 'touchline-bench-'));
  const pace: Pace = short
    ? { sizes: [2_000], rounds: 3, messages: 8, perSecond: 8, settleMs: 500, idleMs: 3_000 }
    : { sizes: [2_000, 5_000], rounds: 9, messages: 20, perSecond: 5, settleMs: 4_000, idleMs: 15_000 };
  try {
    return await compare(report, folder, pace, strict);
  } finally {
    await stopChildren();
    rmSync(folder, { recursive: true, force: true });
  }
});
