interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: unknown;
  readonly message: string;
}

/** A log that keeps its lines, for tests to look at. */
export function keptLog() {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (fields: unknown, message?: string) => {
    lines.push({ level, fields, message: message ?? '' });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
