import { readFileSync } from 'node:fs';
import { type ProviderId, providerId } from '../../src/domain/ids.ts';
import type { MatchReference, StartPrecision } from '../../src/domain/match.ts';
import type { SportId } from '../../src/domain/sports/index.ts';
import { type EpochMs, epochMs } from '../../src/domain/time.ts';

/** One event of a pool, as a provider would have told us of it. Scores, seasons and the like are not read. */
export interface PoolEvent {
  readonly id: string;
  readonly source: ProviderId;
  readonly reference: MatchReference;
  /** Stands for no match that another source speaks of. */
  readonly isDecoy: boolean;
}

export interface TruePair {
  readonly a: string;
  readonly b: string;
  /** Why the pair is out of the ordinary. */
  readonly flag?: string;
}

export interface Pool {
  readonly events: readonly PoolEvent[];
  readonly truth: readonly TruePair[];
}

interface EventText {
  readonly source: string;
  readonly sport: SportId;
  readonly league: string;
  readonly id: string;
  readonly home: string;
  readonly away: string;
  readonly kickoff: string;
  readonly precision: StartPrecision;
  readonly decoy_of?: string;
}

interface PoolText {
  readonly events: readonly EventText[];
  readonly truth?: readonly TruePair[];
}

/** Reads files of the evaluation format into one pool; throws with the file's name when one cannot be read. */
export function readPool(files: readonly string[]): Pool {
  const events: PoolEvent[] = [];
  const truth: TruePair[] = [];
  for (const file of files) {
    const text = parse(file);
    for (const event of text.events) events.push(poolEvent(event));
    truth.push(...(text.truth ?? []));
  }
  return { events, truth };
}

function parse(file: string): PoolText {
  try {
    const text: PoolText = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(text.events)) throw new Error('it has no `events`');
    return text;
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** An event of the format as what a provider says: the source's own id, names, league and start, and nothing else. */
export function poolEvent(text: EventText): PoolEvent {
  const { source, sport, league, id, home, away, kickoff, precision } = text;
  return {
    id,
    source: providerId(source),
    isDecoy: text.decoy_of !== undefined || source === 'decoy',
    reference: {
      externalId: id,
      sport,
      leagueName: league,
      competitors: { home: { name: home }, away: { name: away } },
      startsAt: startOf(kickoff, precision, id),
      startPrecision: precision,
    },
  };
}

function startOf(kickoff: string, precision: StartPrecision, id: string): EpochMs {
  const at = Date.parse(precision === 'minute' ? kickoff : `${kickoff.slice(0, 10)}T00:00Z`);
  if (!Number.isFinite(at)) throw new Error(`${id}: ${JSON.stringify(kickoff)} is not a time`);
  return epochMs(at);
}
