import { Type } from 'typebox';
import { STREAM_STATES } from '../../../ports/provider-health.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

export const providersSchema = Type.Object({
  providers: Type.Array(
    Type.Object({
      provider: Type.String(),
      name: Type.String(),
      status: oneOf(
        ['unknown', 'healthy', 'degraded', 'down', 'disabled'],
        '`unknown` before the first poll.',
      ),
      since: timeField('When `status` last changed.'),
      reason: nullable(Type.String({ description: 'What an operator can do about it.' })),
      lastSuccessAt: nullable(timeField('Last good answer.')),
      lastErrorAt: nullable(timeField('Last failure.')),
      lastErrorCode: nullable(Type.String()),
      responseTimeMs: nullable(Type.Object({ p50: Type.Number(), p95: Type.Number(), last: Type.Number() })),
      errorRate: Type.Number({ description: 'Failed share of the last 100 requests, 0 to 1.' }),
      requests: Type.Integer(),
      failures: Type.Integer(),
      dropped: Type.Record(Type.String(), Type.Integer(), {
        description: 'Elements left out of good answers, by reason.',
      }),
      circuit: oneOf(['closed', 'half_open', 'open'], '`open`: it is not asked at the moment.'),
      quota: nullable(
        Type.Object({
          remaining: Type.Number(),
          limit: nullable(Type.Number()),
          resetsAt: nullable(timeField('When it is full again.')),
        }),
      ),
      stream: nullable(
        Type.Object(
          {
            state: oneOf(STREAM_STATES, '`silent`: open, but later than it should be.'),
            since: timeField('When `state` last changed.'),
            lastMessageAt: nullable(timeField('Heartbeats included.')),
            lagMs: nullable(
              Type.Number({ description: 'From their time of the last message to our receipt.' }),
            ),
            connections: Type.Integer(),
            losses: Type.Integer({ description: 'Connections that failed or broke.' }),
            conflated: Type.Integer({ description: 'Statements overtaken before they were taken in.' }),
          },
          { description: 'Of a provider that is listened to; else null.' },
        ),
      ),
    }),
  ),
});
