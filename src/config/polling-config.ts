import { type Static, Type } from 'typebox';
import { minutes, seconds } from '../domain/time.ts';
import { MAX_INTERVAL, MIN_INTERVAL } from '../ports/polling.ts';

const interval = Type.Integer({ minimum: MIN_INTERVAL, maximum: MAX_INTERVAL, description: 'Milliseconds.' });

const perPhase = Type.Object(
  {
    far_off: Type.Optional(interval),
    soon: Type.Optional(interval),
    in_play: Type.Optional(interval),
    just_finished: Type.Optional(interval),
    over: Type.Optional(interval),
  },
  { additionalProperties: false },
);

const branch = Type.Object(
  { scores: Type.Optional(perPhase), markets: Type.Optional(perPhase) },
  { additionalProperties: false },
);

/** The intervals: resolved match → league → sport → default, each per kind and phase; what is absent is inherited. */
export const intervalTree = Type.Object(
  {
    default: Type.Object(
      { scores: Type.Required(perPhase), markets: Type.Required(perPhase) },
      { additionalProperties: false },
    ),
    sports: Type.Record(Type.String(), branch),
    leagues: Type.Record(Type.String(), branch),
    matches: Type.Record(Type.String(), branch),
  },
  { additionalProperties: false },
);

/** What the file `POLLING_CONFIG` may hold: any part of the tree, laid over the defaults below. */
export const intervalTreeFile = Type.Object(
  {
    default: Type.Optional(branch),
    sports: Type.Optional(Type.Record(Type.String(), branch)),
    leagues: Type.Optional(Type.Record(Type.String(), branch)),
    matches: Type.Optional(Type.Record(Type.String(), branch)),
  },
  { additionalProperties: false },
);

export type IntervalTree = Static<typeof intervalTree>;
export type IntervalTreeFile = Static<typeof intervalTreeFile>;
export type IntervalBranch = Static<typeof branch>;

/**
 * Scores are asked for as often as the fastest free source renews them; a provider's own pace still bounds it from
 * below. Prices before the match move in minutes, in play with the ball.
 */
export const defaultIntervals: IntervalTree = {
  default: {
    scores: {
      far_off: minutes(15),
      soon: seconds(30),
      in_play: seconds(5),
      just_finished: seconds(30),
      over: minutes(30),
    },
    markets: {
      far_off: minutes(10),
      soon: seconds(60),
      in_play: seconds(5),
      just_finished: minutes(5),
      over: minutes(60),
    },
  },
  sports: {
    // A race lasts minutes: its last prices are made, and asked for, close to the off.
    horse_racing: {
      scores: { soon: seconds(10), in_play: seconds(2) },
      markets: { soon: seconds(10), in_play: seconds(2) },
    },
    // Days long; an over lasts four minutes.
    cricket: { scores: { in_play: seconds(15) } },
  },
  leagues: {},
  matches: {},
};

/** The defaults with a file's settings laid over them, branch by branch and phase by phase. */
export function layIntervals(base: IntervalTree, over: IntervalTreeFile): IntervalTree {
  return {
    default: {
      scores: { ...base.default.scores, ...over.default?.scores },
      markets: { ...base.default.markets, ...over.default?.markets },
    },
    sports: layBranches(base.sports, over.sports),
    leagues: layBranches(base.leagues, over.leagues),
    matches: layBranches(base.matches, over.matches),
  };
}

function layBranches(
  base: Readonly<Record<string, IntervalBranch>>,
  over: Readonly<Record<string, IntervalBranch>> = {},
): Record<string, IntervalBranch> {
  const laid: Record<string, IntervalBranch> = { ...base };
  for (const [name, branch] of Object.entries(over)) {
    const scores = { ...laid[name]?.scores, ...branch.scores };
    const markets = { ...laid[name]?.markets, ...branch.markets };
    laid[name] = { scores, markets };
  }
  return laid;
}
