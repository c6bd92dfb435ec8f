import { parseInstant } from '../../domain/time.ts';
import { wireId } from '../wire-text.ts';
import { sportOf } from './event-types.ts';
import { DRAW, type KnownMarket, kindOf } from './known-market.ts';
import type { MarketDefinition } from './wire.ts';

/**
 * What the stream alone tells of a market whose names are not known: the event's id, and in soccer, where the home side
 * is listed first, who is who. Such a statement finds its match only through a link.
 */
export function bareMarket(marketId: string, definition: MarketDefinition): KnownMarket | undefined {
  const { eventId, eventTypeId, marketType, marketTime, runners } = definition;
  const externalId = wireId(eventId);
  const isThreeWay = runners.length === 3 && runners.some(({ id }) => id === DRAW);
  if (externalId === undefined || !isThreeWay) return undefined;
  if (sportOf(eventTypeId) !== 'soccer' || kindOf(marketType)?.market !== 'h2h') return undefined;
  const [home, away] = runners
    .filter(({ id }) => id !== DRAW)
    .sort((a, b) => (a.sortPriority ?? 0) - (b.sortPriority ?? 0));
  if (!home || !away || home.id === away.id || home.sortPriority === away.sortPriority) return undefined;
  const startsAt = parseInstant(marketTime ?? '');
  return {
    marketId,
    market: 'h2h',
    match: { externalId, sport: 'soccer', ...(startsAt !== undefined && { startsAt }) },
    outcomes: new Map([
      [home.id, 'home'],
      [DRAW, 'draw'],
      [away.id, 'away'],
    ]),
  };
}
