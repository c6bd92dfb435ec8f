import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

// The simulated providers' own format: one body for scores and prices, times as RFC 3339.

const Side = Type.Object({ name: Type.String({ minLength: 1 }), abbr: Type.Optional(Type.String()) });

const State = Type.Object({
  status: Type.String(),
  period: Type.Integer({ minimum: 0 }),
  clock: Type.Optional(Type.String()),
  score: Type.Union([Type.Tuple([Type.Integer(), Type.Integer()]), Type.Null()]),
});

const Price = Type.Object({
  type: Type.Union([Type.Literal('h2h'), Type.Literal('spreads'), Type.Literal('totals')]),
  line: Type.Optional(Type.Number()),
  prices: Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 1 })),
});

const Book = Type.Object({
  key: Type.String({ minLength: 1 }),
  title: Type.String(),
  at: Type.String(),
  suspended: Type.Boolean(),
  markets: Type.Array(Price),
});

const Match = Type.Object({
  id: Type.String({ minLength: 1 }),
  sport: Type.String(),
  league: Type.String(),
  home: Side,
  away: Side,
  start: Type.String(),
  at: Type.Optional(Type.String()),
  state: Type.Optional(State),
  books: Type.Optional(Type.Array(Book)),
});

export const isBody = Compile(Type.Object({ matches: Type.Array(Type.Unknown()) }));
export const isMatch = Compile(Match);

export type WireMatch = Type.Static<typeof Match>;
export type WireBook = Type.Static<typeof Book>;
export type WireState = Type.Static<typeof State>;
export interface WireBody {
  readonly matches: readonly WireMatch[];
}
