import { TouchlineError } from '../domain/errors.ts';

/** The configuration cannot be used; `faults` lists everything that is wrong with it, a line each. */
export class ConfigError extends TouchlineError<'CONFIG_INVALID'> {
  readonly retryable = false;
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      'CONFIG_INVALID',
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n- ${faults.join('\n- ')}`,
    );
    this.faults = faults;
  }
}
