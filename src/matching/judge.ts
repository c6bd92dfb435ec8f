import type { MatchReference } from '../domain/match.ts';
import { iso } from '../domain/time.ts';
import type { IndexedMatch } from './candidate-index.ts';
import { compareNames, leftOver } from './compare-names.ts';
import type { Evidence, ReviewReason } from './evidence.ts';
import type { Fixture } from './fixture.ts';
import { leagueFit } from './league-fit.ts';
import { type Start, startFit } from './start-fit.ts';
import type { TokenWeights } from './token-weights.ts';

/** Before any evidence: some hundreds of matches of a sport fall into a window, one of them at most is the one. */
const PRIOR = -9;
/** Sides given the other way round happen (neutral grounds, feeds that list the away side first), but seldom. */
const SWAPPED = -3;
/** Each name has to fit on its own: a perfect home side does not make up for a wrong away side. */
const SIDE_LEAST = 5;
/** Posterior bits from which two fixtures are one: about one wrong in 1,500 by the model, far fewer in practice. */
const LINK_LEAST = 10.5;
/** Posterior bits from which a person should have a look. */
export const REVIEW_LEAST = 0;

/** How well one known match fits, in bits. */
export interface Verdict {
  readonly candidate: IndexedMatch;
  readonly swapped: boolean;
  /** Posterior log-odds. */
  readonly bits: number;
  readonly home: number;
  readonly away: number;
  readonly start: number;
  readonly league: number;
  /** Why it may not be linked by us, `undefined` when it may. */
  readonly doubt: ReviewReason | undefined;
}

/** Judges one candidate; `undefined` when it is out of the question. */
export function judge(
  fixture: Fixture,
  start: Start,
  orderMeans: boolean,
  candidate: IndexedMatch,
  weights: TokenWeights,
): Verdict | undefined {
  const fit = startFit(candidate.match.sport, start, candidate.start);
  if (fit === undefined) return undefined;
  const direct = sides(fixture, candidate, false, weights);
  const crossed = sides(fixture, candidate, true, weights);
  const swapped = total(crossed) > total(direct);
  const best = swapped ? crossed : direct;
  if (best === undefined) return undefined;

  const league = leagueFit(
    { id: fixture.leagueId, hint: fixture.leagueHint },
    { id: candidate.leagueId, hint: candidate.leagueHint },
  );
  const bits = PRIOR + best.home + best.away + fit.bits + league + (swapped && orderMeans ? SWAPPED : 0);
  const doubt = !fit.linkable
    ? 'start_differs'
    : bits < LINK_LEAST
      ? 'weak'
      : sharedExtra(fixture, candidate, swapped)
        ? 'qualifier_suspected'
        : undefined;
  return { candidate, swapped, bits, ...best, start: fit.bits, league, doubt };
}

interface Sides {
  readonly home: number;
  readonly away: number;
}

const total = (sides: Sides | undefined): number =>
  sides ? sides.home + sides.away : Number.NEGATIVE_INFINITY;

function sides(f: Fixture, c: IndexedMatch, swapped: boolean, weights: TokenWeights): Sides | undefined {
  const homeQualifiers = swapped ? c.awayQualifiers : c.homeQualifiers;
  const awayQualifiers = swapped ? c.homeQualifiers : c.awayQualifiers;
  if (f.homeQualifiers !== homeQualifiers || f.awayQualifiers !== awayQualifiers) return undefined;
  const home = compareNames(f.home, swapped ? c.away : c.home, weights);
  if (home < SIDE_LEAST) return undefined;
  const away = compareNames(f.away, swapped ? c.home : c.away, weights);
  return away < SIDE_LEAST ? undefined : { home, away };
}

/**
 * True when both names of one fixture carry the same telling word that the other fixture lacks: most likely a
 * qualifier that we do not know yet.
 */
function sharedExtra(f: Fixture, c: IndexedMatch, swapped: boolean): boolean {
  const home = swapped ? c.away : c.home;
  const away = swapped ? c.home : c.away;
  return (
    common(leftOver(f.home, home), leftOver(f.away, away)) ||
    common(leftOver(home, f.home), leftOver(away, f.away))
  );
}

const common = (a: readonly string[], b: readonly string[]): boolean => a.some((word) => b.includes(word));

/** The verdict in words and numbers; the bits add up to those of the verdict. */
export function explain(verdict: Verdict, reference: MatchReference): Evidence[] {
  const { match } = verdict.candidate;
  const theirs = reference.competitors;
  const [ourHome, ourAway] = verdict.swapped ? [match.away, match.home] : [match.home, match.away];
  const stated = verdict.home + verdict.away + verdict.start + verdict.league + PRIOR;
  const evidence: Evidence[] = [
    { field: 'prior', bits: PRIOR, ours: '', theirs: '' },
    { field: 'home', bits: verdict.home, ours: ourHome.name, theirs: theirs?.home.name ?? '' },
    { field: 'away', bits: verdict.away, ours: ourAway.name, theirs: theirs?.away.name ?? '' },
    { field: 'start', bits: verdict.start, ours: startText(match), theirs: startText(reference) },
    {
      field: 'league',
      bits: verdict.league,
      ours: match.leagueName,
      theirs: reference.leagueName ?? reference.league ?? '',
    },
  ];
  if (verdict.swapped)
    evidence.push({ field: 'sides', bits: verdict.bits - stated, ours: 'home, away', theirs: 'away, home' });
  return evidence;
}

function startText({
  startsAt,
  startPrecision,
}: Pick<MatchReference, 'startsAt' | 'startPrecision'>): string {
  return startsAt === undefined ? '' : startPrecision === 'day' ? iso(startsAt).slice(0, 10) : iso(startsAt);
}
