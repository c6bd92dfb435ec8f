/**
 * Which events of several sources are one match, through the functions that serve:
 * bun run eval:matching --events FILE… [--seed N] [--aliases none|shipped] --links OUT.jsonl
 * One link a line to OUT, a summary as JSON to standard output.
 * bun run eval:matching --clubs FILE [--seed N]: leagues of the clubs of an alias list instead of events.
 * bun run eval:matching --short: the goals on invented seasons; fails when one is missed.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readPool } from './matching/pool.ts';
import { type AliasMode, runPool } from './matching/run-pool.ts';
import { crowdGoals, shortGoals } from './matching/short.ts';
import { listedPool } from './matching/synthetic/listed-clubs.ts';

const USAGE =
  'usage: bun run eval:matching --events FILE… [--seed N] [--aliases none|shipped] --links OUT.jsonl, or --clubs FILE, or --short';

interface Arguments {
  readonly files: readonly string[];
  readonly seed: number;
  readonly aliases: AliasMode;
  readonly out: string | undefined;
  readonly clubs: string | undefined;
  readonly isShort: boolean;
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      events: { type: 'string', multiple: true },
      seed: { type: 'string', default: '1' },
      aliases: { type: 'string', default: 'shipped' },
      links: { type: 'string' },
      clubs: { type: 'string' },
      short: { type: 'boolean', default: false },
    },
  });
  // `--events a b c`: the option takes the first file, the others stand alone.
  const files = [...(values.events ?? []), ...positionals];
  const seed = Number(values.seed);
  const { aliases, links: out } = values;
  if (files.length === 0 && !values.short && !values.clubs) throw new Error(`no events to match\n${USAGE}`);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number\n${USAGE}`);
  if (aliases !== 'none' && aliases !== 'shipped')
    throw new Error(`--aliases takes none or shipped\n${USAGE}`);
  return { files, seed, aliases, out, clubs: values.clubs, isShort: values.short };
}

function matchPool({ files, seed, aliases, out, clubs }: Arguments): void {
  const pool = clubs === undefined ? readPool(files) : listedPool(clubs, seed);
  const { links, summary } = runPool(pool, seed, aliases);
  if (out !== undefined) writeFileSync(out, links.map((link) => `${JSON.stringify(link)}\n`).join(''));
  print({ seed, aliases, ...summary });
}

function short(seed: number): void {
  const goals = [...shortGoals([seed, seed + 1, seed + 2]), ...crowdGoals(50_000, 20_000, seed)];
  print(goals);
  if (goals.some(({ isMet }) => !isMet)) process.exitCode = 1;
}

const print = (value: unknown): unknown => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

try {
  const given = readArguments();
  if (given.isShort) short(given.seed);
  else matchPool(given);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
