/**
 * Which events of several sources are one match, through the functions that serve:
 * bun run eval:matching --events FILE… [--seed N] [--aliases none|shipped] --links OUT.jsonl
 * One link a line to OUT, a summary as JSON to standard output.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readPool } from './matching/pool.ts';
import { type AliasMode, runPool } from './matching/run-pool.ts';

const USAGE =
  'usage: bun run eval:matching --events FILE… [--seed N] [--aliases none|shipped] --links OUT.jsonl';

interface Arguments {
  readonly files: readonly string[];
  readonly seed: number;
  readonly aliases: AliasMode;
  readonly out: string | undefined;
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      events: { type: 'string', multiple: true },
      seed: { type: 'string', default: '1' },
      aliases: { type: 'string', default: 'shipped' },
      links: { type: 'string' },
    },
  });
  // `--events a b c`: the option takes the first file, the others stand alone.
  const files = [...(values.events ?? []), ...positionals];
  const seed = Number(values.seed);
  const { aliases, links: out } = values;
  if (files.length === 0) throw new Error(`no events to match\n${USAGE}`);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number\n${USAGE}`);
  if (aliases !== 'none' && aliases !== 'shipped')
    throw new Error(`--aliases takes none or shipped\n${USAGE}`);
  return { files, seed, aliases, out };
}

try {
  const { files, seed, aliases, out } = readArguments();
  const { links, summary } = runPool(readPool(files), seed, aliases);
  if (out !== undefined) writeFileSync(out, links.map((link) => `${JSON.stringify(link)}\n`).join(''));
  process.stdout.write(`${JSON.stringify({ seed, aliases, ...summary }, null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
