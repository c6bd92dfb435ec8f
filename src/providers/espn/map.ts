import { league } from '../../domain/leagues.ts';
import type { MarketClaim } from '../../domain/market.ts';
import type { Competitor as DomainCompetitor, MatchReference } from '../../domain/match.ts';
import type { Statement } from '../../domain/observation.ts';
import { isInPlay, type MatchStatus } from '../../domain/status.ts';
import { days, type EpochMs, epochMs, parseInstant } from '../../domain/time.ts';
import { atOnce, type Steps } from '../../platform/steps.ts';
import type { DecodeContext, Decoded, Dropped } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { wireId, wireName } from '../wire-text.ts';
import { type Place, placeOfPath, placeOfUid, uidPrefix } from './leagues.ts';
import { claimsOf } from './odds.ts';
import { claimOf, statusOf } from './status.ts';
import {
  type Competition,
  type Competitor,
  type Event,
  isEvent,
  isLeagueHead,
  isOdds,
  isScoreboard,
} from './wire.ts';

/** Statements of a scoreboard. An element that cannot be used is left out with its reason, the rest is kept. */
export const decode = (body: unknown, context: Pick<DecodeContext, 'path'>): Decoded =>
  atOnce(decodeInSteps(body, context));

/** The same, one event a step. */
export function* decodeInSteps(body: unknown, { path }: Pick<DecodeContext, 'path'>): Steps<Decoded> {
  if (!isScoreboard(body)) {
    throw new ProviderError(
      'PROVIDER_BAD_PAYLOAD',
      'The body is not an ESPN scoreboard: it has no list of events',
    );
  }
  const feed: Feed = { asked: placeOfPath(path), head: body.leagues?.find(isLeagueHead) };
  const dropped: Dropped[] = [];
  const found = new Map<string, { readonly where: string; readonly statement: Statement }>();
  for (const [index, element] of body.events.entries()) {
    yield;
    const where = `events[${index}]`;
    const result = statementOf(element, feed, where, dropped);
    if (typeof result === 'string') {
      dropped.push({ where, why: result });
      continue;
    }
    const id = result.match.externalId;
    const before = found.get(id);
    if (before !== undefined) dropped.push({ where: before.where, why: 'repeated_id' });
    found.delete(id);
    found.set(id, { where, statement: result });
  }
  return { statements: [...found.values()].map(({ statement }) => statement), dropped };
}

interface Feed {
  readonly asked: Place | undefined;
  /** The league the body says it is about. */
  readonly head: { readonly uid: string; readonly name?: string | null } | undefined;
}

function statementOf(element: unknown, feed: Feed, where: string, dropped: Dropped[]): Statement | string {
  if (!isEvent(element)) return 'wrong_type';
  const externalId = wireId(element.id);
  if (externalId === undefined) return 'wrong_type';
  const place = placeOf(element, feed);
  if (place === undefined) return 'unsupported_sport';
  const [competition] = element.competitions;
  if (competition === undefined || element.competitions.length > 1) return 'not_one_competition';
  const sides = sidesOf(competition);
  if (sides === undefined) return 'no_home_and_away';
  const [home, away] = [competitorOf(sides.home), competitorOf(sides.away)];
  if (home === undefined || away === undefined) return 'teams_unknown';
  const startsAt = parseInstant(element.date);
  if (startsAt === undefined) return 'no_start_time';
  const wire = competition.status ?? element.status;
  const status = wire ? statusOf(wire) : undefined;
  if (!wire || status === undefined) return 'unknown_status';
  const score = claimOf(place.sport, status, wire, competition, sides);
  if (score === 'bad_score') return score;
  const match: MatchReference = {
    externalId,
    ...place,
    competitors: { home, away },
    ...startOf(startsAt, competition),
  };
  const names = { home: home.abbreviation, away: away.abbreviation };
  const markets = marketsOf(competition, { sport: place.sport, status, ...names }, where, dropped);
  return { match, score, ...(markets !== undefined && { markets }) };
}

/** What an event says of itself counts; only then what the request asked for. */
function placeOf({ uid }: Event, { asked, head }: Feed): Place | undefined {
  const prefix = uid ? uidPrefix(uid) : undefined;
  const ofHead = prefix === undefined || head === undefined || uidPrefix(head.uid) === prefix;
  const own = uid ? placeOfUid(uid) : undefined;
  const place = own?.league !== undefined ? own : ofHead ? (asked ?? own) : own;
  if (place === undefined) return undefined;
  const name = ofHead ? wireName(head?.name) : undefined;
  const leagueName = name ?? (place.league === undefined ? undefined : league(place.league)?.name);
  return leagueName === undefined ? place : { ...place, leagueName };
}

function sidesOf({ competitors }: Competition): { home: Competitor; away: Competitor } | undefined {
  const home = competitors.filter(({ homeAway }) => homeAway === 'home');
  const away = competitors.filter(({ homeAway }) => homeAway === 'away');
  if (!home[0] || !away[0] || competitors.length !== 2) return undefined;
  return { home: home[0], away: away[0] };
}

/** Fixtures of a knock-out are listed before their teams are known, all of them under these names. */
const PLACEHOLDER = /^(tbd|tba|to be (determined|announced))$/i;

function competitorOf({ team }: Competitor): DomainCompetitor | undefined {
  const name = wireName(team?.displayName);
  if (name === undefined || PLACEHOLDER.test(name)) return undefined;
  const abbreviation = wireName(team?.abbreviation);
  const externalId = wireId(team?.id);
  return {
    name,
    ...(abbreviation !== undefined && { abbreviation }),
    ...(externalId !== undefined && { externalId }),
  };
}

/** Where only the day is fixed, the wire's time is a midnight in America. */
function startOf(
  at: EpochMs,
  { timeValid }: Competition,
): Pick<MatchReference, 'startsAt' | 'startPrecision'> {
  if (timeValid !== false) return { startsAt: at, startPrecision: 'minute' };
  return { startsAt: epochMs(at - (at % days(1))), startPrecision: 'day' };
}

interface MarketContext extends Omit<Parameters<typeof claimsOf>[1], 'inPlay'> {
  readonly status: MatchStatus;
}

/** Nothing is offered on a match that is over; a block that is missing before the start says nothing. */
function marketsOf(
  { odds }: Competition,
  { status, ...context }: MarketContext,
  where: string,
  dropped: Dropped[],
): readonly MarketClaim[] | undefined {
  const inPlay = isInPlay(status);
  if (!inPlay && status !== 'scheduled' && status !== 'postponed') return [];
  if (!odds) return inPlay ? [] : undefined;
  const claims = new Map<string, MarketClaim>();
  for (const [index, element] of odds.entries()) {
    if (element === null) continue;
    const result = isOdds(element) ? claimsOf(element, { ...context, inPlay }) : 'wrong_type';
    const at = `${where}.competitions[0].odds[${index}]`;
    if (typeof result === 'string') {
      dropped.push({ where: at, why: result });
      continue;
    }
    for (const claim of result) {
      const key = `${claim.bookmaker} ${claim.market}`;
      if (claims.has(key)) dropped.push({ where: at, why: 'repeated_market' });
      else claims.set(key, claim);
    }
  }
  return [...claims.values()];
}
