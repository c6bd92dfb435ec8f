import { Type } from 'typebox';
import { SPORT_IDS } from '../../../domain/sports/index.ts';
import { MAX_INTERVAL, MIN_INTERVAL, TASK_STATES } from '../../../ports/polling.ts';
import { DATA_KINDS } from '../../../ports/provider.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

const strict = { additionalProperties: false };

/** What an operator sends. That `taskId` and `scope` exclude each other is said by the handler, in better words. */
export const changeSchema = Type.Object(
  {
    taskId: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'One task.' })),
    scope: Type.Optional(
      Type.Object(
        {
          sport: Type.Optional(oneOf(SPORT_IDS, 'A sport by its id.')),
          league: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,64}$' })),
          matchId: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
        },
        { ...strict, description: 'All that is covered by it; `{}` is everything.' },
      ),
    ),
    kind: Type.Optional(oneOf(DATA_KINDS, 'Only this kind; both when absent. Only with `scope`.')),
    interval: Type.Union([Type.Integer({ minimum: MIN_INTERVAL, maximum: MAX_INTERVAL }), Type.Null()], {
      description: `Milliseconds, ${MIN_INTERVAL} to ${MAX_INTERVAL} (24 h); null removes the override.`,
    }),
  },
  {
    ...strict,
    examples: [
      { scope: { sport: 'soccer', league: 'epl' }, kind: 'scores', interval: 2000 },
      { taskId: 'espn:scores:nba', interval: 5000 },
      { scope: { sport: 'soccer', league: 'epl' }, interval: null },
    ],
  },
);

const scopeSchema = Type.Object({
  taskId: Type.Optional(Type.String()),
  sport: Type.Optional(Type.String()),
  league: Type.Optional(Type.String()),
  matchId: Type.Optional(Type.String()),
});

const taskSchema = Type.Object({
  taskId: Type.String(),
  provider: Type.String(),
  kind: Type.String({
    description: '`scores`, `markets`, or `stream` for a connection that is listened to.',
  }),
  scope: scopeSchema,
  intervalMs: Type.Integer({ description: 'Of a stream: how often it should be heard.' }),
  intervalSource: Type.String({ description: 'Where the interval comes from.' }),
  reason: Type.String({ description: 'In words, with everything that bends it.' }),
  phase: oneOf(['far_off', 'soon', 'in_play', 'just_finished', 'over'], 'Of its most urgent match.'),
  state: oneOf(TASK_STATES, 'What it does now.'),
  matches: Type.Integer(),
  lastRunAt: nullable(timeField('Last poll; of a stream its last message.')),
  lastDurationMs: nullable(Type.Number()),
  lastErrorCode: nullable(Type.String()),
  nextRunAt: nullable(timeField('Next poll, or next attempt to connect.')),
  runs: Type.Integer(),
  failures: Type.Integer(),
});

export const statusSchema = Type.Object({
  role: oneOf(['leader', 'standby'], 'Whether this replica polls.'),
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'Tasks by state.' }),
  tree: Type.Unknown({ description: 'Intervals of default, sports, leagues and matches.' }),
  overrides: Type.Array(
    Type.Object({
      scope: scopeSchema,
      kind: nullable(Type.String()),
      interval: Type.Integer(),
      actor: Type.String(),
      at: timeField('When it was set.'),
    }),
  ),
  overrideCount: Type.Integer(),
  tasks: Type.Array(taskSchema),
  taskCount: Type.Integer(),
  nextCursor: nullable(Type.String()),
});

export const changedSchema = Type.Object({ tasks: Type.Array(taskSchema), taskCount: Type.Integer() });
