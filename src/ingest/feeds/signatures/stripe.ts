import { anyFits, fromHex } from './digest.ts';
import { invalid, missing, type Verifier } from './signature.ts';
import { inTime, signedTime } from './timestamp.ts';

const MOST_PARTS = 32;

/**
 * Stripe's style: one header `t=<seconds>,v1=<hex>[,v1=…]`, the HMAC over `t.body`. `v0` and whatever else stands there
 * is passed over. The secret is used as it is written, a `whsec_` included.
 */
export function stripe(header: string, secrets: readonly string[]): Verifier {
  const name = header.toLowerCase();
  return ({ headers, body, now }) => {
    const given = headers[name];
    if (!given) return missing(header);
    const parts = given.split(',', MOST_PARTS).map((part) => part.trim());
    const times = parts.filter((part) => part.startsWith('t=')).map((part) => part.slice(2));
    const [time = ''] = times;
    const sentAt = signedTime(time);
    // Two times would let one be signed and the other be judged.
    if (times.length !== 1 || sentAt === undefined) return invalid;
    const digests = parts
      .filter((part) => part.startsWith('v1='))
      .map((part) => fromHex(part.slice('v1='.length)))
      .filter((digest) => digest !== undefined);
    return anyFits(secrets, [`${time}.`, body], digests) ? inTime(sentAt, now) : invalid;
  };
}
