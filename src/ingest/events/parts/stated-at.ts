import type { Statement } from '../../../domain/observation.ts';
import type { Told } from '../event-type.ts';

/** The sender's own time, as a statement carries it; never ours. */
export const statedAt = ({ event }: Told): Pick<Statement, 'statedAt'> =>
  event.occurredAt === undefined ? {} : { statedAt: event.occurredAt };
