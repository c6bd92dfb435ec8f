import type { Static } from 'typebox';
import { isMatchId } from '../../../domain/ids.ts';
import { isSportId } from '../../../domain/sports/index.ts';
import type { PollingChange, PollingScope } from '../../../ports/polling.ts';
import { Problem } from '../../problem.ts';
import type { changeSchema } from './schema.ts';

type Body = Static<typeof changeSchema>;

/** The change a body asks for: of one task, or of a scope, never of both. */
export function changeOf({ taskId, scope, kind, interval }: Body): PollingChange {
  if (taskId !== undefined) {
    if (scope !== undefined || kind !== undefined) {
      throw refused(scope === undefined ? 'kind' : 'scope', 'does not go together with taskId');
    }
    return { taskId, interval };
  }
  if (scope === undefined) throw refused('taskId', 'or scope is needed');
  return { scope: scopeOf(scope), interval, ...(kind === undefined ? {} : { kind }) };
}

function scopeOf({ sport, league, matchId }: NonNullable<Body['scope']>): PollingScope {
  return {
    ...(sport !== undefined && isSportId(sport) ? { sport } : {}),
    ...(league === undefined ? {} : { league }),
    ...(matchId !== undefined && isMatchId(matchId) ? { matchId } : {}),
  };
}

const refused = (field: string, message: string): Problem =>
  new Problem('VALIDATION_FAILED', `${field} ${message}.`, { errors: [{ in: 'body', field, message }] });
