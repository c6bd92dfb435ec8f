/**
 * Fair prices from several bookmakers', through the functions that serve:
 * bun run eval:odds --in FILE… --prices pre|close --out OUT.jsonl
 * bun run eval:odds --vectors FILE
 * bun run eval:odds --fuzz COUNT [--seed N]
 * One fair price a line to OUT, the figures as JSON to standard output.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { evaluate } from './odds/evaluation.ts';
import { fuzz } from './odds/fuzz.ts';
import { booksOf, type Moment, readGames } from './odds/games.ts';
import { speedOn } from './odds/speed.ts';
import { checkVectors } from './odds/vectors.ts';

const USAGE =
  'usage: bun run eval:odds [--in FILE… --prices pre|close --out OUT.jsonl] [--vectors FILE] [--fuzz COUNT --seed N]';

interface Arguments {
  readonly files: readonly string[];
  readonly prices: Moment;
  readonly out: string | undefined;
  readonly vectors: string | undefined;
  readonly markets: number;
  readonly seed: number;
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      in: { type: 'string', multiple: true },
      prices: { type: 'string', default: 'close' },
      out: { type: 'string' },
      vectors: { type: 'string' },
      fuzz: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
    },
  });
  // `--in a b c`: the option takes the first file, the others stand alone.
  const files = [...(values.in ?? []), ...positionals];
  const { prices, out, vectors } = values;
  const markets = Number(values.fuzz);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(markets) || markets < 0 || !Number.isSafeInteger(seed))
    throw new Error(`--fuzz and --seed take whole numbers\n${USAGE}`);
  if (files.length === 0 && vectors === undefined && markets === 0)
    throw new Error(`nothing to read\n${USAGE}`);
  if (prices !== 'pre' && prices !== 'close') throw new Error(`--prices takes pre or close\n${USAGE}`);
  return { files, prices, out, vectors, markets, seed };
}

try {
  const { files, prices, out, vectors, markets, seed } = readArguments();
  const summary: Record<string, unknown> = {};
  if (vectors !== undefined) summary.vectors = checkVectors(vectors);
  if (markets > 0) summary.fuzz = fuzz(markets, seed);
  if (files.length > 0) {
    const games = readGames(files);
    const { lines, summary: figures } = evaluate(games, prices);
    if (out !== undefined) writeFileSync(out, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const priced = games
      .map((game) => booksOf(game, prices))
      .filter((books) => Object.keys(books).length > 0);
    Object.assign(summary, { prices, ...figures, speed: speedOn(priced) });
  }
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
