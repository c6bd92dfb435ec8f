import { afterEach, describe, expect, test } from 'bun:test';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { httpBench } from '../../../tests/support/http-bench.ts';
import type { ProviderErrorCode } from '../../ports/provider-error.ts';
import { DEEPEST } from './nesting-guard.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const bench = async (...given: Parameters<typeof httpBench>) => {
  const made = await httpBench(...given);
  closing.push(made.close);
  return made;
};

describe('a body', () => {
  const cases: readonly (readonly [string, ProviderErrorCode, RequestListener])[] = [
    [
      'that is a web page',
      'PROVIDER_BAD_PAYLOAD',
      (_q, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['that is half a JSON', 'PROVIDER_BAD_PAYLOAD', (_q, r) => r.end('{"events":[{"id":1')],
    ['that is empty', 'PROVIDER_BAD_PAYLOAD', (_q, r) => r.writeHead(204).end()],
    ['that is no UTF-8', 'PROVIDER_BAD_PAYLOAD', (_q, r) => r.end(Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
    ['that is very deep', 'PROVIDER_BAD_PAYLOAD', (_q, r) => r.end('[{"a":'.repeat(500_000))],
    ['that is one level too deep', 'PROVIDER_BAD_PAYLOAD', (_q, r) => r.end(nested(DEEPEST + 1))],
    [
      'that is not what its encoding says',
      'PROVIDER_BAD_PAYLOAD',
      (_q, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('{"a":1}'),
    ],
    [
      'that is packed in a way we do not know',
      'PROVIDER_BAD_PAYLOAD',
      (_q, r) => r.writeHead(200, { 'content-encoding': 'compress' }).end('{"a":1}'),
    ],
    [
      'that says it is too large',
      'PROVIDER_BODY_TOO_LARGE',
      (_q, r) => r.writeHead(200, { 'content-length': 50 * 1024 * 1024 }).write('['),
    ],
    [
      'that is cut in the middle',
      'PROVIDER_UNREACHABLE',
      (_q, r) => {
        r.writeHead(200, { 'content-length': 100 });
        r.write('{"a":', () => r.socket?.resetAndDestroy());
      },
    ],
    ['that never comes', 'PROVIDER_UNREACHABLE', (_q, r) => r.socket?.destroy()],
  ];

  test.each(cases)('%s is %s', async (_name, code, answer) => {
    const { failure } = await bench(answer);
    expect((await failure('/')).code).toBe(code);
  });

  test('of 50 MB is read no further than the limit', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let sent = 0;
    const { failure } = await bench(
      (_request, response) => {
        const write = () => {
          while (!response.destroyed && sent < 50) {
            sent++;
            if (!response.write(chunk)) {
              response.once('drain', write);
              return;
            }
          }
          response.end();
        };
        write();
      },
      { maxBodyBytes: 2 * 1024 * 1024 },
    );
    const error = await failure('/');
    expect(error.code).toBe('PROVIDER_BODY_TOO_LARGE');
    expect(error.details.limit).toBe(2 * 1024 * 1024);
    expect(sent).toBeLessThan(50);
  });

  test('that unpacks to a hundred times its size is not unpacked to the end', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const { failure } = await bench(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      { maxBodyBytes: 1024 * 1024 },
    );
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect((await failure('/')).code).toBe('PROVIDER_BODY_TOO_LARGE');
  });

  test('that arrives in pieces which cut a character is read whole', async () => {
    const { get } = await bench((_request, response) => {
      const bytes = Buffer.from('{"name":"Málaga"}');
      response.write(bytes.subarray(0, 11), () => response.end(bytes.subarray(11)));
    });
    expect((await get('/')).body).toEqual({ name: 'Málaga' });
  });
});

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
