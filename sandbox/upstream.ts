import type { Answer } from './answer.ts';

export const UPSTREAM_IDS = ['espn', 'the-odds-api', 'api-football', 'betfair'] as const;
export type UpstreamId = (typeof UPSTREAM_IDS)[number];

export interface Asked {
  /** Below the upstream's base path, with the leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of a POST. */
  readonly body?: string;
}

/** How a provider refuses: each has its own statuses, bodies and headers for the same thing. */
export const REFUSALS = ['key-refused', 'quota', '429', '500', 'empty'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** A provider as the sandbox plays it. */
export interface Upstream {
  readonly id: UpstreamId;
  /** Asked by POST; by GET when absent. */
  readonly isPosted?: boolean;
  answer(asked: Asked): Answer;
  refuse(refusal: Refusal, asked: Asked, retryAfter: string | undefined): Answer;
}

/** The one key that is good; every other is refused as the provider refuses. */
export const TEST_KEY = 'test-key';

export const retryHeader = (retryAfter: string | undefined): Record<string, string> =>
  retryAfter === undefined ? {} : { 'retry-after': retryAfter };
