import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

// The simulated providers' own format: one body for scores and prices, times as RFC 3339.

const side = Type.Object({ name: Type.String(), abbr: Type.Optional(Type.String()) });

const state = Type.Object({
  status: Type.String(),
  /** From 1; 0 before the start. */
  period: Type.Integer({ minimum: 0, maximum: 20 }),
  clock: Type.Optional(Type.String({ pattern: "^[0-9:'+]{1,16}$" })),
  score: Type.Union([Type.Tuple([Type.Integer(), Type.Integer()]), Type.Null()]),
});

const match = Type.Object({
  id: Type.String(),
  sport: Type.String(),
  league: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
  home: side,
  away: side,
  start: Type.String(),
  /** When the provider looked; some do not say. */
  at: Type.Optional(Type.String()),
  state: Type.Optional(state),
  /** Looked at one by one, with `isBook`. */
  books: Type.Optional(Type.Array(Type.Unknown())),
});

const price = Type.Number({ exclusiveMinimum: 1, maximum: 10_000 });
// Lines come in quarters and stay far below this in every sport.
const line = Type.Number({ minimum: -1_000, maximum: 1_000, multipleOf: 0.25 });
const closed = { additionalProperties: false };

const market = Type.Union([
  Type.Object({
    type: Type.Literal('h2h'),
    prices: Type.Object({ home: price, draw: Type.Optional(price), away: price }, closed),
  }),
  Type.Object({
    type: Type.Literal('spreads'),
    line,
    prices: Type.Object({ home: price, away: price }, closed),
  }),
  Type.Object({
    type: Type.Literal('totals'),
    line,
    prices: Type.Object({ over: price, under: price }, closed),
  }),
]);

const book = Type.Object({
  key: Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]{0,63}$' }),
  title: Type.String(),
  at: Type.String(),
  suspended: Type.Boolean(),
  markets: Type.Array(market),
});

const body = Type.Object({ matches: Type.Array(Type.Unknown()) });

export type WireMatch = Static<typeof match>;
export type WireState = Static<typeof state>;
export type WireBook = Static<typeof book>;
export type WireMarket = Static<typeof market>;

const [bodies, matches, manyBooks] = [Compile(body), Compile(match), Compile(book)];

export const isBody = (value: unknown): value is Static<typeof body> => bodies.Check(value);
export const isMatch = (value: unknown): value is WireMatch => matches.Check(value);
export const isBook = (value: unknown): value is WireBook => manyBooks.Check(value);
