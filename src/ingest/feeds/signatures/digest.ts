import { createHmac, timingSafeEqual } from 'node:crypto';

type Part = string | Uint8Array;

/** HMAC-SHA256 over the parts, one after the other. */
export function hmac(key: Part, parts: readonly Part[]): Uint8Array {
  const digest = createHmac('sha256', key);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/**
 * Whether one of the digests is what one of the keys makes of the parts. Every pair is compared, in constant time: how
 * long it takes tells neither how far a digest was right nor which key fits.
 */
export function anyFits(
  keys: readonly Part[],
  parts: readonly Part[],
  digests: readonly Uint8Array[],
): boolean {
  let fits = false;
  for (const key of keys) {
    const expected = hmac(key, parts);
    for (const digest of digests) {
      if (digest.length === expected.length && timingSafeEqual(digest, expected)) fits = true;
    }
  }
  return fits;
}

const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** The bytes of a digest in hexadecimal, either case; `undefined` for anything else. */
export const fromHex = (text: string): Uint8Array | undefined =>
  HEX.test(text) ? Buffer.from(text, 'hex') : undefined;

/** The bytes of a digest in base64 with its padding; `undefined` for anything else. */
export const fromBase64 = (text: string): Uint8Array | undefined =>
  BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
