import { createHash } from 'node:crypto';
import { type MatchId, type MatchLink, matchId, type ProviderId } from '../domain/ids.ts';
import { league as knownLeague, slugLeagueId } from '../domain/leagues.ts';
import type { Match, MatchReference, StartPrecision } from '../domain/match.ts';
import { type EpochMs, minutes } from '../domain/time.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Our id for a match first heard of under that link: always the same, `m` and 12 letters or digits (60 bits). */
export function matchIdOf(link: MatchLink): MatchId {
  const digest = createHash('sha256').update(`${link.provider}\0${link.externalId}`).digest();
  let id = 'm';
  for (let at = 0; at < 12; at++) id += BASE32[(digest[at] ?? 0) & 31];
  return matchId(id);
}

/**
 * The match that a reference speaks of, made from what it says. Only for a reference that names both competitors and a
 * start, as every one that was judged `new` does.
 */
export function newMatch(provider: ProviderId, reference: MatchReference, now: EpochMs): Match {
  const { competitors, startsAt, externalId } = reference;
  if (competitors === undefined || startsAt === undefined)
    throw new TypeError('a match needs two competitors and a start');
  const link = { provider, externalId };
  const leagueId =
    reference.league ?? (reference.leagueName ? slugLeagueId(reference.leagueName) : 'unknown');
  return {
    id: matchIdOf(link),
    sport: reference.sport,
    league: leagueId,
    leagueName: knownLeague(leagueId)?.name ?? reference.leagueName ?? leagueId,
    home: competitors.home,
    away: competitors.away,
    startsAt,
    startPrecision: reference.startPrecision ?? 'minute',
    links: [link],
    createdAt: now,
  };
}

/**
 * The match with one more link, and with a better start where the reference has one. The same object when nothing is
 * new. Names and league stay: a match is never renamed by who joins it.
 */
export function withLink(match: Match, link: MatchLink, reference: MatchReference): Match {
  const known = match.links.some(
    (one) => one.provider === link.provider && one.externalId === link.externalId,
  );
  const start = betterStart(match, link, reference);
  if (known && start === undefined) return match;
  return { ...match, ...start, links: known ? match.links : [...match.links, link] };
}

/** One match of two that turned out to be the same: the first one's id, names and league, and the links of both. */
export function joinMatches(keep: Match, other: Match): Match {
  const start =
    RANK[other.startPrecision] < RANK[keep.startPrecision]
      ? { startsAt: other.startsAt, startPrecision: other.startPrecision }
      : {};
  return { ...keep, ...start, links: [...keep.links, ...other.links] };
}

const RANK: Readonly<Record<StartPrecision, number>> = { minute: 0, day: 1, week: 2 };

type StartOf = Pick<Match, 'startsAt' | 'startPrecision'>;

/** Schedules name round minutes; some feeds move the start to the second play began. */
const GRID = minutes(5);
const onGrid = (at: EpochMs): boolean => at % GRID === 0;

function betterStart(match: Match, link: MatchLink, reference: MatchReference): StartOf | undefined {
  const { startsAt, startPrecision = 'minute' } = reference;
  if (startsAt === undefined) return undefined;
  const finer = RANK[match.startPrecision] - RANK[startPrecision];
  if (finer > 0) return { startsAt, startPrecision };
  if (finer < 0 || startsAt === match.startsAt) return undefined;
  if (startPrecision !== 'minute') return isOwner(match, link) ? { startsAt, startPrecision } : undefined;
  const apart = Math.abs(startsAt - match.startsAt);
  if (apart <= minutes(30))
    return onGrid(startsAt) && !onGrid(match.startsAt) ? { startsAt, startPrecision } : undefined;
  // Moved to another time: believed from the source the match came from, so that two sources do not pull it to and fro.
  return isOwner(match, link) && onGrid(startsAt) ? { startsAt, startPrecision } : undefined;
}

function isOwner(match: Match, link: MatchLink): boolean {
  const first = match.links[0];
  return first?.provider === link.provider && first.externalId === link.externalId;
}
