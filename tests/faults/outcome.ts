/** What became of the events of one fault. */
export interface Outcome {
  readonly fault: string;
  /** Different events that were sent, however often. */
  readonly sent: number;
  /** Of those, answered with a 2xx. */
  readonly accepted: number;
  /** Rows in Postgres. */
  readonly stored: number;
  /** Accepted events that live clients were told of; `–` where nobody is to be told. */
  readonly delivered: number | undefined;
  /** Accepted and not stored, or not delivered. */
  readonly lost: number;
  /** Stored twice, or told twice in one epoch. */
  readonly duplicated: number;
  /** What was measured besides. */
  readonly notes: readonly string[];
  /** What is not as promised; nothing when all is well. */
  readonly faults: readonly string[];
}

export const isGood = ({ lost, duplicated, faults }: Outcome): boolean =>
  lost === 0 && duplicated === 0 && faults.length === 0;

const HEAD = ['fault', 'sent', 'accepted', 'stored', 'delivered', 'lost', 'duplicated', ''] as const;

/** A table in Markdown, and under it what was measured besides. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((one) => [
    one.fault,
    ...[one.sent, one.accepted, one.stored, one.delivered ?? '–', one.lost, one.duplicated].map(String),
    isGood(one) ? 'good' : 'BAD',
  ]);
  const widths = HEAD.map((head, at) => Math.max(head.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(HEAD), rule, ...rows.map(line)].join('\n');
}
