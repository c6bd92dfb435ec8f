import type { EpochMs } from '../../../domain/time.ts';

/** What a signature is judged by. Header names are in lower case, as Node gives them. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Exactly as it came: a signature is over bytes, not over what they mean. */
  readonly body: Uint8Array;
  readonly now: EpochMs;
}

export type SignatureFault = 'SIGNATURE_MISSING' | 'SIGNATURE_INVALID' | 'SIGNATURE_EXPIRED';

/** `deliveryId` only where the signature vouches for it: the same in each retry, and nobody can give it to another body. */
export type SignatureVerdict =
  | { readonly ok: true; readonly deliveryId?: string; readonly sentAt?: EpochMs }
  | { readonly ok: false; readonly code: SignatureFault; readonly message: string };

/** Judges requests under the secrets it was made with. Pure. */
export type Verifier = (request: SignedRequest) => SignatureVerdict;

export const missing = (header: string): SignatureVerdict => ({
  ok: false,
  code: 'SIGNATURE_MISSING',
  message: `The request has no \`${header}\` header.`,
});

/** Says as little as it can: what was wrong helps only a forger. */
export const invalid: SignatureVerdict = {
  ok: false,
  code: 'SIGNATURE_INVALID',
  message: 'The signature does not fit the body.',
};
