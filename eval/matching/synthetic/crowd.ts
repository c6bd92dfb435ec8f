import { ownTime } from '../../../bench/own-time.ts';
import { epochMs, hours } from '../../../src/domain/time.ts';
import { AliasTable } from '../../../src/matching/alias-table.ts';
import { MatchIndex } from '../../../src/matching/match-index.ts';
import { newMatch } from '../../../src/matching/new-match.ts';
import { Chance } from '../chance.ts';
import { type PoolEvent, poolEvent } from '../pool.ts';
import { respell } from './spellings.ts';

const START =
  'Al Bar Cor Dam El Fos Gam Hel Ist Jor Kal Lor Mon Nar Ost Pel Quin Ros Sal Tor Ulm Val Wen Yel Zor'.split(
    ' ',
  );
const MIDDLE = 'an ber cas dor ev fal gor han in ka lem mar nov or pas rim sen tal um ver wis ya zen'.split(
  ' ',
);
const END = 'ton burg ville grad stadt by ia o es ow ham ford ein ar und'.split(' ');
const TYPES = 'United,City,Town,FC,SC,Rovers,Athletic,Sporting,Real,Union'.split(',');

export interface CrowdFigures {
  readonly matches: number;
  readonly resolved: number;
  readonly same: number;
  readonly wrong: number;
  readonly us: { readonly p50: number; readonly p99: number };
  /** Resident memory that the index of all these matches takes. */
  readonly megabytes: number;
}

/** How long one event of a second feed takes among so many live matches, and what is linked. */
export function crowd(matches: number, resolved: number, seed: number): CrowdFigures {
  const chance = new Chance(seed);
  const names = Array.from({ length: matches * 2 }, () => clubName(chance));
  const events = Array.from({ length: matches }, (_, n) => event('one', n, names, (name) => name));
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  const index = new MatchIndex({ aliases: new AliasTable([]) });
  for (const { source, reference } of events) index.add(newMatch(source, reference, epochMs(0)));
  Bun.gc(true);
  const megabytes = Math.round((process.memoryUsage().rss - before) / 1e6);

  const times: number[] = [];
  let same = 0;
  let wrong = 0;
  for (let n = 0; n < resolved; n++) {
    const at = chance.below(matches);
    const { source, reference } = event('two', at, names, (name) => respell(name, chance));
    const from = ownTime();
    const decision = index.resolve(source, reference);
    times.push((ownTime() - from) * 1e3);
    if (decision.kind !== 'same') continue;
    same++;
    if (index.get(decision.matchId)?.links[0]?.externalId !== `one:${at}`) wrong++;
  }
  times.sort((a, b) => a - b);
  const us = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return { matches, resolved, same, wrong, us: { p50: us(0.5), p99: us(0.99) }, megabytes };
}

function event(
  source: string,
  n: number,
  names: readonly string[],
  spell: (name: string) => string,
): PoolEvent {
  const at = FROM + hours(Math.floor((n * 48) / 50_000)) + hours(n % 4) / 4;
  return poolEvent({
    source,
    sport: 'soccer',
    league: `League ${n % 2_000}`,
    id: `${source}:${n}`,
    home: spell(names[2 * n] ?? ''),
    away: spell(names[2 * n + 1] ?? ''),
    kickoff: `${new Date(at).toISOString().slice(0, 16)}Z`,
    precision: 'minute',
  });
}

const FROM = Date.UTC(2025, 2, 1, 12);

const clubName = (chance: Chance): string =>
  `${chance.pick(START)}${chance.pick(MIDDLE)}${chance.is(0.4) ? chance.pick(MIDDLE) : ''}${chance.pick(END)} ${chance.pick(TYPES)}`;
