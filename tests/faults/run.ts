/**
 * The push side under faults: real processes, a real Postgres with fsync, a real Redis, loopback only. Prints what became
 * of the events of each fault, and exits with 1 unless nothing was lost and nothing came twice (docs/faults.md).
 * `--short` for CI, `--seed <number>` for the same moments again, `--only <fault>` for one of them.
 */
import { parseArgs } from 'node:util';
import { ensureRedis } from '../../scripts/ensure-redis.ts';
import { seeded } from '../contracts/seeded.ts';
import { endServers } from '../support/server-process.ts';
import { hostile } from './hostile.ts';
import { kills } from './kills.ts';
import { isGood, type Outcome, outcomeTable } from './outcome.ts';
import { poison } from './poison.ts';
import { postgresAway } from './postgres-away.ts';
import { redisAway } from './redis-away.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
});

const { short } = values;
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
/** Faults at a time: most of their time is waiting. */
const LANES = 2;
const awayFor = short ? 4 : 30;

const FAULTS: Readonly<Record<string, () => Promise<Outcome>>> = {
  kills: () => kills(short ? 3 : 20, seeded(seed)),
  postgres: () => postgresAway(awayFor),
  redis: () => redisAway(awayFor),
  poison,
  hostile,
};

async function main(): Promise<number> {
  const { command, libraries } = await ensureRedis();
  process.env.TOUCHLINE_REDIS_SERVER = command;
  if (libraries) process.env.TOUCHLINE_REDIS_LIBRARIES = libraries;
  console.log(`seed ${seed}`);
  const waiting = Object.entries(FAULTS).filter(
    ([name]) => values.only === undefined || values.only === name,
  );
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) outcomes.push(await told(next[1]));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  console.log(`\n${outcomeTable(outcomes)}`);
  return outcomes.length > 0 && outcomes.every(isGood) ? 0 : 1;
}

async function told(fault: () => Promise<Outcome>): Promise<Outcome> {
  const begun = performance.now();
  const outcome = await fault();
  const took = ((performance.now() - begun) / 1_000).toFixed(1);
  const lines = [...outcome.notes, ...outcome.faults.map((one) => `BAD: ${one}`)];
  console.log(`\n${outcome.fault} (${took} s)\n${lines.map((line) => `  ${line}`).join('\n')}`);
  return outcome;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endServers().finally(() => process.exit(1)));
let code = 1;
try {
  code = await main();
} catch (error) {
  console.error(error);
}
await endServers();
process.exit(code);
