import { createHash } from 'node:crypto';
import { addressRanges } from '../../platform/address-range.ts';
import type { IncomingEvent } from '../../ports/event-intake.ts';
import type { FeedDeclaration, FeedDocument } from '../../ports/feed-declaration.ts';
import type { Delivery, Feed, FeedRefusal } from '../../ports/feeds.ts';
import { BodyFault } from './bodies/body-fault.ts';
import { readJsonBody } from './bodies/json-body.ts';
import { readXmlBody } from './bodies/xml-body.ts';
import { compileMapping, type MappedEvent, type Mapping } from './mapping/mapping.ts';
import { MappingFault } from './mapping/mapping-fault.ts';
import type { Note } from './mapping/template.ts';
import { optaMapping } from './presets/opta.ts';
import { ownEvents } from './presets/own-events.ts';
import { verifierOf } from './verifier.ts';

const PER_MINUTE = 1_000;
const MAX_BYTES = 256 * 1024;

/** Makes a feed of its declaration; what is wrong with that is noted with its place, and the feed is then no good. */
export function declaredFeed(document: FeedDocument, note: Note): Feed {
  const { declaration } = document;
  const { id, name, allow, limits = {} } = declaration;
  const verify = verifierOf(document, note);
  const deliveryHeader = declaration.signature.deliveryHeader?.toLowerCase();
  const { isXml, mapping } = mappingOf(declaration, note);
  const ranges = addressRanges(allow ?? []);
  for (const text of ranges.wrong) note('/allow', `${JSON.stringify(text)} is no address range`);
  return {
    id,
    name,
    perMinute: limits.perMinute ?? PER_MINUTE,
    maxBytes: limits.maxBytes ?? MAX_BYTES,
    allows: (address) => allow === undefined || ranges.includes(address),
    verify: (request) => {
      const verdict = verify({ ...request, now: request.receivedAt });
      if (!verdict.ok) return verdict;
      const told = deliveryHeader === undefined ? undefined : request.headers[deliveryHeader];
      return {
        ok: true,
        request,
        id: deliveryId(told) ?? verdict.deliveryId ?? `sha256-${sha256(request.body)}`,
      };
    },
    read: (delivery) => {
      try {
        const { body, headers } = delivery.request;
        const made = mapping(isXml ? readXmlBody(body) : readJsonBody(body), headers);
        return { ok: true, events: made.map((event, index) => incoming(id, event, delivery, index)) };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

const deliveryId = (told: string | undefined): string | undefined =>
  told !== undefined && /^[\x21-\x7e]{1,150}$/.test(told) ? told : undefined;

function mappingOf(
  { preset, mapping }: FeedDeclaration,
  note: Note,
): { readonly isXml: boolean; readonly mapping: Mapping } {
  if (preset === 'opta') return { isXml: true, mapping: optaMapping };
  if (preset !== undefined) {
    const eventType = preset === 'match-events' ? 'match_event' : 'match_status';
    return { isXml: false, mapping: compileMapping(ownEvents(eventType), note) };
  }
  if (mapping === undefined) return { isXml: false, mapping: () => [] };
  return { isXml: mapping.format === 'xml', mapping: compileMapping(mapping, note) };
}

/** What a delivery names by itself has that name for ever; else its place in the delivery names it. */
function incoming(source: string, event: MappedEvent, delivery: Delivery, index: number): IncomingEvent {
  const { id, ...rest } = event;
  return {
    source,
    ...rest,
    id: id ?? (index === 0 ? delivery.id : `${delivery.id}#${index}`),
    receivedAt: delivery.request.receivedAt,
  };
}

function refusalOf(error: unknown): FeedRefusal {
  if (error instanceof BodyFault) return { ok: false, code: 'FEED_BODY_INVALID', message: error.message };
  if (!(error instanceof MappingFault)) throw error;
  const { path, message } = error;
  return {
    ok: false,
    code: 'FEED_MAPPING_FAULT',
    message: `The feed's mapping does not fit this body: ${path} ${message}.`,
    faults: [{ path, message }],
  };
}
