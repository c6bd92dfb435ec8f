/** How long one observation takes into a view, and a large body from its bytes into 400 of them. */
import type { OddsShape } from './odds-body.ts';
import { oddsPoll } from './odds-poll.ts';
import { oneObservation } from './one-observation.ts';
import { Report } from './report.ts';
import { run } from './run.ts';

await run(async ({ short, strict }) => {
  const report = new Report('Merging');
  report.note(
    'Times are our own: while this thread waits for a core that other processes use, the clock stands still.',
  );

  const single = await oneObservation(short ? 40 : 150);
  report.note('One observation at a time through the whole road into a MemoryLiveStore, in µs.');
  report.table([
    ['one observation', 'count', 'views changed', 'p50', 'p99', 'mean, garbage included'],
    ...single.map(({ what, count, changed, p50, p99, perObservation }) => [
      what,
      count,
      changed,
      p50,
      p99,
      perObservation,
    ]),
  ]);
  for (const { what, p50 } of single) report.goal({ what, measured: p50, unit: 'µs', atMost: 20 });

  const shapes: OddsShape[] = [
    { matches: 400, bookmakers: 20, markets: ['h2h'] },
    { matches: 400, bookmakers: 20, markets: ['h2h', 'spreads', 'totals'] },
  ];
  for (const shape of shapes) {
    const name = `${shape.matches} matches × ${shape.bookmakers} bookmakers, ${shape.markets.join('+')}`;
    const found = await oddsPoll(shape, short ? 5 : 21);
    report.note(`A body of The Odds API, ${name}: ${(found.bytes / 1e6).toFixed(2)} MB, in ms.`);
    report.table([
      [
        'from the request to committed views',
        'total',
        'of it request to statements',
        'longest hold',
        '× naive',
      ],
      ...[
        ['recognised among known matches', found.recognised] as const,
        ['linked already, prices moved', found.again] as const,
        ['naive: parse and loop', found.naive] as const,
      ].map(([what, { total, polled, longestHold }]) => [
        what,
        total,
        polled,
        longestHold,
        total / found.naive.total,
      ]),
      ['the first of the process', found.cold, '', found.coldHold, ''],
    ]);
    if (shape.markets.length > 1) continue;
    report.goal({ what: `${name}, recognised`, measured: found.recognised.total, unit: 'ms', atMost: 50 });
    report.goal({ what: `${name}, prices moved`, measured: found.again.total, unit: 'ms', atMost: 50 });
    const longest = Math.max(found.recognised.longestHold, found.again.longestHold);
    report.goal({ what: 'longest hold of the event loop', measured: longest, unit: 'ms', atMost: 10 });
  }
  return report.end(strict);
});
