/**
 * How live reports are merged, measured. `--reports IN.jsonl --tick 2000 --out OUT.jsonl` merges what is in a file;
 * `--simulate --timelines DIR --seed N` tells of real timelines with faults, and compares what is shown with the truth.
 */
import { readOptions } from './live/options.ts';
import { runReplay } from './live/run-replay.ts';
import { runSimulation } from './live/run-simulation.ts';

try {
  const options = readOptions(process.argv.slice(2));
  const summary = options.kind === 'replay' ? await runReplay(options) : await runSimulation(options);
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
