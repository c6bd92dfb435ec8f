import type { FeedDocument } from '../../ports/feed-declaration.ts';
import type { Note } from './mapping/template.ts';
import { bodyDigest } from './signatures/body-digest.ts';
import { fromBase64, fromHex } from './signatures/digest.ts';
import { opta } from './signatures/opta.ts';
import type { Verifier } from './signatures/signature.ts';
import { standardKey, standardWebhooks } from './signatures/standard-webhooks.ts';
import { stripe } from './signatures/stripe.ts';
import { timestampedHex } from './signatures/timestamped-hex.ts';

/** The verifier a declaration asks for. A secret that cannot be one of its scheme is noted, without being shown. */
export function verifierOf({ declaration, secrets }: FeedDocument, note: Note): Verifier {
  const { scheme, header, timestampHeader = '' } = declaration.signature;
  switch (scheme) {
    case 'hmac-hex':
      return bodyDigest({
        header: header ?? 'X-Signature',
        secrets,
        decode: fromHex,
        prefix: { text: 'sha256=', isNeeded: false },
      });
    case 'hmac-base64':
      return bodyDigest({ header: header ?? 'X-Shopify-Hmac-Sha256', secrets, decode: fromBase64 });
    case 'github':
      return bodyDigest({
        header: header ?? 'X-Hub-Signature-256',
        secrets,
        decode: fromHex,
        prefix: { text: 'sha256=', isNeeded: true },
      });
    case 'standard-webhooks':
      return standardWebhooks(keysOf(secrets, note), ['webhook']);
    case 'svix':
      return standardWebhooks(keysOf(secrets, note), ['svix', 'webhook']);
    case 'stripe':
      return stripe(header ?? 'Stripe-Signature', secrets);
    case 'timestamped-hex':
      return timestampedHex({ header: header ?? 'X-Signature', timestampHeader, secrets });
    case 'opta':
      return opta;
    case 'none':
      return () => ({ ok: true });
  }
}

function keysOf(secrets: readonly string[], note: Note): Uint8Array[] {
  return secrets.flatMap((secret, index) => {
    const key = standardKey(secret);
    if (key !== undefined) return [key];
    note('/signature', `secret ${index + 1} is not base64, with or without whsec_ before it`);
    return [];
  });
}
