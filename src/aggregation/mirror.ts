import type { MarketClaim, OutcomeName, Quote } from '../domain/market.ts';
import type { MatchReference } from '../domain/match.ts';
import type { ScoreClaim, Statement } from '../domain/observation.ts';
import type { Score } from '../domain/score.ts';

/** The same statement with the sides exchanged, for a source that names the away side first. Its own inverse. */
export function mirrorStatement<S extends Statement>(statement: S): S {
  return {
    ...statement,
    match: mirrorReference(statement.match),
    ...(statement.score && { score: mirrorClaim(statement.score) }),
    ...(statement.markets && { markets: statement.markets.map(mirrorMarket) }),
  };
}

function mirrorReference(reference: MatchReference): MatchReference {
  const { competitors } = reference;
  return competitors
    ? { ...reference, competitors: { home: competitors.away, away: competitors.home } }
    : reference;
}

/** The claim with the sides exchanged. */
export function mirrorClaim(claim: ScoreClaim): ScoreClaim {
  return {
    ...claim,
    ...(claim.score && { score: mirrorScore(claim.score) }),
    ...(claim.shootout && { shootout: mirrorScore(claim.shootout) }),
  };
}

export const mirrorScore = ({ home, away }: Score): Score => ({ home: away, away: home });

function mirrorMarket(claim: MarketClaim): MarketClaim {
  const quotes = claim.quotes.map((quote): Quote => ({ ...quote, outcome: mirrorOutcome(quote.outcome) }));
  // A handicap is seen from the home side; 0 stays 0, not -0, which would be another market key.
  return claim.market === 'spreads' && claim.line
    ? { ...claim, quotes, line: -claim.line }
    : { ...claim, quotes };
}

const mirrorOutcome = (outcome: OutcomeName): OutcomeName =>
  outcome === 'home' ? 'away' : outcome === 'away' ? 'home' : outcome;
