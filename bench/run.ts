import { parseArgs } from 'node:util';
import { stopChildren } from './child.ts';

export interface RunOptions {
  /** A run of well under a minute, for CI: fewer rounds, the same measures. */
  readonly short: boolean;
  /** A missed goal is exit code 1. */
  readonly strict: boolean;
  readonly minutes: number | undefined;
}

/** Runs a bench to its exit code; whatever happens, no child is left behind. */
export async function run(bench: (options: RunOptions) => Promise<number>): Promise<never> {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      minutes: { type: 'string' },
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopChildren().finally(() => process.exit(1)));
  }
  let code = 1;
  try {
    const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
    if (minutes !== undefined && !(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes 0 to 1440');
    code = await bench({ ...values, minutes });
  } catch (error) {
    console.error(error);
  } finally {
    await stopChildren();
  }
  process.exit(code);
}
