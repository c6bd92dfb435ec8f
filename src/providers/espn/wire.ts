import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';

// Everything that is not needed may be absent or null: the feed is unofficial and gives whatever it has.
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

const identifier = Type.Union([Type.String(), Type.Integer()]);
/** `-110`, `"-110"`, `"EVEN"`, `"OFF"`. */
const price = Type.Union([Type.String(), Type.Number()]);

const status = Type.Object({
  clock: optional(Type.Number()),
  displayClock: optional(Type.String()),
  period: optional(Type.Integer()),
  type: Type.Object({ name: Type.String(), state: Type.String(), completed: optional(Type.Boolean()) }),
});

const competitor = Type.Object({
  homeAway: optional(Type.String()),
  score: optional(Type.Union([Type.String(), Type.Number()])),
  shootoutScore: optional(Type.Integer()),
  team: optional(
    Type.Object({
      id: optional(identifier),
      displayName: Type.String(),
      abbreviation: optional(Type.String()),
    }),
  ),
});

const competition = Type.Object({
  timeValid: optional(Type.Boolean()),
  competitors: Type.Array(competitor),
  status: optional(status),
  format: optional(Type.Object({ regulation: optional(Type.Object({ periods: optional(Type.Integer()) })) })),
  /** Looked at one by one, with `isOdds`. */
  odds: optional(Type.Array(Type.Unknown())),
});

const event = Type.Object({
  id: identifier,
  uid: optional(Type.String()),
  date: Type.String(),
  status: optional(status),
  competitions: Type.Array(competition),
});

const american = optional(Type.Object({ odds: optional(price), line: optional(price) }));
const side = optional(Type.Object({ close: american }));
const teamOdds = optional(
  Type.Object({
    favorite: optional(Type.Boolean()),
    moneyLine: optional(price),
    spreadOdds: optional(price),
  }),
);

const odds = Type.Object({
  provider: Type.Object({ id: optional(identifier), name: Type.String() }),
  details: optional(Type.String()),
  spread: optional(Type.Number()),
  overUnder: optional(Type.Number()),
  overOdds: optional(price),
  underOdds: optional(price),
  homeTeamOdds: teamOdds,
  awayTeamOdds: teamOdds,
  drawOdds: optional(Type.Object({ moneyLine: optional(price) })),
  moneyline: optional(Type.Object({ home: side, away: side, draw: side })),
  pointSpread: optional(Type.Object({ home: side, away: side })),
  total: optional(Type.Object({ over: side, under: side })),
});

const scoreboard = Type.Object({
  leagues: optional(Type.Array(Type.Unknown())),
  events: Type.Array(Type.Unknown()),
});

const leagueHead = Type.Object({ uid: Type.String(), name: optional(Type.String()) });

export type Scoreboard = Static<typeof scoreboard>;
export type Event = Static<typeof event>;
export type Competition = Static<typeof competition>;
export type Competitor = Static<typeof competitor>;
export type Status = Static<typeof status>;
export type Odds = Static<typeof odds>;
export type Price = Static<typeof price>;

const [scoreboards, leagueHeads, events, manyOdds] = [
  Compile(scoreboard),
  Compile(leagueHead),
  Compile(event),
  Compile(odds),
];

export const isScoreboard = (body: unknown): body is Scoreboard => scoreboards.Check(body);
export const isLeagueHead = (value: unknown): value is Static<typeof leagueHead> => leagueHeads.Check(value);
export const isEvent = (value: unknown): value is Event => events.Check(value);
export const isOdds = (value: unknown): value is Odds => manyOdds.Check(value);
