import type { ReplayOptions } from './options.ts';
import { isWorthALine, Replay } from './replay.ts';
import { correctionLine, readReports, tickLine } from './report-lines.ts';
import { ServingMerger } from './serving-merger.ts';

/** Merges the reports of a file, writes a line per match and tick, and answers what it came to. */
export async function runReplay({ reports, tick, out }: ReplayOptions): Promise<object> {
  const merger = new ServingMerger();
  const writer = out === undefined ? undefined : Bun.file(out).writer();
  const matches = new Set<string>();
  let ticks = 0;
  let corrections = 0;
  const replay = new Replay(merger, tick, {
    tick: (matchId, at, shown) => {
      if (!isWorthALine(shown)) return;
      ticks++;
      writer?.write(tickLine(matchId, at, shown));
    },
    correction: (correction) => {
      corrections++;
      writer?.write(correctionLine(correction));
    },
  });
  let taken = 0;
  let refused = 0;
  for await (const report of readReports(reports)) {
    if (report === undefined) {
      refused++;
      continue;
    }
    taken++;
    matches.add(report.matchId);
    replay.add(report);
  }
  replay.end();
  await writer?.end();
  return {
    reports: taken,
    refused,
    matches: matches.size,
    ticks,
    corrections,
    microsecondsPerMerge: timing(merger),
  };
}

/** Median and 99th percentile of a merge. */
export const timing = ({ timing: all }: ServingMerger) => ({
  merges: all.count,
  p50: all.quantile(0.5),
  p99: all.quantile(0.99),
});
