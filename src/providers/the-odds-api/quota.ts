import type { Quota } from '../../ports/provider.ts';

/** Credits left in this month, by the headers of any answer. When they come back is not told. */
export function quotaOf(headers: Readonly<Record<string, string>>): Quota | undefined {
  const remaining = count(headers['x-requests-remaining']);
  const used = count(headers['x-requests-used']);
  if (remaining === undefined) return undefined;
  return { remaining, ...(used !== undefined && { limit: remaining + used }) };
}

const count = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
