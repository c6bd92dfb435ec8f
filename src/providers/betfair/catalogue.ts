import type { OutcomeName } from '../../domain/market.ts';
import type { Competitor, MatchReference } from '../../domain/match.ts';
import { parseInstant } from '../../domain/time.ts';
import { wireId, wireName } from '../wire-text.ts';
import { leagueOf, sportOf } from './event-types.ts';
import { DRAW, type KnownMarket, kindOf } from './known-market.ts';
import { isListedMarket, type ListedMarket } from './wire.ts';

/** Called for each element that is left out. */
export type Drop = (where: string, why: string) => void;

/** Reads the result of `listMarketCatalogue`: the markets that we can read prices of, each once. */
export function readCatalogue(elements: readonly unknown[], where: string, drop: Drop): KnownMarket[] {
  const found = new Map<string, { readonly where: string; readonly market: KnownMarket }>();
  for (const [index, element] of elements.entries()) {
    const place = `${where}[${index}]`;
    const market = readMarket(element);
    if (typeof market === 'string') {
      drop(place, market);
      continue;
    }
    const before = found.get(market.marketId);
    if (before) drop(before.where, 'repeated_id');
    found.set(market.marketId, { where: place, market });
  }
  return [...found.values()].map(({ market }) => market);
}

/** The market of an element, or why there is none. */
function readMarket(element: unknown): KnownMarket | string {
  if (!isListedMarket(element)) return 'wrong_type';
  const [marketId, externalId] = [wireId(element.marketId), wireId(element.event.id)];
  if (marketId === undefined || externalId === undefined) return 'wrong_type';
  const kind = kindOf(element.description.marketType);
  if (!kind) return 'unmapped_market';
  const sport = sportOf(element.eventType.id);
  if (!sport) return 'unsupported_sport';
  const teams = sidesOf(element.event.name);
  if (!teams) return 'teams_unknown';
  const startsAt = parseInstant(element.marketStartTime ?? element.event.openDate ?? '');
  if (startsAt === undefined) return 'no_start_time';
  const runners = kind.market === 'h2h' ? readSides(element, teams) : readTotals(element, teams);
  if (typeof runners === 'string') return runners;
  const match: MatchReference = {
    externalId,
    sport,
    ...leagueOf(element.competition),
    competitors: runners.competitors,
    startsAt,
    startPrecision: 'minute',
  };
  return { marketId, ...kind, match, outcomes: runners.outcomes };
}

interface Teams {
  readonly home: string;
  readonly away: string;
  /** The separator says who is at home: `Home v Away`, in America `Away @ Home`. */
  readonly separator: 'v' | '@';
}

function sidesOf(eventName: string): Teams | undefined {
  const [, first, word, second] = /^(.+?) (v|vs|@) (.+)$/.exec(eventName) ?? [];
  const [left, right] = [wireName(first), wireName(second)];
  if (left === undefined || right === undefined || left === right) return undefined;
  return word === '@'
    ? { home: right, away: left, separator: '@' }
    : { home: left, away: right, separator: 'v' };
}

interface Runners {
  readonly competitors: { readonly home: Competitor; readonly away: Competitor };
  readonly outcomes: ReadonlyMap<number, OutcomeName>;
}

/** Who of the runners is which side. Where their names are not the event's, `v` still tells by the order of display. */
function readSides({ runners }: ListedMarket, { home, away, separator }: Teams): Runners | string {
  const draw = runners.some(({ selectionId }) => selectionId === DRAW);
  const sides = runners
    .filter(({ selectionId }) => selectionId !== DRAW)
    .map(({ selectionId, runnerName, sortPriority }) => ({
      selectionId,
      name: wireName(runnerName),
      order: sortPriority ?? 0,
    }))
    .sort((a, b) => a.order - b.order);
  const [first, second] = sides;
  if (!first || !second || sides.length > 2 || first.selectionId === second.selectionId)
    return 'teams_unknown';
  const named = (name: string) => sides.find((side) => side.name === name);
  const [homeSide, awaySide] =
    named(home) && named(away)
      ? [named(home), named(away)]
      : separator === 'v' && first.order !== second.order
        ? [first, second]
        : [];
  if (homeSide?.name === undefined || awaySide?.name === undefined) return 'teams_unknown';
  if (homeSide.name === awaySide.name) return 'teams_unknown';
  return {
    competitors: {
      home: { name: homeSide.name, externalId: String(homeSide.selectionId) },
      away: { name: awaySide.name, externalId: String(awaySide.selectionId) },
    },
    outcomes: new Map([
      [homeSide.selectionId, 'home'],
      ...(draw ? [[DRAW, 'draw'] as const] : []),
      [awaySide.selectionId, 'away'],
    ]),
  };
}

/** Over and under have no code of their own, only a name. */
function readTotals({ runners }: ListedMarket, { home, away }: Teams): Runners | string {
  const named = (word: string) => runners.filter(({ runnerName }) => runnerName.startsWith(`${word} `));
  const [over, under] = [named('Over'), named('Under')];
  if (runners.length !== 2 || over.length !== 1 || under.length !== 1) return 'unknown_outcome';
  const [overId, underId] = [over[0]?.selectionId ?? 0, under[0]?.selectionId ?? 0];
  if (overId === underId) return 'unknown_outcome';
  return {
    competitors: { home: { name: home }, away: { name: away } },
    outcomes: new Map([
      [overId, 'over'],
      [underId, 'under'],
    ]),
  };
}
