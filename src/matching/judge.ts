import type { MatchLink, ProviderId } from '../domain/ids.ts';
import type { MatchReference } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { iso } from '../domain/time.ts';
import { compareNames } from './compare-names.ts';
import type { Evidence, ReviewReason } from './evidence.ts';
import { carriesExtra, type Named } from './extra-words.ts';
import type { Fixture } from './fixture.ts';
import type { LeagueLinks } from './league-links.ts';
import type { TeamNode } from './roster.ts';
import type { IndexedMatch } from './saying.ts';
import { type Start, startFit } from './start-fit.ts';
import type { TeamName } from './team-name.ts';
import type { TokenWeights } from './token-weights.ts';

/** Before any evidence: some hundreds of matches of a sport fall into a window, one of them at most is the one. */
const PRIOR = -9;
/** Sides given the other way round happen (neutral grounds, feeds that list the away side first), but seldom. */
const SWAPPED = -3;
/** Each name has to fit on its own: a perfect home side does not make up for a wrong away side. */
export const SIDE_LEAST = 5;
/** Names that fit so well the one way round need not be compared the other way. */
const SURE = 22;
/** Posterior bits from which two fixtures are one: about one wrong in 1,500 by the model, far fewer in practice. */
export const LINK_LEAST = 10.5;
/** Posterior bits from which a person should have a look. */
export const REVIEW_LEAST = 0;
/** Who is listed first means nothing between two persons. */
const UNORDERED: ReadonlySet<SportId> = new Set(['tennis', 'mma']);

/** A fixture that a match is sought for. */
export interface Sought extends Named {
  readonly provider: ProviderId;
  readonly sport: SportId;
  readonly start: Start;
  /** What it is called where it is known: its links, or its source's id for it. */
  readonly links: readonly MatchLink[];
}

/** What is known besides the two fixtures. */
export interface Knowledge {
  readonly weights: TokenWeights;
  readonly leagues: LeagueLinks;
}

/** How well one known match fits, in bits. */
export interface Verdict {
  readonly candidate: IndexedMatch;
  readonly swapped: boolean;
  /** Posterior log-odds. */
  readonly bits: number;
  readonly home: SideFit;
  readonly away: SideFit;
  readonly start: number;
  readonly league: number;
  /** Why it may not be linked by us, `undefined` when it may. */
  readonly doubt: ReviewReason | undefined;
}

interface SideFit {
  readonly bits: number;
  /** The names say little; that they mean the same was learned from the fixtures of both sources. */
  readonly isLearned: boolean;
}

/** Judges one candidate; `undefined` when it is out of the question. */
export function judge(sought: Sought, candidate: IndexedMatch, known: Knowledge): Verdict | undefined {
  const { sport, fixture } = sought;
  const first = candidate.sayings[0]?.fixture;
  if (!first) return undefined;
  const country = fixture.league.country ?? first.league.country;
  const fit = startFit(sport, sought.start, candidate.start, country);
  if (fit === undefined) return undefined;
  const direct = sides(sought, candidate, first, false, known.weights);
  const crossed = total(direct) < SURE ? sides(sought, candidate, first, true, known.weights) : undefined;
  const swapped = total(crossed) > total(direct);
  const best = swapped ? crossed : direct;
  if (best === undefined) return undefined;

  const league = known.leagues.fit(sought, candidate);
  const order = swapped && !UNORDERED.has(sport) ? SWAPPED : 0;
  const bits = PRIOR + best.home.bits + best.away.bits + fit.bits + league + order;
  const doubt = !fit.linkable
    ? 'start_differs'
    : bits < LINK_LEAST
      ? 'weak'
      : sharedExtra(sought, candidate, swapped, best)
        ? 'qualifier_suspected'
        : fit.isShared
          ? 'double_header'
          : undefined;
  return { candidate, swapped, bits, ...best, start: fit.bits, league, doubt };
}

interface Sides {
  readonly home: SideFit;
  readonly away: SideFit;
}

const total = (sides: Sides | undefined): number =>
  sides ? sides.home.bits + sides.away.bits : Number.NEGATIVE_INFINITY;

function sides(
  { fixture, home, away }: Sought,
  candidate: IndexedMatch,
  first: Fixture,
  swapped: boolean,
  weights: TokenWeights,
): Sides | undefined {
  if (fixture.homeQualifiers !== (swapped ? first.awayQualifiers : first.homeQualifiers)) return undefined;
  if (fixture.awayQualifiers !== (swapped ? first.homeQualifiers : first.awayQualifiers)) return undefined;
  const homeFit = sideFit(fixture.home, home, candidate, swapped ? 'away' : 'home', weights);
  if (homeFit.bits < SIDE_LEAST) return undefined;
  const awayFit = sideFit(fixture.away, away, candidate, swapped ? 'home' : 'away', weights);
  return awayFit.bits < SIDE_LEAST ? undefined : { home: homeFit, away: awayFit };
}

/** The best that any source's name of that side says. */
function sideFit(
  name: TeamName,
  node: TeamNode | undefined,
  { sayings }: IndexedMatch,
  side: 'home' | 'away',
  weights: TokenWeights,
): SideFit {
  let bits = Number.NEGATIVE_INFINITY;
  let before: TeamName | undefined;
  for (const { fixture } of sayings) {
    const theirs = fixture[side];
    if (theirs.key === before?.key) continue;
    bits = Math.max(bits, compareNames(name, theirs, weights));
    before = theirs;
  }
  let isLearned = false;
  if (node?.partners && bits < TELLING)
    for (const saying of sayings) {
      const learned = node.partners.get(saying[side]) ?? 0;
      if (learned <= bits) continue;
      bits = learned;
      isLearned = true;
    }
  return { bits, isLearned };
}

/** From here names need no help. */
const TELLING = 10;
/** A learned link counts no more than a good name. */
export const MOST_LEARNED = 12;

/** True when both names of one fixture carry a word that the other lacks: most likely a qualifier not known yet. */
function sharedExtra(sought: Sought, { sayings }: IndexedMatch, swapped: boolean, fits: Sides): boolean {
  if (fits.home.isLearned || fits.away.isLearned) return false;
  return sayings.some((saying) => carriesExtra(sought, saying, swapped));
}

/** The verdict in words and numbers; the bits add up to those of the verdict. */
export function explain(verdict: Verdict, reference: MatchReference): Evidence[] {
  const { match } = verdict.candidate;
  const theirs = reference.competitors;
  const [ourHome, ourAway] = verdict.swapped ? [match.away, match.home] : [match.home, match.away];
  const { home, away } = verdict;
  const stated = home.bits + away.bits + verdict.start + verdict.league + PRIOR;
  const evidence: Evidence[] = [
    { field: 'prior', bits: PRIOR, ours: '', theirs: '' },
    { field: 'home', ...said(home), ours: ourHome.name, theirs: theirs?.home.name ?? '' },
    { field: 'away', ...said(away), ours: ourAway.name, theirs: theirs?.away.name ?? '' },
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

const said = ({ bits, isLearned }: SideFit): Pick<Evidence, 'bits' | 'isLearned'> =>
  isLearned ? { bits, isLearned } : { bits };

function startText({
  startsAt,
  startPrecision,
}: Pick<MatchReference, 'startsAt' | 'startPrecision'>): string {
  if (startsAt === undefined) return '';
  const text = iso(startsAt);
  return startPrecision === 'day'
    ? text.slice(0, 10)
    : startPrecision === 'week'
      ? `week of ${text.slice(0, 10)}`
      : text;
}
