import { Type } from 'typebox';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

const store = Type.Object({
  kind: oneOf(['memory', 'redis', 'postgres', 'embedded-postgres'], 'What it is.'),
  status: oneOf(['ok', 'down'], 'Whether it answers.'),
  since: timeField('When `status` last changed.'),
  lastErrorCode: nullable(Type.String()),
});

const counts = (description: string) => Type.Record(Type.String(), Type.Integer(), { description });

export const healthSchema = Type.Object({
  status: oneOf(['ok', 'degraded', 'down'], 'In one word.'),
  reasons: Type.Array(Type.String(), { description: 'Why it is not `ok`.' }),
  version: Type.String(),
  uptimeSeconds: Type.Integer(),
  stores: Type.Object({ postgres: store, redis: store }),
  history: Type.Object({
    waiting: Type.Integer({ description: 'Entries not yet written.' }),
    lost: Type.Integer({ description: 'Entries that will never be.' }),
  }),
  providers: counts('Providers by status.'),
  polling: counts('Polling tasks by state.'),
  websocket: Type.Object({ connections: Type.Integer() }),
});

export const readinessSchema = Type.Object({
  status: oneOf(['starting', 'ready', 'draining'], 'Only `ready` may take traffic.'),
  reasons: Type.Array(Type.String()),
});
