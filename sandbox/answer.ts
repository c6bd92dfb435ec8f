/** What an upstream answers, before faults are laid over it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export const json = (
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});

/** Recorded bytes as they are. */
export const recordedJson = (body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body,
});

export const html = (
  title: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'content-type': 'text/html', ...headers },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
});

/** The answer under an entity tag of its bytes, or a 304 for a client that has them. */
export function tagged(answer: Answer, ifNoneMatch: string | undefined): Answer {
  const etag = `"${Bun.hash(answer.body).toString(16)}"`;
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  const headers = { ...answer.headers, etag };
  return known.includes(etag) ? { status: 304, headers, body: '' } : { ...answer, headers };
}
