import { iso } from '../../../domain/time.ts';
import type { IntakeResult } from '../../../ports/event-intake.ts';
import { Problem } from '../../problem.ts';

const MOST_FAULTS = 20;

/**
 * The answer to a delivery. Where nothing of it could be kept this throws the `Problem` that says why; where a part
 * could, that part is in the log and the answer tells of each.
 */
export function receipt(results: readonly IntakeResult[]) {
  const accepted = results.filter((result) => result.accepted);
  if (accepted.length === 0 && results.length > 0) throw problemOf(results);
  const duplicate = accepted.length > 0 && accepted.every((result) => result.duplicate);
  return {
    success: true as const,
    message: messageOf(results.length, accepted.length, duplicate),
    duplicate,
    events: results.map((result) =>
      result.accepted
        ? {
            success: true as const,
            itemId: result.itemId,
            sequenceNumber: result.sequenceNumber,
            shardId: result.shardId,
            timestamp: iso(result.receivedAt),
            duplicate: result.duplicate,
          }
        : { success: false as const, code: result.code, message: result.message },
    ),
  };
}

function messageOf(all: number, accepted: number, duplicate: boolean): string {
  if (all === 0) return 'Nothing in it is for us.';
  if (accepted < all) return `${accepted} of ${all} events accepted.`;
  return duplicate ? 'Accepted before.' : 'Accepted.';
}

function problemOf(results: readonly IntakeResult[]): Problem {
  const refused = results.filter((result) => !result.accepted);
  const [first] = refused;
  if (refused.every(({ code }) => code === 'EVENT_CONFLICT'))
    return new Problem('EVENT_CONFLICT', first?.message ?? 'The delivery contradicts an earlier one.');
  const errors = refused
    .flatMap(({ faults, message }, index) => faults ?? [{ path: `/${index}`, message }])
    .slice(0, MOST_FAULTS)
    .map(({ path, message }) => ({ in: 'body', field: path, message }));
  return new Problem(
    'FEED_MAPPING_FAULT',
    `What the feed's mapping makes of it is no event: ${first?.message}`,
    {
      errors,
    },
  );
}
