import { anyFits, fromBase64 } from './digest.ts';
import { invalid, missing, type SignedRequest, type Verifier } from './signature.ts';
import { inTime, signedTime } from './timestamp.ts';

// More than any rotation needs; each costs a comparison.
const MOST_SIGNATURES = 16;
const DELIVERY_ID = /^[\x21-\x7e]{1,150}$/;

/**
 * Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`, a list of `v1,<base64>` over
 * `id.timestamp.body`. Other versions in the list are passed over. `prefixes` are tried in order, for Svix has its own.
 */
export function standardWebhooks(keys: readonly Uint8Array[], prefixes: readonly string[]): Verifier {
  return (request) => {
    const prefix = prefixes.find((one) => request.headers[`${one}-signature`] !== undefined);
    if (prefix === undefined) return missing(`${prefixes[0]}-signature`);
    for (const part of ['id', 'timestamp', 'signature']) {
      if (!request.headers[`${prefix}-${part}`]) return missing(`${prefix}-${part}`);
    }
    return judge(request, prefix, keys);
  };
}

function judge({ headers, body, now }: SignedRequest, prefix: string, keys: readonly Uint8Array[]) {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(
    (part) => headers[`${prefix}-${part}`] ?? '',
  ) as [string, string, string];
  const sentAt = signedTime(timestamp);
  if (sentAt === undefined || !DELIVERY_ID.test(id)) return invalid;
  const digests = signatures
    .split(' ', MOST_SIGNATURES)
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => fromBase64(signature.slice('v1,'.length)))
    .filter((digest) => digest !== undefined);
  return anyFits(keys, [`${id}.${timestamp}.`, body], digests) ? inTime(sentAt, now, id) : invalid;
}

const SECRET = /^(?:whsec_)?((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** The key bytes of a `whsec_…` secret, with or without that prefix; `undefined` when it is not base64. */
export function standardKey(secret: string): Uint8Array | undefined {
  const encoded = SECRET.exec(secret)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
}
