import { type Answer, html } from './answer.ts';
import type { Fault } from './faults.ts';
import { type Asked, REFUSALS, type Refusal, type Upstream } from './upstream.ts';

/** An answer and how it is sent. */
export interface Delivery {
  readonly answer: Answer;
  readonly delay: number;
  /** - `whole` · `cut`: half of the body, then the connection · `never`: nothing · `huge`: the body, and 50 MB of padding */
  readonly manner: 'whole' | 'cut' | 'never' | 'huge';
}

const DEFAULT_DELAY = 1_000;
const DEFAULT_RETRY_AFTER = '2';
const DEPTH = 100_000;

/** The upstream's answer, with the fault laid over it. */
export function deliver(upstream: Upstream, asked: Asked, fault: Fault | undefined): Delivery {
  const whole = (answer: Answer): Delivery => ({ answer, delay: 0, manner: 'whole' });
  if (fault === undefined) return whole(upstream.answer(asked));
  const { fault: name } = fault;
  if (isRefusal(name)) {
    const retryAfter = fault.retryAfter ?? DEFAULT_RETRY_AFTER;
    return whole(upstream.refuse(name, asked, retryAfter === 'none' ? undefined : retryAfter));
  }
  if (name === 'garbage') return whole(html('Welcome', 200));
  // What breaks is the body, so there has to be one: not a 304.
  const answer = upstream.answer({ ...asked, headers: { ...asked.headers, 'if-none-match': undefined } });
  const withBody = (body: string): Delivery => whole({ ...answer, headers: withoutTag(answer), body });
  switch (name) {
    case 'slow':
      return { answer: upstream.answer(asked), delay: fault.ms ?? DEFAULT_DELAY, manner: 'whole' };
    case 'hang':
      return { answer, delay: 0, manner: 'never' };
    case 'cut':
      return { answer, delay: 0, manner: 'cut' };
    case 'huge':
      return { answer: { ...answer, headers: withoutTag(answer) }, delay: 0, manner: 'huge' };
    case 'half':
      return withBody(answer.body.slice(0, Math.floor(answer.body.length / 2)));
    case 'deep':
      return withBody('['.repeat(DEPTH) + ']'.repeat(DEPTH));
    case 'wrong-type':
      return withBody(withWrongTypes(answer.body));
  }
}

const isRefusal = (name: Fault['fault']): name is Refusal => (REFUSALS as readonly string[]).includes(name);

// A broken body under the good one's tag would be confirmed by the next 304.
const withoutTag = ({ headers }: Answer): Record<string, string> => {
  const { etag: _, ...others } = headers;
  return others;
};

/** The body with a number in the place of every text of its first element. */
function withWrongTypes(text: string): string {
  const body = JSON.parse(text) as
    | { events?: unknown[]; response?: unknown[]; result?: unknown[] }
    | unknown[];
  const list = Array.isArray(body) ? body : (body.events ?? body.response ?? body.result ?? []);
  if (list.length > 0) list[0] = withoutTexts(list[0]);
  return JSON.stringify(body);
}

function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return 7;
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutTexts(inner)]));
}
