import { inTurns } from '../../platform/steps.ts';
import type { HttpAnswer, HttpClient } from '../../ports/http-client.ts';
import type { Decoded, Dropped, PollAnswer } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { decodeInSteps, Statements } from './map.ts';
import { isEnvelope } from './wire.ts';

export interface PagedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The most pages one answer may have. */
  readonly limit: number;
  /** Only these leagues of theirs; all when empty. */
  readonly leagues: readonly number[];
}

/**
 * Asks for all pages of an answer, one after the other: all of them or none, since a fixture on a page we did not read
 * would look like one without odds.
 */
export async function readPages(http: HttpClient, request: PagedRequest): Promise<PollAnswer> {
  const first = await readPage(http, request, 1);
  if (first.pages > request.limit) {
    throw new ProviderError('PROVIDER_BODY_TOO_LARGE', 'The answer has more pages than may be read', {
      details: { pages: first.pages, limit: request.limit },
    });
  }
  const pages = [first];
  for (let number = 2; number <= first.pages; number++) pages.push(await readPage(http, request, number));
  const last = pages[pages.length - 1] ?? first;
  const freshFor = pages.map(({ answer }) => answer.freshFor).filter((span) => span !== undefined);
  return {
    ...joined(pages.map(({ decoded }) => decoded)),
    requestedAt: first.answer.requestedAt,
    receivedAt: last.answer.receivedAt,
    notModified: pages.every(({ answer }) => answer.notModified),
    ...(freshFor.length === pages.length && { freshFor: Math.min(...freshFor) }),
  };
}

interface Page {
  readonly answer: HttpAnswer;
  readonly decoded: Decoded;
  readonly pages: number;
}

async function readPage(http: HttpClient, request: PagedRequest, number: number): Promise<Page> {
  const { headers, signal, leagues } = request;
  const path = number === 1 ? request.path : `${request.path}&page=${number}`;
  const answer = await http.getJson({ path, headers, signal });
  const { receivedAt } = answer;
  const decoded = await inTurns(
    decodeInSteps(onlyLeagues(answer.body, leagues), { path, receivedAt }),
    signal,
  );
  const paging = isEnvelope(answer.body) ? answer.body.paging : undefined;
  if (paging && paging.current !== number) {
    throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The answer is another page than the one asked for', {
      details: { asked: number, got: paging.current },
    });
  }
  return { answer, decoded, pages: paging?.total ?? 1 };
}

/** The lists of a day cannot be asked for by several leagues; what was not wanted is not counted as left out. */
function onlyLeagues(body: unknown, leagues: readonly number[]): unknown {
  if (leagues.length === 0 || !isEnvelope(body) || !Array.isArray(body.response)) return body;
  const wanted = (element: unknown) => {
    const id = (element as { league?: { id?: unknown } } | null)?.league?.id;
    return typeof id !== 'number' || leagues.includes(id);
  };
  return { ...body, response: body.response.filter(wanted) };
}

function joined(pages: readonly Decoded[]): Decoded {
  const [only] = pages;
  if (only !== undefined && pages.length === 1) return only;
  const dropped: Dropped[] = [];
  const statements = new Statements(dropped);
  for (const [index, page] of pages.entries()) {
    const where = `page[${index + 1}]`;
    for (const { where: at, why } of page.dropped) dropped.push({ where: `${where}.${at}`, why });
    for (const statement of page.statements) statements.add(statement, where);
  }
  return { statements: statements.all(), dropped };
}
