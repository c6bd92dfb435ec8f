import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

const id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** `errors` is an empty list on success and an object of messages by class otherwise. */
const envelope = Type.Object({
  get: Type.String(),
  errors: optional(Type.Unknown()),
  paging: optional(Type.Object({ current: Type.Integer(), total: Type.Integer() })),
  response: Type.Unknown(),
});

const league = Type.Object({
  id,
  name: optional(Type.String()),
  country: optional(Type.String()),
});

const team = Type.Object({ id: optional(id), name: optional(Type.String()) });
const pair = Type.Object({ home: optional(Type.Integer()), away: optional(Type.Integer()) });

const fixture = Type.Object({
  fixture: Type.Object({
    id,
    date: Type.String(),
    status: Type.Object({
      short: Type.String(),
      elapsed: optional(Type.Integer()),
      extra: optional(Type.Integer()),
    }),
  }),
  league,
  teams: Type.Object({ home: team, away: team }),
  goals: pair,
  score: optional(Type.Object({ penalty: optional(pair) })),
});

const prematch = Type.Object({
  league,
  fixture: Type.Object({ id, date: optional(Type.String()) }),
  update: optional(Type.String()),
  bookmakers: Type.Array(Type.Unknown()),
});

const live = Type.Object({
  fixture: Type.Object({ id }),
  league,
  status: Type.Object({
    stopped: optional(Type.Boolean()),
    blocked: optional(Type.Boolean()),
    finished: optional(Type.Boolean()),
  }),
  update: optional(Type.String()),
  odds: Type.Array(Type.Unknown()),
});

const bookmaker = Type.Object({ name: Type.String(), bets: Type.Array(Type.Unknown()) });

/** Before the match the line stands inside `value` (`Over 2.5`), in play beside it in `handicap`. */
const bet = Type.Object({
  name: Type.String(),
  values: Type.Array(
    Type.Object({
      value: Type.Union([Type.String(), Type.Number()]),
      odd: Type.Union([Type.String(), Type.Number()]),
      handicap: optional(Type.Union([Type.String(), Type.Number()])),
      main: optional(Type.Boolean()),
      suspended: optional(Type.Boolean()),
    }),
  ),
});

export type Envelope = Static<typeof envelope>;
export type League = Static<typeof league>;
export type Team = Static<typeof team>;
export type Fixture = Static<typeof fixture>;
export type PrematchOdds = Static<typeof prematch>;
export type LiveOdds = Static<typeof live>;
export type Bookmaker = Static<typeof bookmaker>;
export type Bet = Static<typeof bet>;
export type BetValue = Bet['values'][number];

const [envelopes, fixtures, prematches, lives, bookmakers, bets] = [
  Compile(envelope),
  Compile(fixture),
  Compile(prematch),
  Compile(live),
  Compile(bookmaker),
  Compile(bet),
];

export const isEnvelope = (value: unknown): value is Envelope => envelopes.Check(value);
export const isFixture = (value: unknown): value is Fixture => fixtures.Check(value);
export const isPrematchOdds = (value: unknown): value is PrematchOdds => prematches.Check(value);
export const isLiveOdds = (value: unknown): value is LiveOdds => lives.Check(value);
export const isBookmaker = (value: unknown): value is Bookmaker => bookmakers.Check(value);
export const isBet = (value: unknown): value is Bet => bets.Check(value);
