import { iso } from '../../../domain/time.ts';
import type { EventFault, IntakeResult } from '../../../ports/event-intake.ts';
import { type Fault, Problem } from '../../problem.ts';
import type { Envelope } from './envelope.ts';

/** What became of one event of a request. */
export type Verdict = IntakeResult | Extract<Envelope, { ok: false }>;

export const isAccepted = (verdict: Verdict): verdict is Extract<IntakeResult, { accepted: true }> =>
  'accepted' in verdict && verdict.accepted;

/** The answer for one accepted event. */
export function receipt(result: Extract<IntakeResult, { accepted: true }>) {
  const { itemId, sequenceNumber, shardId, receivedAt, duplicate } = result;
  return {
    success: true,
    message: duplicate ? 'Event was accepted before' : 'Event accepted',
    itemId,
    sequenceNumber,
    shardId,
    timestamp: iso(receivedAt),
    duplicate,
  };
}

/** What became of the event at `index`, as a batch's answer tells it. */
export function resultDocument(verdict: Verdict, index: number) {
  if (isAccepted(verdict)) return { index, ...receipt(verdict) };
  const { code, message, errors } = refusalOf(verdict);
  return { index, success: false, code, message, ...(errors.length > 0 && { errors }) };
}

/** The refusal of a single event, as a problem. */
export function refusal(verdict: Exclude<Verdict, { accepted: true }>): Problem {
  const { code, message, errors } = refusalOf(verdict);
  const types = validTypesOf(verdict);
  return new Problem(code, message, {
    ...(errors.length > 0 && { errors }),
    ...(types !== undefined && { members: { validTypes: types } }),
  });
}

export const validTypesOf = (verdict: Verdict): readonly string[] | undefined =>
  'validTypes' in verdict ? verdict.validTypes : undefined;

function refusalOf(verdict: Exclude<Verdict, { accepted: true }>) {
  const errors = (verdict.faults ?? []).map(faultOf);
  const words = (verdict.faults ?? [])
    .map(({ path, message }) => `${path || 'The event'} ${message}`)
    .join('; ');
  const message = 'message' in verdict ? verdict.message : `${words}.`;
  return { code: verdict.code, message: message.slice(0, LONGEST_MESSAGE), errors };
}

const LONGEST_MESSAGE = 1_000;

const faultOf = ({ path, message }: EventFault): Fault => ({
  in: 'body',
  field: path.slice(1).replaceAll('/', '.'),
  message,
});
