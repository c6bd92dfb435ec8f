import { anyFits } from './digest.ts';
import { invalid, missing, type Verifier } from './signature.ts';

export interface BodyDigestOptions {
  readonly header: string;
  readonly secrets: readonly string[];
  readonly decode: (text: string) => Uint8Array | undefined;
  /** What has to stand before the digest, or may. */
  readonly prefix?: { readonly text: string; readonly isNeeded: boolean };
}

/**
 * One header with the HMAC of the body: `X-Signature` in hexadecimal, GitHub's, Shopify's in base64. Nothing in it
 * tells its age, so an old request stays good for ever: it is the body that makes a replay known.
 */
export function bodyDigest({ header, secrets, decode, prefix }: BodyDigestOptions): Verifier {
  const name = header.toLowerCase();
  return ({ headers, body }) => {
    const given = headers[name]?.trim();
    if (given === undefined || given === '') return missing(header);
    const hasPrefix = prefix !== undefined && given.startsWith(prefix.text);
    if (prefix?.isNeeded && !hasPrefix) return invalid;
    const digest = decode(hasPrefix ? given.slice(prefix.text.length) : given);
    if (digest === undefined || !anyFits(secrets, [body], [digest])) return invalid;
    return { ok: true };
  };
}
