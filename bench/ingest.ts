/** Durable pushes: batched and one by one, what an answer and a live message take, side by side with an INSERT each. */
import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, residentOf, startChild, stopChildren } from './child.ts';
import type { EventKind, Pushed, PushesOrder } from './load/pushes.ts';
import { cpuOfTree } from './process-tree.ts';
import { Report } from './report.ts';
import { run } from './run.ts';
import { median } from './statistics.ts';

const SECRET = 'bench-9f2c61d07ab84e53b6d1f0a2c7e8945d';
const MEGABYTE = 1_000_000;
const PLENTY = '1000000000';
const BATCH = 500;
const PER_SECOND = 1_000;

interface Contender {
  readonly name: string;
  readonly server: Child;
  readonly port: number;
  readonly connections: number;
  readonly batch: number;
  readonly kind: EventKind;
  /** Requests a round, so that rounds take about the same time. */
  requests: number;
  readonly perSecond: number[];
  readonly cpu: number[];
}

interface Pace {
  readonly rounds: number;
  readonly roundMs: number;
  readonly pacedMs: number;
  readonly socketsEach: number;
}

async function compare(report: Report, folder: string, pace: Pace, strict: boolean): Promise<number> {
  const here = import.meta.dir;
  const touchline = await startChild(
    [process.execPath, join(here, '../src/index.ts')],
    {
      NODE_ENV: 'production',
      JWT_SECRET: SECRET,
      PORT: '0',
      DATA_DIR: join(folder, 'touchline'),
      PROVIDERS: 'the-odds-api',
      LOG_LEVEL: 'info',
      RATE_LIMIT_MAX: PLENTY,
      INGEST_RATE_LIMIT_MAX: PLENTY,
      WS_MAX_PER_ADDRESS: PLENTY,
    },
    (line) => typeof line.address === 'string',
  );
  const port = Number(new URL(String(touchline.ready.address)).port);
  const inserts = await startChild([process.execPath, join(here, 'servers/insert-fastify.ts')], {
    DATA_DIR: join(folder, 'inserts'),
  });
  const generator = await startChild([process.execPath, join(here, 'load/pushes.ts')]);
  const plain = { server: touchline, port };
  const bare = { server: inserts, port: Number(inserts.ready.port) };
  const contenders: Contender[] = [
    contender('touchline, batches of 500', { ...plain, connections: 8, batch: BATCH, kind: 'reading' }),
    contender('touchline, batches of 500, scores', { ...plain, connections: 8, batch: BATCH, kind: 'score' }),
    contender('touchline, one by one', { ...plain, connections: 64, batch: 1, kind: 'reading' }),
    contender('an INSERT each, bare Fastify', { ...bare, connections: 64, batch: 1, kind: 'reading' }),
  ];
  report.note(
    `Medians of ${pace.rounds} rounds, taken in turns; fsync on; the generator, the server and its Postgres share the processors.`,
  );
  for (const each of contenders) await calibrate(generator, each, pace.roundMs);
  const resident: number[] = [];
  for (let round = 0; round < pace.rounds; round++) {
    for (const each of contenders) await measure(generator, each);
    await Bun.sleep(500);
    resident.push(residentOf(touchline.pid) / MEGABYTE);
  }
  showRates(report, contenders);
  await showPace(report, generator, port, pace);
  showResident(report, resident);
  return report.end(strict);
}

function contender(
  name: string,
  rest: Pick<Contender, 'server' | 'port' | 'connections' | 'batch' | 'kind'>,
): Contender {
  return { name, ...rest, requests: rest.batch === 1 ? 500 : 20, perSecond: [], cpu: [] };
}

/** Warms the server up, and finds how many requests a round is. */
async function calibrate(generator: Child, each: Contender, roundMs: number): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const { ms } = await flooded(generator, each);
    each.requests = Math.max(each.connections, Math.round((each.requests * roundMs) / ms));
  }
}

async function measure(generator: Child, each: Contender): Promise<void> {
  const before = cpuOfTree(each.server.pid);
  const { ms } = await flooded(generator, each);
  const events = each.requests * each.batch;
  each.cpu.push(((cpuOfTree(each.server.pid) - before) * 1_000) / events);
  each.perSecond.push((events / ms) * 1_000);
}

async function flooded(generator: Child, { port, connections, batch, kind, requests, name }: Contender) {
  const order: PushesOrder = {
    do: 'flood',
    port,
    path: '/ingest',
    token: tokenOf(SECRET),
    connections,
    batch,
    kind,
    requests,
  };
  const pushed = await generator.ask<Pushed>(order);
  expectAll(pushed, requests, name);
  return pushed;
}

function expectAll({ statuses }: Pushed, requests: number, name: string): void {
  if (statuses[202] !== requests) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
}

function showRates(report: Report, contenders: readonly Contender[]): void {
  const rate = (at: number) => median(contenders[at]?.perSecond ?? []);
  const baseline = rate(3);
  const baselineCpu = median(contenders[3]?.cpu ?? []);
  report.table([
    ['server', 'events/s', '× an INSERT each', 'CPU µs an event, with Postgres', 'INSERT each × it'],
    ...contenders.map(({ name, perSecond, cpu }) => [
      name,
      median(perSecond),
      median(perSecond) / baseline,
      median(cpu),
      baselineCpu / median(cpu),
    ]),
  ]);
  report.goal({ what: 'batched', measured: rate(0), unit: 'events/s', atLeast: 30_000 });
  report.goal({ what: 'one by one', measured: rate(2), unit: 'events/s', atLeast: 6_000 });
  report.goal({ what: 'batched × an INSERT each', measured: rate(0) / baseline, unit: '×', atLeast: 4 });
}

async function showPace(report: Report, generator: Child, port: number, pace: Pace): Promise<void> {
  const spread: Pushed[] = [];
  for (let round = 0; round < 3; round++) {
    const requests = Math.round((pace.pacedMs / 1_000) * PER_SECOND);
    const pushed = await generator.ask<Pushed>({
      do: 'pace',
      port,
      path: '/ingest',
      token: tokenOf(SECRET),
      connections: 64,
      batch: 1,
      kind: 'comment',
      requests,
      perSecond: PER_SECOND,
      socketsEach: pace.socketsEach,
    } satisfies PushesOrder);
    expectAll(pushed, requests, 'touchline');
    if (pushed.message?.count !== requests * pace.socketsEach)
      throw new Error(`${pushed.message?.count} messages of ${requests * pace.socketsEach} arrived`);
    spread.push(pushed);
  }
  const of = (pick: (pushed: Pushed) => number | undefined) =>
    median(spread.map((pushed) => pick(pushed) ?? Number.NaN));
  const [answer, message] = [of(({ answer }) => answer?.p99), of(({ message }) => message?.p99)];
  report.note(
    `${PER_SECOND} requests a second, ${pace.socketsEach} sockets on each of 50 matches; medians of 3 runs.`,
  );
  report.table([
    ['from … to', 'p50 ms', 'p99 ms'],
    ['due → 202', of(({ answer }) => answer?.p50), answer],
    ['202 → message', of(({ message }) => message?.p50), message],
  ]);
  report.goal({ what: '202 p99', measured: answer, unit: 'ms', atMost: 15 });
  report.goal({ what: '202 → message p99', measured: message, unit: 'ms', atMost: 10 });
}

/** The second half of the rounds against the first. */
function showResident(report: Report, resident: readonly number[]): void {
  const half = resident.length >> 1;
  const growth = median(resident.slice(half)) - median(resident.slice(0, half));
  report.note(`Resident after each round, MB: ${resident.map((value) => value.toFixed(0)).join(' ')}`);
  report.goal({ what: 'resident, second half − first half', measured: growth, unit: 'MB', atMost: 15 });
}

function tokenOf(secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: 'touchline',
    aud: 'touchline-api',
    sub: 'bench',
    scope: 'ingest',
    iat: now,
    exp: now + 3_600,
  };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

await run(async ({ short, strict }) => {
  const report = new Report('Durable pushes');
  const folder = mkdtempSync(join(tmpdir(), 'touchline-bench-'));
  // Else the account that Postgres runs under could not enter, and its files would be put elsewhere, and stay there.
  chmodSync(folder, 0o755);
  const pace: Pace = short
    ? { rounds: 3, roundMs: 1_000, pacedMs: 3_000, socketsEach: 2 }
    : { rounds: 9, roundMs: 2_000, pacedMs: 10_000, socketsEach: 10 };
  try {
    return await compare(report, folder, pace, strict);
  } finally {
    await stopChildren();
    rmSync(folder, { recursive: true, force: true });
  }
});
