import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const text = Type.String({ minLength: 1 });
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

/**
 * One element of `/odds`, `/scores` or `/events`: the first adds `bookmakers`, the second `completed` and `scores`, the
 * last nothing. The teams are null for outrights.
 */
const event = Type.Object({
  id: text,
  sport_key: text,
  sport_title: optional(Type.String()),
  commence_time: Type.String(),
  home_team: optional(Type.String()),
  away_team: optional(Type.String()),
  bookmakers: optional(Type.Array(Type.Unknown())),
  completed: optional(Type.Boolean()),
  scores: optional(Type.Array(Type.Object({ name: Type.String(), score: optional(Type.String()) }))),
  last_update: optional(Type.String()),
});

const bookmaker = Type.Object({
  key: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' }),
  title: optional(Type.String()),
  last_update: optional(Type.String()),
  markets: Type.Array(Type.Unknown()),
});

/** Since 2023 a market tells its own `last_update`; before, only its bookmaker did. */
const market = Type.Object({
  key: text,
  last_update: optional(Type.String()),
  outcomes: Type.Array(Type.Object({ name: text, price: Type.Number(), point: optional(Type.Number()) })),
});

const refusal = Type.Object({ error_code: text });

export type Event = Static<typeof event>;
export type Bookmaker = Static<typeof bookmaker>;
export type Market = Static<typeof market>;

const [events, bookmakers, markets, refusals] = [
  Compile(event),
  Compile(bookmaker),
  Compile(market),
  Compile(refusal),
];

export const isEvent = (value: unknown): value is Event => events.Check(value);
export const isBookmaker = (value: unknown): value is Bookmaker => bookmakers.Check(value);
export const isMarket = (value: unknown): value is Market => markets.Check(value);
export const isRefusal = (value: unknown): value is Static<typeof refusal> => refusals.Check(value);
