import { seconds } from '../../src/domain/time.ts';
import { LatestChangeWins, LatestWins, Majority } from './baselines.ts';
import { Dice } from './dice.ts';
import { verdictOn } from './goals.ts';
import type { Merger } from './merger.ts';
import { type Figures, Metrics } from './metrics.ts';
import type { SimulateOptions } from './options.ts';
import { isWorthALine, Replay } from './replay.ts';
import type { Report } from './report.ts';
import { correctionLine, tickLine } from './report-lines.ts';
import { timing } from './run-replay.ts';
import { ServingMerger } from './serving-merger.ts';
import { arrivals, makeWorld, type World, without } from './world.ts';

// Leaving each provider out takes as many runs; a part of the matches tells enough.
const MATCHES_WITHOUT = 150;
const MATCHES_SHUFFLED = 20;

/** Simulates a world, merges what is told of it in every way there is, and answers how each fares. */
export async function runSimulation(options: SimulateOptions): Promise<object> {
  const world = makeWorld(options);
  const merger = new ServingMerger();
  const figures = await compare(
    world,
    [merger, new LatestWins(), new LatestChangeWins(), new Majority()],
    options,
  );
  const own = figures.touchline as Figures;
  const rest = options.short ? {} : slowFigures(world, options);
  const microsecondsPerMerge = timing(merger);
  return {
    world: described(world, options),
    ...figures,
    microsecondsPerMerge,
    ...rest,
    goals: verdictOn(own, microsecondsPerMerge.p99, rest),
  };
}

async function compare(
  world: World,
  mergers: readonly Merger[],
  { tick, out, keep }: SimulateOptions,
): Promise<Record<string, Figures>> {
  const writer = out === undefined ? undefined : Bun.file(out).writer();
  const kept = keep === undefined ? undefined : Bun.file(keep).writer();
  const runs = mergers.map((merger, at) => {
    const metrics = new Metrics(world.matches, tick);
    const replay = new Replay(merger, tick, {
      reports: (reports) => {
        for (const report of reports) metrics.report(report);
      },
      tick: (matchId, now, shown) => {
        metrics.tick(matchId, now, shown);
        if (at === 0 && isWorthALine(shown)) writer?.write(tickLine(matchId, now, shown));
      },
      correction: (correction) => {
        metrics.correction(correction);
        if (at === 0) writer?.write(correctionLine(correction));
      },
    });
    return { name: merger.name, metrics, replay };
  });
  for (const report of arrivals(world)) {
    kept?.write(`${JSON.stringify(report)}\n`);
    for (const { replay } of runs) replay.add(report);
  }
  for (const { replay } of runs) replay.end();
  await writer?.end();
  await kept?.end();
  return Object.fromEntries(runs.map(({ name, metrics }) => [name, metrics.figures()]));
}

export interface SlowFigures {
  /** Wrong seconds per match with all providers, and without each. */
  readonly leaveOneOut?: {
    readonly all: number;
    readonly without: Readonly<Record<string, number>>;
    /** What is left when all merge perfectly: nobody has told it yet. */
    readonly floor: Readonly<Record<string, number>>;
    readonly worstRatio: number;
  };
  readonly sameInAnyOrder?: boolean;
}

function slowFigures(world: World, { tick }: SimulateOptions): SlowFigures {
  const part = { ...world, matches: world.matches.slice(0, MATCHES_WITHOUT) };
  const measured = (each: World): Figures => {
    const metrics = new Metrics(each.matches, tick);
    play(arrivals(each), tick, metrics);
    return metrics.figures();
  };
  const all = measured(part);
  const each = part.model.sources.map(({ id }) => [id, measured(without(part, id))] as const);
  const worst = Math.max(...each.map(([, figures]) => figures.wrongSecondsPerMatch));
  const few = [...arrivals({ ...world, matches: world.matches.slice(0, MATCHES_SHUFFLED) })].map(coarse);
  return {
    leaveOneOut: {
      all: all.wrongSecondsPerMatch,
      without: Object.fromEntries(each.map(([id, figures]) => [id, figures.wrongSecondsPerMatch])),
      floor: Object.fromEntries(each.map(([id, figures]) => [id, figures.untoldSecondsPerMatch])),
      worstRatio: Number((worst / all.wrongSecondsPerMatch).toFixed(2)),
    },
    sameInAnyOrder: linesOf(few, tick) === linesOf(shuffled(few, world.seed), tick),
  };
}

function play(reports: Iterable<Report>, tick: number, metrics: Metrics): void {
  const replay = new Replay(new ServingMerger(), tick, {
    reports: (some) => {
      for (const report of some) metrics.report(report);
    },
    tick: (matchId, at, shown) => metrics.tick(matchId, at, shown),
    correction: (correction) => metrics.correction(correction),
  });
  for (const report of reports) replay.add(report);
  replay.end();
}

/** All that is written of the reports. */
export function linesOf(reports: Iterable<Report>, tick: number): string {
  const lines: string[] = [];
  const replay = new Replay(new ServingMerger(), tick, {
    tick: (matchId, at, shown) => lines.push(tickLine(matchId, at, shown)),
    correction: (correction) => lines.push(correctionLine(correction)),
  });
  for (const report of reports) replay.add(report);
  replay.end();
  return lines.join('');
}

/** To the second, so that many come at once. */
export const coarse = (report: Report): Report => ({
  ...report,
  at: Math.ceil(report.at / seconds(1)) * seconds(1),
});

/** The reports of each instant in another order, many of them twice. */
export function shuffled(reports: readonly Report[], seed: number): Report[] {
  const dice = new Dice(seed, 'shuffle');
  return reports
    .flatMap((report) => (dice.is(0.3) ? [report, report] : [report]))
    .map((report) => ({ report, order: dice.next() }))
    .sort((a, b) => a.report.at - b.report.at || a.order - b.order)
    .map(({ report }) => report);
}

const described = ({ matches, model }: World, { seed, scenario }: SimulateOptions) => ({
  seed,
  scenario,
  matches: matches.length,
  providers: model.sources.map(({ id, class: latency, missed, wrongSide, swapped, stuck, copies }) => ({
    id,
    class: latency,
    missed: percent(missed),
    wrongSide: percent(wrongSide),
    swapped: percent(swapped),
    stuck: percent(stuck),
    ...(copies && { copies: copies.id }),
  })),
});

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
