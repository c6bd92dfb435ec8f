/** Resident memory of the server as it is started by everybody, under churn. Postgres has its own processes. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, residentOf, startChild, stopChildren } from './child.ts';
import { Report } from './report.ts';
import { run } from './run.ts';
import { quantile } from './statistics.ts';
import { type Sample, slopeOf } from './trend.ts';
import { Visitors } from './visitors.ts';

const MEGABYTE = 1_000_000;
const MINUTE = 60_000;
/** This share of the time is for warming up. */
const WARM_UP = 0.4;
/** Megabytes in ten minutes that count as flat: what a garbage collector leaves or takes by chance. */
const FLAT = 6;

interface Server {
  readonly name: string;
  readonly atMost: number;
  readonly child: Child;
  readonly visitors: Visitors;
  readonly samples: Sample[];
}

async function watch(report: Report, folder: string, minutes: number, strict: boolean): Promise<number> {
  const floor = await startChild([process.execPath, join(import.meta.dir, 'servers/idle-fastify.ts')]);
  const servers = [
    await start(folder, 'the simulated league', 12, 120),
    await start(folder, '1,000 live matches', 1_000, 150),
  ];
  report.note(
    `${minutes.toFixed(1)} minutes at ten times life, with readers and sockets that come and go. MB of 10⁶ bytes.`,
  );
  const begun = performance.now();
  const every = minutes > 5 ? 2_000 : 500;
  for (let at = 0; at < minutes * MINUTE; at = performance.now() - begun) {
    for (const { child, samples } of servers) {
      samples.push({ minute: at / MINUTE, value: residentOf(child.pid) / MEGABYTE });
    }
    await Bun.sleep(every);
  }

  const counts = await Promise.all(
    servers.map(async ({ child }) => {
      const base = String(child.ready.address);
      return { live: await countMatches(base, 'live'), known: await countMatches(base) };
    }),
  );
  const rows = servers.map(({ name, atMost, samples }, at) => {
    const warm = samples.filter(({ minute }) => minute >= minutes * WARM_UP);
    const values = warm.map(({ value }) => value);
    const slope = slopeOf(warm);
    report.goal({
      what: `resident with ${name}, median`,
      measured: quantile(values, 0.5),
      unit: 'MB',
      atMost,
    });
    if (minutes >= 5) {
      const growth = slope * 10;
      report.goal({ what: `growth in ten minutes with ${name}`, measured: growth, unit: 'MB', atMost: FLAT });
    }
    return [
      name,
      counts[at]?.live ?? Number.NaN,
      counts[at]?.known ?? Number.NaN,
      samples[0]?.value ?? Number.NaN,
      quantile(values, 0.5),
      Math.max(...values),
      slope,
    ] as const;
  });
  report.table([
    [
      'server',
      'in play',
      'matches known',
      'MB at the start',
      'median after warm-up',
      'most',
      'slope, MB a minute',
    ],
    ...rows,
    ['Fastify on Bun with nothing in it', '', '', '', residentOf(floor.pid) / MEGABYTE, '', ''],
  ]);
  for (const { name, visitors } of servers) {
    const unanswered = await visitors.stop();
    if (unanswered > 0) report.note(`${name}: ${unanswered} visits got no good answer in time.`);
  }
  return report.end(strict);
}

/** How many matches the server lists, all or those of one status. */
async function countMatches(base: string, status?: string): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '200', ...(status && { status }), ...(cursor && { cursor }) });
    const page = await fetch(`${base}/api/matches?${query}`);
    const { matches, nextCursor } = (await page.json()) as { matches: unknown[]; nextCursor: string | null };
    count += matches.length;
    cursor = nextCursor;
  }
  return count;
}

async function start(folder: string, name: string, matches: number, atMost: number): Promise<Server> {
  const count = String(matches);
  const child = await startChild(
    [process.execPath, join(import.meta.dir, '../dist/index.js')],
    {
      NODE_ENV: 'development',
      PORT: '0',
      DATA_DIR: join(folder, count),
      PROVIDERS: 'simulated',
      RATE_LIMIT_MAX: '1000000',
      SIMULATED_MATCHES: count,
      // As `bun start` and the image have it.
      BUN_JSC_forceRAMSize: '268435456',
    },
    (line) => typeof line.address === 'string',
  );
  return { name, atMost, child, visitors: new Visitors(String(child.ready.address)), samples: [] };
}

await run(async ({ short, strict, minutes }) => {
  const report = new Report('Resident memory');
  const folder = mkdtempSync(join(tmpdir(), 'touchline-bench-'));
  // Started as root, the embedded Postgres runs as nobody and has to get in.
  chmodSync(folder, 0o755);
  try {
    return await watch(report, folder, minutes ?? (short ? 0.5 : 10), strict);
  } finally {
    await stopChildren();
    rmSync(folder, { recursive: true, force: true });
  }
});
