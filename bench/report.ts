import { cpus, loadavg } from 'node:os';
import manifest from '../package.json' with { type: 'json' };

export interface Goal {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** Exactly one of the two. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What a bench found: prints tables as they come, and at the end whether each goal is met. */
export class Report {
  readonly #goals: Goal[] = [];

  constructor(title: string) {
    const [first] = cpus();
    const load = loadavg().map((value) => value.toFixed(1));
    console.log(`# ${title}\n`);
    console.log(
      `${new Date().toISOString().slice(0, 10)} · ${cpus().length} × ${first?.model ?? 'unknown'} · ` +
        `touchline ${manifest.version} · bun ${Bun.version} · ${process.platform} ${process.arch} · ` +
        `load before ${load.join(' ')}`,
    );
    console.log(`\`${['bun', ...process.argv.slice(1)].join(' ').replaceAll(`${process.cwd()}/`, '')}\``);
  }

  note(text: string): void {
    console.log(`\n${text}`);
  }

  /** Prints a table in Markdown; the first row is the head, the first column is words. */
  table(rows: readonly (readonly (string | number)[])[]): void {
    const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? short(cell) : cell)));
    const widths = (cells[0] ?? []).map((_, column) =>
      Math.max(3, ...cells.map((row) => (row[column] ?? '').length)),
    );
    const line = (row: readonly string[]) =>
      `| ${widths.map((width, at) => (at === 0 ? (row[at] ?? '').padEnd(width) : (row[at] ?? '').padStart(width))).join(' | ')} |`;
    const [head = [], ...body] = cells;
    const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
    console.log(`\n${[line(head), rule, ...body.map(line)].join('\n')}`);
  }

  goal(goal: Goal): void {
    this.#goals.push(goal);
  }

  /** Prints the verdicts; the exit code is 0, or with `strict` 1 when a goal is missed. */
  end(strict: boolean): number {
    this.table([
      ['goal', 'wanted', 'measured', 'verdict'],
      ...this.#goals.map((goal) => [
        goal.what,
        `${goal.atMost === undefined ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`} ${goal.unit}`.trim(),
        `${short(goal.measured)} ${goal.unit}`.trim(),
        isMet(goal) ? 'met' : 'MISSED',
      ]),
    ]);
    return strict && !this.#goals.every(isMet) ? 1 : 0;
  }
}

function isMet({ measured, atMost, atLeast }: Goal): boolean {
  return (
    Number.isFinite(measured) &&
    (atMost === undefined || measured <= atMost) &&
    (atLeast === undefined || measured >= atLeast)
  );
}

/** Three digits that count. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 10 ? 1 : 2);
}
