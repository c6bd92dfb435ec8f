import { type EpochMs, iso } from './time.ts';
import type { MarketView, MatchView, PriceQuote } from './view.ts';

/** Writes a decimal price in the format a reader asked for. */
export type PriceWriter = (decimal: number) => number | string;

const asDecimal: PriceWriter = (decimal) => decimal;

/** A market as the API shows it, with the match it belongs to. Times are RFC 3339. */
export function marketDocument(
  view: Pick<MatchView, 'id' | 'match'>,
  market: MarketView,
  writePrice: PriceWriter = asDecimal,
) {
  const writeTime = timeWriter();
  return {
    marketId: `${view.id}:${market.key}`,
    matchId: view.id,
    homeTeam: view.match.home.name,
    awayTeam: view.match.away.name,
    startsAt: iso(view.match.startsAt),
    market: market.market,
    period: market.period,
    line: market.line,
    status: market.status,
    outcomes: market.outcomes.map((outcome) => ({
      name: outcome.name,
      best: outcome.best && priceDocument(outcome.best, writePrice, writeTime),
      fairProbability: outcome.fairProbability,
      quotes: outcome.quotes.map((quote) => priceDocument(quote, writePrice, writeTime)),
    })),
    overround: market.overround,
    confidence: market.confidence,
    ...(market.basis === undefined ? undefined : { basis: market.basis }),
    lastChangedAt: iso(market.lastChangedAt),
    ...(market.returnedAt === undefined ? undefined : { returnedAt: iso(market.returnedAt) }),
    stale: market.stale !== null,
    staleReason: market.stale,
  };
}

const priceDocument = (quote: PriceQuote, writePrice: PriceWriter, writeTime: typeof iso) => ({
  price: writePrice(quote.price),
  bookmaker: quote.bookmaker,
  provider: quote.provider,
  at: writeTime(quote.at),
  ...(quote.suspended === true ? { suspended: true } : undefined),
});

/** Writing a time costs more than all else of a quote, and a bookmaker's quotes share theirs. */
function timeWriter(): typeof iso {
  const written = new Map<EpochMs, string>();
  return (at) => {
    const known = written.get(at);
    if (known !== undefined) return known;
    const text = iso(at);
    written.set(at, text);
    return text;
  };
}

/**
 * A match's score as the API shows it. Before any source has spoken of the score, `status` is `scheduled` and
 * `confidence` 0. Ages are in milliseconds at `now`.
 */
export function scoreDocument(view: MatchView, now: EpochMs) {
  const { match, score, position } = view;
  return {
    matchId: view.id,
    sport: match.sport,
    league: match.league,
    homeTeam: match.home.name,
    awayTeam: match.away.name,
    startsAt: iso(match.startsAt),
    status: score?.status ?? 'scheduled',
    period: score?.period ?? null,
    clock: score?.clock ?? null,
    score: score?.score ?? null,
    shootout: score?.shootout ?? null,
    confidence: score?.confidence ?? 0,
    sources: (score?.sources ?? []).map((source) => ({
      provider: source.provider,
      score: source.score,
      status: source.status,
      ageMs: Math.max(0, now - source.observedAt),
      agrees: source.agrees,
    })),
    stale: (score?.stale ?? null) !== null,
    staleReason: score?.stale ?? null,
    epoch: position.scores.epoch,
    seq: position.scores.seq,
    updatedAt: iso(score?.updatedAt ?? match.createdAt),
  };
}

/** A match with its identity in every provider, as the API shows it. */
export function matchDocument(view: MatchView) {
  const { match } = view;
  return {
    matchId: view.id,
    sport: match.sport,
    league: match.league,
    leagueName: match.leagueName,
    homeTeam: match.home.name,
    awayTeam: match.away.name,
    startsAt: iso(match.startsAt),
    startPrecision: match.startPrecision,
    status: view.score?.status ?? 'scheduled',
    links: match.links.map((link) => ({ provider: link.provider, externalId: link.externalId })),
    markets: view.markets.length,
    epoch: view.position.scores.epoch,
    seq: view.position.scores.seq,
    createdAt: iso(match.createdAt),
  };
}
