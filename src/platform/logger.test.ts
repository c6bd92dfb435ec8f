import { describe, expect, test } from 'bun:test';
import { createLogger, type LogOptions } from './logger.ts';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    environment: 'test',
    version: '1.2.3',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('logger', () => {
  test('writes one JSON object a line, with level, time and version', () => {
    const { log, lines, last } = capture();
    log.info({ provider: 'acme' }, 'provider down');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toEndWith('\n');
    expect(last()).toMatchObject({ level: 'info', msg: 'provider down', provider: 'acme', version: '1.2.3' });
    expect(Date.parse(last().time)).toBeGreaterThan(0);
  });

  test('keeps quiet below its level, in children too', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info('nothing');
    log.child({ component: 'x' }).debug('nothing');
    expect(lines).toEqual([]);
  });

  const secretFields = [
    { name: 'at the top', fields: { token: 'sesame' } },
    { name: 'in headers', fields: { headers: { authorization: 'Bearer sesame', 'x-api-key': 'sesame' } } },
    { name: 'in a request', fields: { req: { headers: { cookie: 'sesame', authorization: 'sesame' } } } },
    { name: 'in settings', fields: { settings: { apiKey: 'sesame', password: 'sesame' } } },
    { name: 'in an own field', fields: { config: { pin: 'sesame' } } },
  ];
  for (const { name, fields } of secretFields) {
    test(`masks a secret ${name}`, () => {
      const { log, lines } = capture({ redact: ['pin'] });
      log.info(fields, 'request');
      expect(lines[0]).not.toContain('sesame');
      expect(lines[0]).toContain('[redacted]');
    });
  }

  test('masks a secret value in an error, a message, and a percent-encoded address', () => {
    const { log, lines } = capture({ secrets: ['open "sesame"', 'open "sesame" twice', 'abc'] });
    log.error({ err: new Error('GET https://x/?key=open "sesame" twice') }, 'failed');
    log.info({ url: `https://x/?key=${encodeURIComponent('open "sesame"')}` }, 'abc');
    expect(lines.join('')).not.toContain('sesame');
    // Too short to be told from ordinary text.
    expect(lines.join('')).toContain('abc');
  });

  test('writes an error with its code and cause, and each line stays JSON', () => {
    const { log, last } = capture();
    const error = Object.assign(new Error('no', { cause: new Error('deep') }), { code: 'STORE_AWAY' });
    log.error({ err: error }, 'failed');
    expect(last().err).toMatchObject({ message: expect.stringContaining('no'), code: 'STORE_AWAY' });
    expect(last().err.stack).toContain('deep');
  });
});
