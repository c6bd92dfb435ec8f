import { instantAs } from '../mapping/conversion.ts';
import type { MappedEvent, Mapping } from '../mapping/mapping.ts';
import { MappingFault } from '../mapping/mapping-fault.ts';
import { lookUp, readPointer } from '../mapping/pointer.ts';

/** Of `MatchInfo@Period`: our status, and the period where one is being played. */
const PERIODS: Readonly<Record<string, readonly [status: string, period?: string]>> = {
  PreMatch: ['scheduled'],
  FirstHalf: ['live', '1st Half'],
  HalfTime: ['paused', 'Half Time'],
  SecondHalf: ['live', '2nd Half'],
  FullTime90: ['paused', 'Full Time'],
  ExtraFirstHalf: ['live', 'Extra Time 1st Half'],
  ExtraHalfTime: ['paused', 'Extra Time Half Time'],
  ExtraSecondHalf: ['live', 'Extra Time 2nd Half'],
  ShootOut: ['live', 'Penalties'],
  FullTime: ['finished'],
  FullTimePens: ['finished'],
  Postponed: ['postponed'],
  Abandoned: ['abandoned'],
};

/** Of `Result@Type`, where it says more than the period. */
const RESULTS: Readonly<Record<string, string>> = {
  Abandoned: 'abandoned',
  Postponed: 'postponed',
  Void: 'cancelled',
};

/** Opta's competitions that we have ids for. */
const LEAGUES: Readonly<Record<string, string>> = {
  c8: 'epl',
  c10: 'efl-championship',
  c21: 'serie-a',
  c22: 'bundesliga',
  c23: 'laliga',
  c24: 'ligue-1',
};

/**
 * Opta's F9 (live) and F7 (result) documents: status, period, score and shoot-out of a match, with its names and start.
 * Each push is the whole document; goals and cards in it are not read, and other feeds (F24, F13, …) are refused.
 */
export const optaMapping: Mapping = (body, headers) => {
  const feed = headers['x-meta-feed-type'];
  if (feed !== undefined && !/^F[79]$/i.test(feed))
    throw new MappingFault('/x-meta-feed-type', 'is neither F7 nor F9: no other feed of Opta is read');
  const documents = listOf(at(body, '/SoccerFeed/SoccerDocument'));
  if (documents.length === 0) throw new MappingFault('/SoccerFeed', 'has no SoccerDocument');
  const stamp = at(body, '/SoccerFeed/@TimeStamp');
  return documents.map((document) => eventOf(document, stamp, headers));
};

function eventOf(
  document: unknown,
  stamp: unknown,
  headers: Readonly<Record<string, string | undefined>>,
): MappedEvent {
  const play = playOf(document);
  const occurredAt = instantAs('iso-basic', stamp ?? at(document, '/MatchData/MatchInfo/@TimeStamp'));
  return {
    eventType: 'match_status',
    data: { matchId: gameId(document, headers), sport: 'soccer', ...namesOf(document), ...play },
    ...(occurredAt !== undefined && { occurredAt }),
  };
}

function gameId(document: unknown, headers: Readonly<Record<string, string | undefined>>): string {
  const id = at(document, '/@uID') ?? headers['x-meta-game-id'];
  if (typeof id !== 'string' || !/^[fg]?\d{1,15}$/.test(id))
    throw new MappingFault(
      '/SoccerFeed/SoccerDocument/@uID',
      'names no game, and neither does x-meta-game-id',
    );
  // The document writes f1009316 and other feeds 1009316.
  return id.replace(/^[fg]/, '');
}

function playOf(document: unknown) {
  const period = String(at(document, '/MatchData/MatchInfo/@Period') ?? '');
  const known = Object.hasOwn(PERIODS, period) ? PERIODS[period] : undefined;
  if (known === undefined)
    throw new MappingFault('/MatchData/MatchInfo/@Period', 'is a period we do not know');
  const result = String(at(document, '/MatchData/MatchInfo/Result/@Type') ?? '');
  const status = Object.hasOwn(RESULTS, result) ? RESULTS[result] : known[0];
  const score = pairOf(document, '@Score');
  const shootout = pairOf(document, '@ShootOutScore');
  return {
    status,
    ...(known[1] !== undefined && { period: known[1] }),
    ...(score !== undefined && status !== 'scheduled' && { score }),
    ...(shootout !== undefined && { shootout }),
  };
}

function namesOf(document: unknown) {
  const league = at(document, '/Competition/@uID');
  const leagueName = at(document, '/Competition/Name');
  const startsAt = instantAs('iso-basic', at(document, '/MatchData/MatchInfo/Date'));
  const [homeTeam, awayTeam] = (['Home', 'Away'] as const).map((side) => teamOf(document, side));
  return {
    ...(league !== undefined || leagueName !== undefined
      ? { league: LEAGUES[String(league)] ?? leagueName }
      : {}),
    ...(homeTeam !== undefined && awayTeam !== undefined && { homeTeam, awayTeam }),
    ...(startsAt !== undefined && { startsAt }),
  };
}

function teamOf(document: unknown, side: string) {
  const id = at(sideOf(document, side), '/@TeamRef');
  const team = listOf(at(document, '/Team')).find((one) => id !== undefined && at(one, '/@uID') === id);
  const name = at(team, '/Name');
  return typeof name === 'string' && typeof id === 'string' ? { name, id } : undefined;
}

function pairOf(document: unknown, attribute: string) {
  const [home, away] = ['Home', 'Away'].map((side) => {
    const points = at(sideOf(document, side), `/${attribute}`);
    return typeof points === 'string' && /^\d{1,3}$/.test(points) ? Number(points) : undefined;
  });
  return home === undefined || away === undefined ? undefined : { home, away };
}

const sideOf = (document: unknown, side: string): unknown =>
  listOf(at(document, '/MatchData/TeamData')).find((team) => at(team, '/@Side') === side);

const at = (value: unknown, pointer: string): unknown => lookUp(value, readPointer(pointer) ?? []);

/** A repeated element is a list, one alone is not. */
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
