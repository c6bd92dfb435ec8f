import type { MarketClaim } from '../../domain/market.ts';
import type { Competitor } from '../../domain/match.ts';
import type { ScoreClaim, Statement } from '../../domain/observation.ts';
import { isScore } from '../../domain/score.ts';
import { isSportId, type SportId, sportRules } from '../../domain/sports/index.ts';
import { hasScore, MATCH_STATUSES, type MatchStatus } from '../../domain/status.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Decoded, Dropped } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { wireId, wireName } from '../wire-text.ts';
import { isBody, isBook, isMatch, type WireBook, type WireMatch, type WireState } from './wire.ts';

/** What a body of the simulated providers says. A match that is not as it should be is left out by itself. */
export function decode(body: unknown): Decoded {
  if (!isBody(body)) {
    throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The body has no list of matches');
  }
  const dropped: Dropped[] = [];
  const found = new Map<string, { readonly where: string; readonly statement: Statement }>();
  for (const [index, element] of body.matches.entries()) {
    const where = `matches[${index}]`;
    const statement = isMatch(element) ? readMatch(element, where, dropped) : 'wrong_type';
    if (typeof statement === 'string') {
      dropped.push({ where, why: statement });
      continue;
    }
    const id = statement.match.externalId;
    const before = found.get(id);
    if (before !== undefined) dropped.push({ where: before.where, why: 'repeated_id' });
    found.set(id, { where, statement });
  }
  return { statements: [...found.values()].map(({ statement }) => statement), dropped };
}

/** The statement, or why there is none. */
function readMatch(match: WireMatch, where: string, dropped: Dropped[]): Statement | string {
  const externalId = wireId(match.id);
  if (externalId === undefined) return 'wrong_type';
  const { sport, league } = match;
  if (!isSportId(sport)) return 'unsupported_sport';
  const [home, away] = [competitor(match.home), competitor(match.away)];
  if (home === undefined || away === undefined || home.name === away.name) return 'teams_unknown';
  const startsAt = parseInstant(match.start);
  if (startsAt === undefined) return 'no_start_time';
  const score = match.state && readState(sport, match.state);
  if (typeof score === 'string') return score;
  const statedAt = parseInstant(match.at ?? '');
  const markets = match.books?.flatMap((book, index) => {
    if (isBook(book)) return readBook(book);
    dropped.push({ where: `${where}.books[${index}]`, why: 'wrong_type' });
    return [];
  });
  return {
    match: { externalId, sport, league, competitors: { home, away }, startsAt, startPrecision: 'minute' },
    ...(statedAt !== undefined && { statedAt }),
    ...(score !== undefined && { score }),
    ...(markets !== undefined && { markets }),
  };
}

function competitor({ name, abbr }: WireMatch['home']): Competitor | undefined {
  const known = wireName(name);
  if (known === undefined) return undefined;
  const abbreviation = wireName(abbr);
  return abbreviation === undefined ? { name: known } : { name: known, abbreviation };
}

const isStatus = (text: string): text is MatchStatus => (MATCH_STATUSES as readonly string[]).includes(text);

function readState(sport: SportId, { status, period, clock, score }: WireState): ScoreClaim | string {
  if (!isStatus(status)) return 'unknown_status';
  if (!hasScore(status)) return { status };
  const points = score === null ? undefined : { home: score[0], away: score[1] };
  if (points && !isScore(points)) return 'bad_score';
  const rules = sportRules(sport);
  return {
    status,
    ...(points !== undefined && { score: points }),
    ...(period > 0 && { period: status === 'paused' ? rules.breakName : rules.periodName(period) }),
    ...(clock !== undefined && { clock: { display: clock } }),
  };
}

function readBook(book: WireBook): MarketClaim[] {
  const statedAt = parseInstant(book.at);
  const bookmakerName = wireName(book.title);
  return book.markets.map((market) => ({
    bookmaker: book.key,
    ...(bookmakerName !== undefined && { bookmakerName }),
    market: market.type,
    period: 'match',
    // Not -0, which prints as another line.
    ...('line' in market && { line: market.line + 0 }),
    suspended: book.suspended,
    ...(statedAt !== undefined && { statedAt }),
    quotes: Object.entries(market.prices).map(([outcome, price]) => ({ outcome, price })),
  }));
}
