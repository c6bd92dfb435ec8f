import type { ExchangeMarket } from '../../sandbox/betfair-exchange.ts';

export const HOME = 501;
export const AWAY = 502;
export const DRAW = 58_805;

/** A market on who wins, of a match that begins at that instant; each number is another match. */
export const matchOdds = (number: number, startsAt = '2026-01-03T17:30:00.000Z'): ExchangeMarket => ({
  id: `1.30000${number}`,
  type: 'MATCH_ODDS',
  status: 'OPEN',
  inPlay: false,
  startsAt,
  eventTypeId: '1',
  event: { id: `4000${number}`, name: `Eastmere ${CLUBS[number % 26]} v Penhaven ${CLUBS[number % 26]}` },
  competition: { id: '10932509', name: 'English Premier League' },
  selections: [
    { id: HOME, name: `Eastmere ${CLUBS[number % 26]}`, back: 2 },
    { id: AWAY, name: `Penhaven ${CLUBS[number % 26]}`, back: 4 },
    { id: DRAW, name: 'The Draw', back: 3.5 },
  ],
});

const CLUBS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}thorpe`);
