import { anyFits, fromHex } from './digest.ts';
import { invalid, missing, type Verifier } from './signature.ts';
import { inTime, signedTime } from './timestamp.ts';

export interface TimestampedHexOptions {
  readonly header: string;
  readonly timestampHeader: string;
  readonly secrets: readonly string[];
}

/** A header `v1=<hex>` (or the bare digits) over `timestamp.body`, the time in seconds in a header of its own. */
export function timestampedHex({ header, timestampHeader, secrets }: TimestampedHexOptions): Verifier {
  return ({ headers, body, now }) => {
    const signature = headers[header.toLowerCase()]?.trim();
    const time = headers[timestampHeader.toLowerCase()]?.trim();
    if (!signature) return missing(header);
    if (!time) return missing(timestampHeader);
    const sentAt = signedTime(time);
    const digest = fromHex(signature.startsWith('v1=') ? signature.slice('v1='.length) : signature);
    if (sentAt === undefined || digest === undefined) return invalid;
    return anyFits(secrets, [`${time}.`, body], [digest]) ? inTime(sentAt, now) : invalid;
  };
}
