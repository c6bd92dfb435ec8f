import { providerId } from '../src/domain/ids.ts';
import { type Observation, observe } from '../src/domain/observation.ts';
import { epochMs } from '../src/domain/time.ts';
import { systemClock } from '../src/platform/system-clock.ts';
import type { RunningProvider } from '../src/ports/running-provider.ts';
import { buildProviders } from '../src/providers/build-providers.ts';
import { theOddsApi } from '../src/providers/the-odds-api/index.ts';
import { startChild } from './child.ts';
import { LoopProbe } from './loop-probe.ts';
import { naiveViews } from './naive-views.ts';
import { fixtures, type OddsShape } from './odds-body.ts';
import { ownTime } from './own-time.ts';
import { quietRoad } from './quiet-road.ts';
import { median } from './statistics.ts';

/** Times in milliseconds, medians over the rounds; the longest hold is that of the worst round. */
export interface OddsPoll {
  readonly bytes: number;
  /** The very first body of the process, before anything was compiled. */
  readonly cold: number;
  readonly coldHold: number;
  /** Matches known from another provider under other names: each has to be recognised. */
  readonly recognised: Spans;
  /** The next polls: linked already, every price moved. */
  readonly again: Spans;
  /** The same bodies by `JSON.parse` and a plain loop that trusts them. */
  readonly naive: Spans;
}

export interface Spans {
  readonly total: number;
  readonly longestHold: number;
  /** From the request to the decoded statements. */
  readonly polled: number;
}

interface Span {
  readonly total: number;
  readonly hold: number;
  readonly polled: number;
}

/** A whole body of The Odds API, from the request over a loopback socket to the committed views. */
export async function oddsPoll(shape: OddsShape, rounds: number): Promise<OddsPoll> {
  const from = Math.ceil(systemClock.now() / 3_600_000) * 3_600_000;
  const server = await startChild([
    process.execPath,
    `${import.meta.dir}/servers/odds.ts`,
    JSON.stringify({ ...shape, from, turns: 8 }),
  ]);
  const baseUrl = `http://127.0.0.1:${server.ready.port}`;
  const providers = buildProviders({
    definitions: [theOddsApi],
    enabled: new Map([
      [theOddsApi.id, { key: 'bench', baseUrl, sports: 'epl', regions: 'uk', markets: shape.markets.join() }],
    ]),
    disabled: new Map(),
    clock: systemClock,
    userAgent: 'touchline/bench',
  });
  const [provider] = providers.running;
  if (provider === undefined) throw new Error('there is no provider');

  const steady = await quietRoad();
  await steady.ingest.accept(otherProvider(shape, from));
  const first = await ours(provider, steady.ingest);
  const spans = { recognised: [] as Span[], again: [] as Span[], naive: [] as Span[] };
  // The first rounds are for the compiler.
  for (let round = -2; round < rounds; round++) {
    const fresh = await quietRoad();
    await fresh.ingest.accept(otherProvider(shape, from));
    const recognised = await ours(provider, fresh.ingest);
    const matches = [...fresh.live.views()].length;
    if (matches !== shape.matches) throw new Error(`${matches} matches of ${shape.matches}`);
    await fresh.ingest.stop();
    const again = await ours(provider, steady.ingest);
    const naive = await naively(baseUrl);
    if (round < 0) continue;
    spans.recognised.push(recognised);
    spans.again.push(again);
    spans.naive.push(naive);
  }
  await steady.ingest.stop();
  await providers.close();
  await server.stop();
  return {
    bytes: Number(server.ready.bytes),
    cold: first.total,
    coldHold: first.hold,
    recognised: joined(spans.recognised),
    again: joined(spans.again),
    naive: joined(spans.naive),
  };
}

const joined = (spans: readonly Span[]): Spans => ({
  total: median(spans.map(({ total }) => total)),
  polled: median(spans.map(({ polled }) => polled)),
  longestHold: Math.max(...spans.map(({ hold }) => hold)),
});

async function ours(
  provider: RunningProvider,
  ingest: Awaited<ReturnType<typeof quietRoad>>['ingest'],
): Promise<Span> {
  const target = provider.targets().find(({ kind }) => kind === 'markets');
  if (target === undefined) throw new Error('there is no target');
  return watched(async (polled) => {
    const answer = await provider.poll(target, AbortSignal.timeout(30_000));
    polled();
    if (answer.dropped.length > 0) throw new Error(`dropped: ${answer.dropped[0]?.why}`);
    const { requestedAt, receivedAt } = answer;
    await ingest.accept(
      observe(answer.statements, { provider: provider.definition.id, requestedAt, receivedAt }),
    );
  });
}

const naively = (baseUrl: string): Promise<Span> =>
  watched(async (polled) => {
    const response = await fetch(baseUrl);
    const text = await response.text();
    polled();
    naiveViews(text);
  });

async function watched(work: (polled: () => void) => Promise<void>): Promise<Span> {
  // What earlier rounds left behind is not this one's.
  Bun.gc(true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const probe = new LoopProbe();
  const begun = ownTime();
  let polledAt = begun;
  probe.start();
  await work(() => {
    polledAt = ownTime();
  });
  const ended = ownTime();
  return { total: ended - begun, polled: polledAt - begun, hold: probe.stop() };
}

/** The same matches as a provider of scores names them. */
function otherProvider(shape: OddsShape, from: number): Observation[] {
  const now = systemClock.now();
  return fixtures(shape.matches, from).map(({ id, home, away, startsAt }) => ({
    provider: providerId('scores'),
    requestedAt: now,
    receivedAt: now,
    match: {
      externalId: `s-${id}`,
      sport: 'soccer',
      league: 'epl',
      competitors: { home: { name: `${home} FC` }, away: { name: `AFC ${away}` } },
      startsAt: epochMs(Date.parse(startsAt)),
      startPrecision: 'minute',
    },
    score: { status: 'scheduled' },
  }));
}
