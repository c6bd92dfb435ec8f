/** Cached reads with every middleware on, side by side with bare servers and with the same look-up on Node. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, cpuOf, startChild, stopChildren } from './child.ts';
import type { HttpLoad, HttpLoaded } from './load/http.ts';
import { Report } from './report.ts';
import { sceneOf } from './rest-scene.ts';
import { run } from './run.ts';
import { median } from './statistics.ts';

const CONNECTIONS = 32;
const DEPTH = 1;

interface Contender {
  readonly name: string;
  readonly server: Child;
  readonly load: Pick<HttpLoad, 'path' | 'headers'>;
  readonly status: string;
  /** Requests a round, so that rounds take about the same time. */
  count: number;
  readonly perSecond: number[];
  readonly cpu: number[];
}

async function compare(
  report: Report,
  folder: string,
  rounds: number,
  roundMs: number,
  strict: boolean,
): Promise<number> {
  const here = import.meta.dir;
  const bun = (file: string, ...more: string[]) =>
    startChild([process.execPath, join(here, file), ...more], { DATA_DIR: join(folder, 'data') });
  const node = (file: string, scene: string) =>
    startChild(['node', join(here, 'rivals', file), scene], { NODE_ENV: 'production' });

  const touchline = await bun('servers/touchline.ts');
  const base = `http://127.0.0.1:${touchline.ready.port}`;
  const scene = await sceneOf(base, String(touchline.ready.matchId));
  const sceneFile = join(folder, 'scene.json');
  writeFileSync(sceneFile, JSON.stringify(scene));
  const rivals = [
    { name: 'touchline', server: touchline },
    { name: 'bare Fastify on Bun', server: await bun('servers/bare-fastify.ts', sceneFile) },
    { name: 'bare Bun.serve', server: await bun('servers/bare-bun.ts', sceneFile) },
    { name: 'Express 5 on Node', server: await node('express.mjs', sceneFile) },
    { name: 'NestJS + Express on Node', server: await node('nest.mjs', sceneFile) },
  ];
  const generator = await bun('load/http.ts');
  report.note(
    `${CONNECTIONS} kept-alive connections, ${DEPTH} request under way on each; medians of ${rounds} rounds, taken in turns. ` +
      `Node ${process.env.NODE_VERSION ?? (await nodeVersion())}.`,
  );

  const reads = [
    { what: '`/api/scores/:id`', path: `/api/scores/${scene.matchId}`, bytes: scene.score.length },
    { what: '`/api/markets/:sport`', path: `/api/markets/${scene.sport}`, bytes: scene.markets.length },
  ];
  for (const { what, path, bytes } of reads) {
    const contenders: Contender[] = rivals.map(({ name, server }) => contender(name, server, { path }));
    const etag = (await fetch(base + path)).headers.get('etag') ?? '';
    const headers = { 'if-none-match': etag };
    contenders.splice(1, 0, contender('touchline, 304', touchline, { path, headers }, '304'));
    for (const each of contenders) await calibrate(generator, each, roundMs);
    for (let round = 0; round < rounds; round++) {
      for (const each of contenders) await measure(generator, each);
    }
    show(report, what, bytes, contenders);
  }
  return report.end(strict);
}

function contender(name: string, server: Child, load: Contender['load'], status = '200'): Contender {
  return { name, server, load, status, count: 2_000, perSecond: [], cpu: [] };
}

/** Warms the server up, and finds how many requests a round is. */
async function calibrate(generator: Child, each: Contender, roundMs: number): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const { ms } = await loaded(generator, each);
    each.count = Math.max(500, Math.round((each.count * roundMs) / ms / 500) * 500);
  }
}

async function measure(generator: Child, each: Contender): Promise<void> {
  const before = cpuOf(each.server.pid);
  const { ms } = await loaded(generator, each);
  each.cpu.push(((cpuOf(each.server.pid) - before) * 1_000) / each.count);
  each.perSecond.push((each.count / ms) * 1_000);
}

async function loaded(
  generator: Child,
  { server, load, count, status, name }: Contender,
): Promise<HttpLoaded> {
  const result = await generator.ask<HttpLoaded>({
    ...load,
    port: Number(server.ready.port),
    connections: CONNECTIONS,
    depth: DEPTH,
    requests: count,
  } satisfies HttpLoad);
  // The very document may change under a tag in the middle of a round; then a few full answers are in order.
  const good = result.statuses[status] ?? 0;
  if (good < count * 0.9) throw new Error(`${name} answered ${JSON.stringify(result.statuses)}`);
  return result;
}

function show(report: Report, what: string, bytes: number, contenders: readonly Contender[]): void {
  const cpu = (name: string) => median(contenders.find((each) => each.name === name)?.cpu ?? []);
  const own = cpu('touchline');
  report.note(`${what}, ${bytes.toLocaleString('en-US')} bytes.`);
  report.table([
    ['server', 'requests/s', 'CPU µs a request', 'CPU × touchline'],
    ...contenders.map((each) => [
      each.name,
      median(each.perSecond),
      median(each.cpu),
      median(each.cpu) / own,
    ]),
  ]);
  const times = (name: string) => cpu(name) / own;
  report.goal({
    what: `${what} × bare Fastify`,
    measured: times('bare Fastify on Bun'),
    unit: '×',
    atLeast: 0.85,
  });
  report.goal({ what: `${what} × Express 5`, measured: times('Express 5 on Node'), unit: '×', atLeast: 6 });
  report.goal({
    what: `${what} × NestJS`,
    measured: times('NestJS + Express on Node'),
    unit: '×',
    atLeast: 6,
  });
  report.goal({ what: `${what} 304 × 200`, measured: own / cpu('touchline, 304'), unit: '×', atLeast: 1 });
}

async function nodeVersion(): Promise<string> {
  return (await new Response(Bun.spawn(['node', '--version']).stdout).text()).trim();
}

await run(async ({ short, strict }) => {
  const report = new Report('Cached reads');
  const folder = mkdtempSync(join(tmpdir(), 'touchline-bench-'));
  try {
    return await compare(report, folder, short ? 3 : 9, short ? 400 : 1_500, strict);
  } finally {
    await stopChildren();
    rmSync(folder, { recursive: true, force: true });
  }
});
