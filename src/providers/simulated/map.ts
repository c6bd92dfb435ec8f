import type { MarketClaim } from '../../domain/market.ts';
import type { Competitor } from '../../domain/match.ts';
import type { ScoreClaim, Statement } from '../../domain/observation.ts';
import { isScore } from '../../domain/score.ts';
import { isSportId, type SportId, sportRules } from '../../domain/sports/index.ts';
import { hasScore, MATCH_STATUSES, type MatchStatus } from '../../domain/status.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Decoded, Dropped } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { isBody, isMatch, type WireBook, type WireMatch, type WireState } from './wire.ts';

/** What a body of the simulated providers says. A match that is not as it should be is left out by itself. */
export function decode(body: unknown): Decoded {
  if (!isBody.Check(body)) {
    throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The body has no list of matches.');
  }
  const statements: Statement[] = [];
  const dropped: Dropped[] = [];
  for (const [index, element] of body.matches.entries()) {
    const said = isMatch.Check(element) ? statement(element) : 'wrong_shape';
    if (typeof said === 'string') dropped.push({ where: `matches[${index}]`, why: said });
    else statements.push(said);
  }
  return { statements, dropped };
}

/** The statement, or why there is none. */
function statement(match: WireMatch): Statement | string {
  const { sport, league } = match;
  if (!isSportId(sport)) return 'unknown_sport';
  const startsAt = parseInstant(match.start);
  if (startsAt === undefined) return 'bad_time';
  const statedAt = match.at === undefined ? undefined : parseInstant(match.at);
  const score = match.state && scoreClaim(sport, match.state);
  if (match.state && !score) return 'bad_state';
  return {
    match: {
      externalId: match.id,
      sport,
      league,
      competitors: { home: competitor(match.home), away: competitor(match.away) },
      startsAt,
      startPrecision: 'minute',
    },
    ...(statedAt === undefined ? {} : { statedAt }),
    ...(score === undefined ? {} : { score }),
    ...(match.books === undefined ? {} : { markets: match.books.flatMap(marketClaims) }),
  };
}

const competitor = ({ name, abbr }: WireMatch['home']): Competitor =>
  abbr === undefined ? { name } : { name, abbreviation: abbr };

const isStatus = (text: string): text is MatchStatus => (MATCH_STATUSES as readonly string[]).includes(text);

function scoreClaim(sport: SportId, { status, period, clock, score }: WireState): ScoreClaim | undefined {
  if (!isStatus(status)) return undefined;
  if (!hasScore(status)) return { status };
  const points = score === null ? undefined : { home: score[0], away: score[1] };
  if (points && !isScore(points)) return undefined;
  const rules = sportRules(sport);
  return {
    status,
    ...(points === undefined ? {} : { score: points }),
    ...(period > 0 ? { period: status === 'paused' ? rules.breakName : rules.periodName(period) } : {}),
    ...(clock === undefined ? {} : { clock: { display: clock } }),
  };
}

function marketClaims(book: WireBook): MarketClaim[] {
  const statedAt = parseInstant(book.at);
  return book.markets.map(({ type, line, prices }) => ({
    bookmaker: book.key,
    bookmakerName: book.title,
    market: type,
    period: 'match',
    ...(line === undefined ? {} : { line }),
    suspended: book.suspended,
    ...(statedAt === undefined ? {} : { statedAt }),
    quotes: Object.entries(prices).map(([outcome, price]) => ({ outcome, price })),
  }));
}
