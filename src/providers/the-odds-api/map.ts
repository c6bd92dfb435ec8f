import type { ScoreClaim, Statement } from '../../domain/observation.ts';
import { isScore } from '../../domain/score.ts';
import { parseInstant } from '../../domain/time.ts';
import { atOnce, type Steps } from '../../platform/steps.ts';
import type { DecodeContext, Decoded, Dropped } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { wireId, wireName } from '../wire-text.ts';
import { type Drop, readBookmakers } from './bookmakers.ts';
import { readSportKey } from './leagues.ts';
import { FormatEvidence, type PriceFormat, requestedFormat } from './prices.ts';
import { type Event, isBookmaker, isEvent, isMarket } from './wire.ts';

/**
 * Reads a body of `/odds`, `/scores` or `/events`, of one event's `/odds` (an object in place of the list), and of the
 * historical `/odds` (the list under `data`).
 */
export const decode = (body: unknown, context: Pick<DecodeContext, 'path'>): Decoded =>
  atOnce(decodeInSteps(body, context));

/** The same, one event a step: hundreds of events with dozens of bookmakers each are a long piece of work. */
export function* decodeInSteps(body: unknown, { path }: Pick<DecodeContext, 'path'>): Steps<Decoded> {
  const elements = eventsOf(body);
  if (elements === undefined) {
    throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The body is not a list of events of The Odds API');
  }
  const events = elements.map((element) => (isEvent(element) ? element : undefined));
  const format = yield* formatOf(events, requestedFormat(path));
  const dropped: Dropped[] = [];
  const drop: Drop = (where, why) => dropped.push({ where, why });
  const found = new Map<string, { readonly where: string; readonly statement: Statement }>();
  for (const [index, event] of events.entries()) {
    yield;
    const where = `[${index}]`;
    const statement = event === undefined ? 'wrong_type' : readEvent(event, format, where, drop);
    if (typeof statement === 'string') {
      drop(where, statement);
      continue;
    }
    const id = statement.match.externalId;
    const before = found.get(id);
    if (before !== undefined) drop(before.where, 'repeated_id');
    found.set(id, { where, statement });
  }
  return { statements: [...found.values()].map(({ statement }) => statement), dropped };
}

function eventsOf(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) return undefined;
  if ('data' in body) return Array.isArray(body.data) ? body.data : [body.data];
  return 'id' in body ? [body] : undefined;
}

function* formatOf(
  events: readonly (Event | undefined)[],
  requested: PriceFormat | undefined,
): Steps<PriceFormat> {
  const evidence = new FormatEvidence();
  for (const event of events) {
    yield;
    for (const bookmaker of event?.bookmakers ?? []) {
      if (!isBookmaker(bookmaker)) continue;
      for (const market of bookmaker.markets) {
        if (isMarket(market)) for (const { price } of market.outcomes) evidence.add(price);
      }
    }
  }
  return evidence.format(requested);
}

/** The statement of an event, or why there is none. */
function readEvent(event: Event, format: PriceFormat, where: string, drop: Drop): Statement | string {
  const externalId = wireId(event.id);
  if (externalId === undefined) return 'wrong_type';
  // Outrights have no teams; nothing in our vocabulary resolves them yet.
  const home = wireName(event.home_team);
  const away = wireName(event.away_team);
  if (home === undefined || away === undefined || home === away) return 'teams_unknown';
  const sport = readSportKey(event.sport_key);
  if (sport === undefined) return 'unsupported_sport';
  const startsAt = parseInstant(event.commence_time);
  if (startsAt === undefined) return 'no_start_time';
  const score = readScore(event);
  if (typeof score === 'string') return score;
  const context = {
    home: event.home_team,
    away: event.away_team,
    needsDraw: sport.sport === 'soccer',
    format,
  };
  const markets = event.bookmakers ? readBookmakers(event.bookmakers, context, where, drop) : undefined;
  const leagueName = wireName(event.sport_title);
  const statedAt = parseInstant(event.last_update ?? '');
  return {
    match: {
      externalId,
      sport: sport.sport,
      league: sport.league,
      ...(leagueName !== undefined && { leagueName }),
      competitors: { home: { name: home }, away: { name: away } },
      startsAt,
      startPrecision: 'minute',
    },
    ...(statedAt !== undefined && { statedAt }),
    ...(score !== undefined && { score }),
    ...(markets !== undefined && { markets }),
  };
}

/** Only `/scores` speaks of the state of play. Its scores are matched by name: their order means nothing. */
function readScore(event: Event): ScoreClaim | string | undefined {
  if (typeof event.completed !== 'boolean') return undefined;
  if (!event.scores) return { status: event.completed ? 'finished' : 'scheduled' };
  const status = event.completed ? 'finished' : 'live';
  const scores = new Map<unknown, string | null | undefined>(
    event.scores.map(({ name, score }) => [name, score]),
  );
  const score = { home: points(scores.get(event.home_team)), away: points(scores.get(event.away_team)) };
  return isScore(score) ? { status, score } : 'bad_score';
}

const points = (text: string | null | undefined): number =>
  text && /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
