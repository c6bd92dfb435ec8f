/** Runs stored events through the aggregation again: docs/events.md, "Replay". */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { defaultPolicy } from '../src/aggregation/policy.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { loadConfig } from '../src/config/load.ts';
import { scoreDocument } from '../src/domain/documents.ts';
import { TouchlineError } from '../src/domain/errors.ts';
import { type MatchId, matchId } from '../src/domain/ids.ts';
import { type EpochMs, iso, parseInstant } from '../src/domain/time.ts';
import { Replay } from '../src/ingest/consumers/replay.ts';
import { allEvents, type MatchVerdict, replayMatch } from '../src/ingest/consumers/replay-match.ts';
import { builtInTypes } from '../src/ingest/events/built-in-types.ts';
import { declaredType } from '../src/ingest/events/declared-type.ts';
import { EventTypes } from '../src/ingest/events/event-types.ts';
import { INLET_SOURCE } from '../src/ingest/inlet.ts';
import { systemClock } from '../src/platform/system-clock.ts';
import { registry } from '../src/providers/registry.ts';
import { MemoryLiveStore } from '../src/stores/memory/memory-live-store.ts';
import { createPostgresEventLog } from '../src/stores/postgres/events/postgres-event-log.ts';
import { createPostgresHistory } from '../src/stores/postgres/postgres-history.ts';

const USAGE = `bun run replay (--match ID | --since INSTANT [--until INSTANT]) [--print] [--verify]

Runs stored events through types, matching and merging again, in an empty store of their own and by the clock of their
receipt, and prints the view each match ends with. Nothing that is served or kept is touched.
  --match ID       the events of one match
  --since INSTANT  the events received from then on (2026-01-03T15:00:00Z)    --until INSTANT  and before then
  --print          every change on the way, one a line, not only the last view
  --verify         compare with what history keeps, to the byte; exit code 1 when it differs

It reads the database that the server is configured with. An embedded one serves one process: stop the server first.`;

const PAGE = 1_000;

class Complaint extends Error {}

interface Wish {
  readonly match?: MatchId;
  readonly since?: EpochMs;
  readonly until?: EpochMs;
  readonly print: boolean;
  readonly verify: boolean;
}

function readWish(): Wish | 'help' {
  const { values } = parseArgs({
    options: {
      match: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      print: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { match, print, verify } = values;
  const since = instant('since', values.since);
  const until = instant('until', values.until);
  if ((match === undefined) === (since === undefined))
    throw new Complaint('one of --match and --since is needed');
  return {
    print,
    verify,
    ...(match !== undefined && { match: matchId(match) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function instant(name: string, text: string | undefined): EpochMs | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at === undefined)
    throw new Complaint(`--${name} is an instant with its zone, not ${JSON.stringify(text)}`);
  return at;
}

async function main(): Promise<number> {
  const wish = readWish();
  if (wish === 'help') {
    console.log(USAGE);
    return 0;
  }
  const config = loadConfig(process.env, registry);
  const log = pino({ level: 'silent' });
  const history = createPostgresHistory({
    target: config.database,
    clock: systemClock,
    log,
    retention: config.retention,
  });
  const eventLog = createPostgresEventLog({
    address: () => history.address(),
    clock: systemClock,
    log,
    ...config.events,
  });
  try {
    await history.start();
    await eventLog.start();
    return await replay(wish, history, eventLog, config.events.types.map(declaredType));
  } finally {
    await eventLog.stop();
    await history.stop();
  }
}

async function replay(
  wish: Wish,
  history: ReturnType<typeof createPostgresHistory>,
  log: ReturnType<typeof createPostgresEventLog>,
  declared: readonly ReturnType<typeof declaredType>[],
): Promise<number> {
  const { match, since, until, print, verify } = wish;
  const events = await allEvents(log, {
    limit: PAGE,
    ...(match !== undefined && { matchId: match }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  });
  const live = new MemoryLiveStore({ clock: systemClock, epoch: 'replay' });
  const reserved = [INLET_SOURCE, ...registry.map(({ id }) => id)];
  const types = new EventTypes([...builtInTypes, ...declared], live, reserved);
  const run = new Replay({ live, types, policy: defaultPolicy, matches: history });
  const sources = new Set(events.map(({ source }) => types.observerOf(source)));

  const verdicts = new Map<MatchId, MatchVerdict>();
  const byMatch = Map.groupBy(events, ({ matchId: id }) => id);
  for (const [id, some] of byMatch) {
    if (id === undefined) await run.run(some);
    else
      verdicts.set(
        id,
        await replayMatch(id, some, { replay: run, history, sources, ...(until !== undefined && { until }) }),
      );
  }
  if (print) {
    for (const { at, ...entry } of run.entries) console.log(JSON.stringify({ at: iso(at), ...entry }));
  } else if (!verify) {
    for (const view of live.views()) {
      const now = view.score?.updatedAt ?? view.match.createdAt;
      console.log(JSON.stringify({ ...scoreDocument(view, now), markets: view.markets }));
    }
  }
  console.error(JSON.stringify({ events: events.length, ...run.counts, changes: run.entries.length }));
  return verify ? report(verdicts) : 0;
}

function report(verdicts: ReadonlyMap<MatchId, MatchVerdict>): number {
  const counts = { same: 0, different: 0, mixed: 0, partial: 0 };
  let changes = 0;
  for (const [id, found] of verdicts) {
    counts[found.verdict] += 1;
    if (found.verdict === 'same') changes += found.changes;
    if (found.verdict !== 'different') continue;
    for (const { stream, index, kept, replayed } of found.differences) {
      console.error(`${id}: ${stream} differ from change ${index + 1} on`);
      console.error(`  kept      ${kept ?? '(nothing)'}`);
      console.error(`  replayed  ${replayed ?? '(nothing)'}`);
    }
  }
  console.error(JSON.stringify({ matches: counts, changesThatAreTheSame: changes }));
  return counts.different === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  const isTold =
    error instanceof Complaint || error instanceof ConfigError || error instanceof TouchlineError;
  console.error(isTold || error instanceof TypeError ? error.message : error);
  if (!(error instanceof TouchlineError)) console.error(`\n${USAGE}`);
  process.exit(2);
}
