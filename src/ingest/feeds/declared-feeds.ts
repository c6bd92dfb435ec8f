import { createHash, timingSafeEqual } from 'node:crypto';
import type { FeedDocument } from '../../ports/feed-declaration.ts';
import type { Feed, Feeds } from '../../ports/feeds.ts';
import { declaredFeed } from './declared-feed.ts';

/** Sources of our own: what is entered by hand. */
const TAKEN: ReadonlySet<string> = new Set(['manual']);

/** The feeds of these declarations. `faults` lists everything that is wrong with them, each with file and place. */
export function declaredFeeds(documents: readonly FeedDocument[]): {
  readonly feeds: Feeds;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const byId = new Map<string, { readonly feed: Feed; readonly pathSecret: string | undefined }>();
  for (const document of documents) {
    const { place, declaration, pathSecret } = document;
    if (byId.has(declaration.id)) faults.push(`${place} /id: ${declaration.id} is declared twice`);
    if (TAKEN.has(declaration.id)) faults.push(`${place} /id: ${declaration.id} is a source of our own`);
    const feed = declaredFeed(document, (at, message) => faults.push(`${place} ${at}: ${message}`));
    byId.set(declaration.id, { feed, pathSecret });
  }
  const feeds: Feeds = {
    all: [...byId.values()].map(({ feed }) => feed),
    find: (id, given) => {
      const found = byId.get(id);
      if (found === undefined || !isSame(found.pathSecret, given)) return undefined;
      return found.feed;
    },
  };
  return { feeds, faults };
}

// Digests are compared, so that the time it takes tells neither length nor content.
function isSame(secret: string | undefined, given: string | undefined): boolean {
  if (secret === undefined || given === undefined) return secret === given;
  return timingSafeEqual(digest(secret), digest(given));
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();
