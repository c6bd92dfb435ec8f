import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { ERROR_CODES } from '../../src/http/error-codes.ts';
import { anApi } from '../support/api.ts';

const api = anApi();
const routes: string[] = [];
api.app.addHook('onRoute', ({ method, url }) => {
  for (const one of [method].flat()) routes.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
});
// biome-ignore lint/suspicious/noExplicitAny: the document is read as a client reads it
let document: any;

beforeAll(async () => {
  await api.app.ready();
  document = (await api.get('/openapi.json')).json();
});
afterAll(() => api.server.stop());

const EXPECTED = [
  'DELETE /api/v1/matches/{matchId}/events/{eventId}',
  'GET /api/markets/{sport}',
  'GET /api/markets/{sport}/opportunities',
  'GET /api/matches',
  'GET /api/matches/{matchId}',
  'GET /api/matches/{matchId}/history',
  'GET /api/polling/status',
  'GET /api/providers/health',
  'GET /api/scores',
  'GET /api/scores/{matchId}',
  'GET /api/sports',
  'GET /api/v1/events/types',
  'GET /api/v1/feed/dead-letters',
  'GET /api/v1/feed/health',
  'GET /events',
  'GET /health',
  'GET /livez',
  'GET /metrics',
  'GET /openapi.json',
  'GET /readyz',
  'POST /api/polling/update',
  'POST /api/v1/feed/dead-letters',
  'POST /api/v1/matches/{matchId}/events',
  'POST /api/v1/webhooks/{feed}',
  'POST /api/v1/webhooks/{feed}/{secret}',
  'POST /ingest',
];

describe('/openapi.json', () => {
  test('is OpenAPI 3.1 of this version', () => {
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3']);
  });

  test('names every route, and no other', () => {
    const described = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(EXPECTED);
  });

  test('has every registered route', () => {
    const registered = routes.filter((route) => !/^(HEAD|OPTIONS) | \/docs/.test(route));
    expect([...new Set(registered)].sort()).toEqual(EXPECTED);
  });

  test('every operation has an id of its own, a tag and a summary', () => {
    const operations = Object.values(
      document.paths as Record<string, Record<string, Record<string, unknown>>>,
    ).flatMap(Object.values);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations) {
      expect(operation).toMatchObject({
        operationId: expect.any(String),
        tags: [expect.any(String)],
        summary: expect.any(String),
      });
    }
  });

  test('its references lead somewhere', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path as string);
    expect(references.length).toBeGreaterThan(0);
    for (const path of new Set(references)) {
      expect(path.split('/').reduce((part, name) => part?.[name], document)).toBeDefined();
    }
    expect(text).not.toMatch(/"\$ref":"[^#]/);
  });

  test('a change of polling needs a token and shows both forms', () => {
    const operation = document.paths['/api/polling/update'].post;
    expect(operation.security).toEqual([{ operator: [] }]);
    const { examples } = operation.requestBody.content['application/json'];
    const fields = Object.values(examples as Record<string, { value: object }>).flatMap(({ value }) =>
      Object.keys(value),
    );
    expect(fields).toEqual(expect.arrayContaining(['taskId', 'scope', 'kind', 'interval']));
  });

  test('answers hold what the description says', async () => {
    const { properties } =
      document.paths['/api/sports'].get.responses[200].content['application/json'].schema;
    expect(Object.keys(properties)).toEqual(Object.keys((await api.get('/api/sports')).json()));
  });
});

describe('pages', () => {
  test('/docs shows the description, with the fields that protect a page', async () => {
    const page = await api.get('/docs');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['x-frame-options']).toBeDefined();
    for (const [, asset] of page.body.matchAll(/(?:src|href)="\.?\/?([^"]+\.(?:js|css))"/g)) {
      const loaded = await api.get(new URL(asset as string, 'http://a/').pathname);
      expect([asset, loaded.statusCode]).toEqual([asset, 200]);
    }
  });

  test('API answers do not carry the fields of pages', async () => {
    for (const url of ['/api/sports', '/health', '/api/providers/health', '/api/nope']) {
      const { headers } = await api.get(url);
      expect(Object.keys(headers)).not.toContain('content-security-policy');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('/docs/errors has an anchor for each code', async () => {
    const { body } = await api.get('/docs/errors');
    for (const code of Object.keys(ERROR_CODES)) expect(body).toContain(`id="${code.toLowerCase()}"`);
  });
});

describe('docs/errors.md', () => {
  test('lists each code with its status, title and meaning, and no other', async () => {
    const text = await Bun.file('docs/errors.md').text();
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (.*) \|$/gm)].map(([, ...cells]) => cells);
    expect(rows).toEqual(
      Object.entries(ERROR_CODES).map(([code, { status, title, meaning }]) => [
        code,
        String(status),
        `${title}. ${meaning}`,
      ]),
    );
  });
});
