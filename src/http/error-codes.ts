/** One kind of error reply: its HTTP status, its title, and what it means to the caller. */
export interface ErrorCodeEntry {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

/** Every `code` an error reply can carry; `docs/errors.md` lists the same ones (checked by a test). */
export const ERROR_CODES = {
  VALIDATION_FAILED: {
    status: 400,
    title: 'The request does not fit the route',
    meaning: 'A parameter or body field is missing, unknown, or wrong; `errors` lists every fault.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'The body is not usable JSON',
    meaning:
      'Not JSON, empty, of another length than announced, or with a forbidden key such as `__proto__`.',
  },
  MALFORMED_REQUEST: {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'Broken percent-encoding in the address, or broken HTTP.',
  },
  POLLING_INTERVAL_INVALID: {
    status: 400,
    title: 'The interval is out of range',
    meaning: 'Polling intervals are whole milliseconds from 250 to 86400000 (24 h), or null.',
  },
  EVENT_TYPE_UNKNOWN: {
    status: 400,
    title: 'There is no such event type',
    meaning: 'Neither built in nor declared; `validTypes` lists those there are.',
  },
  EVENT_INVALID: {
    status: 400,
    title: 'The event does not fit its type',
    meaning:
      'Source, id, time or `data` departs from what `/api/v1/events/types` says; `errors` lists every fault.',
  },
  EVENTS_REJECTED: {
    status: 400,
    title: 'No event of the batch was accepted',
    meaning: '`results` says of each what is wrong with it. A batch of which one is accepted is a 202.',
  },
  FEED_BODY_INVALID: {
    status: 400,
    title: 'The delivery cannot be read',
    meaning:
      'Empty, not UTF-8, or not the JSON or XML that the feed sends; document types and entities are never read.',
  },
  TOKEN_MISSING: {
    status: 401,
    title: 'A token is needed',
    meaning: 'The route needs `Authorization: Bearer <token>`.',
  },
  TOKEN_INVALID: {
    status: 401,
    title: 'The token is not valid',
    meaning:
      'Malformed, wrongly signed, of another algorithm, issuer or audience, or lacking `exp` or `sub`.',
  },
  TOKEN_EXPIRED: {
    status: 401,
    title: 'The token has expired',
    meaning: 'Get a new one; the old one will not be accepted again.',
  },
  SIGNATURE_MISSING: {
    status: 401,
    title: 'The delivery is not signed',
    meaning: "A header that the feed's signature needs is not there; `detail` names it.",
  },
  SIGNATURE_INVALID: {
    status: 401,
    title: 'The signature does not fit',
    meaning: 'The signature was made of other bytes, with another secret, or in another way.',
  },
  SIGNATURE_EXPIRED: {
    status: 401,
    title: 'The signature is too old, or too new',
    meaning: 'It fits, but its time is more than five minutes from ours: sign anew and send again.',
  },
  SCOPE_MISSING: {
    status: 403,
    title: 'The token does not allow this',
    meaning: 'The token is good but lacks the scope the route needs, named in `detail`.',
  },
  ADDRESS_REFUSED: {
    status: 403,
    title: 'The address is not allowed',
    meaning: 'The feed is declared to come from other addresses.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'The origin is not allowed',
    meaning: 'A page of this origin may not open a socket; see `ALLOWED_ORIGINS`.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: 'There is no such route',
    meaning: 'The path is not part of the API; `/openapi.json` lists what is.',
  },
  MATCH_NOT_FOUND: {
    status: 404,
    title: 'There is no such match',
    meaning: 'Neither live nor kept, by our id or by `provider:theirId`.',
  },
  SPORT_NOT_FOUND: {
    status: 404,
    title: 'There is no such sport',
    meaning: 'The path names a sport we do not know; `detail` lists those we do.',
  },
  FEED_UNKNOWN: {
    status: 404,
    title: 'There is no such feed',
    meaning: 'No feed of this name takes webhooks, or the secret segment of its path is wrong.',
  },
  EVENT_NOT_FOUND: {
    status: 404,
    title: 'There is no such event',
    meaning: 'Not among the newest 200 events that were entered by hand for this match.',
  },
  POLLING_TASK_UNKNOWN: {
    status: 404,
    title: 'There is no such polling task',
    meaning: 'No task has this id now; `/api/polling/status` lists them.',
  },
  POLLING_SCOPE_INVALID: {
    status: 404,
    title: 'The scope covers nothing',
    meaning: 'No polling task can ever be covered by this scope.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The route has no such method',
    meaning: 'The path exists; the `Allow` header names its methods.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'The connection is closed; send the request again.',
  },
  EVENT_CONFLICT: {
    status: 409,
    title: 'The event contradicts an earlier one',
    meaning: 'Another event was accepted under the same source and id, or the same `Idempotency-Key`.',
  },
  EVENT_NOT_UNDOABLE: {
    status: 409,
    title: 'The event cannot be undone',
    meaning: 'Only a `match_event` that was added can be; for everything else enter what is right.',
  },
  POSITION_OUTDATED: {
    status: 412,
    title: 'The match has moved on',
    meaning:
      '`If-Match` names an earlier state than the newest, which `ETag` tells: look at it, then decide anew.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body, before or after unpacking, or its number of events is over the limit of the route.',
  },
  URI_TOO_LONG: {
    status: 414,
    title: 'The address is too long',
    meaning: 'A path parameter is longer than any that could exist.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The content type is not supported',
    meaning:
      'Send bodies as `application/json` in UTF-8; `/ingest` also takes `application/x-ndjson`, and gzip.',
  },
  FEED_MAPPING_FAULT: {
    status: 422,
    title: 'The delivery does not fit the mapping of its feed',
    meaning:
      'Signed and readable, but no event can be made of it; `errors` says where. Nothing of it was kept.',
  },
  UPGRADE_REQUIRED: {
    status: 426,
    title: 'A WebSocket is needed',
    meaning: 'The address speaks the WebSocket protocol only.',
  },
  POSITION_NEEDED: {
    status: 428,
    title: 'The state that is meant has to be named',
    meaning: 'Send `If-Match` with the `epoch` and `seq` that you have seen: `"<epoch>:<seq>"`.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The headers are too large',
    meaning: 'The header fields together are over the limit of the server.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    meaning: 'The budget of this address is used up; `Retry-After` says for how many seconds.',
  },
  INTERNAL: {
    status: 500,
    title: 'The server failed',
    meaning: 'A fault of ours; it is logged under the `requestId`.',
  },
  UNAVAILABLE: {
    status: 503,
    title: 'Not available at the moment',
    meaning: 'What the request needs (the history, a store) is away; try again after `Retry-After` seconds.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
