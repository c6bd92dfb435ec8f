import { type EpochMs, epochMs, minutes } from '../../../domain/time.ts';
import type { SignatureVerdict } from './signature.ts';

/** How far the sender's clock may be from ours, either way. */
const TOLERANCE = minutes(5);

const SECONDS = /^\d{1,11}$/;

/** A signed time in seconds since 1970; `undefined` for what is none. */
export const signedTime = (text: string): EpochMs | undefined =>
  SECONDS.test(text) ? epochMs(Number(text) * 1_000) : undefined;

/** The verdict on a request whose signature fits and was made at `sentAt`. */
export function inTime(sentAt: EpochMs, now: EpochMs, deliveryId?: string): SignatureVerdict {
  if (Math.abs(now - sentAt) <= TOLERANCE)
    return { ok: true, sentAt, ...(deliveryId === undefined ? {} : { deliveryId }) };
  return {
    ok: false,
    code: 'SIGNATURE_EXPIRED',
    message: `The signature was made at ${sentAt / 1_000}; five minutes either way are allowed.`,
  };
}
