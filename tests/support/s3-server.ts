import { createHash, createHmac } from 'node:crypto';

/** A bucket on loopback that demands and checks Signature Version 4, as S3 does. */
export interface S3Server {
  readonly endpoint: string;
  /** By key within the bucket. */
  readonly objects: Map<string, Uint8Array>;
  /** `METHOD key status` of every request. */
  readonly requests: string[];
  /** What comes over the next requests of that method. */
  fault: { readonly method: string; readonly kind: 'refuse' | 'hang' | 'truncate' } | undefined;
  stop(): void;
}

export interface S3Credentials {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function startS3Server(credentials: S3Credentials): S3Server {
  const objects = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const hung: (() => void)[] = [];
  const state: { fault: S3Server['fault'] } = { fault: undefined };

  async function answer(request: Request, key: string): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    if (!isSigned(request, credentials))
      return problem(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
    const fault = state.fault?.method === request.method ? state.fault.kind : undefined;
    if (fault === 'refuse') return problem(503, 'SlowDown', 'Please reduce your request rate.');
    if (fault === 'hang') await new Promise<void>((resolve) => hung.push(resolve));
    if (request.method === 'PUT') {
      objects.set(key, fault === 'truncate' ? body.subarray(0, body.length >> 1) : body);
      return new Response(null, { headers: { etag: '"written"' } });
    }
    const object = objects.get(key);
    if (!object) return problem(404, 'NoSuchKey', 'The specified key does not exist.');
    return new Response(object.slice(), { headers: { etag: '"written"' } });
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const [, bucket, ...rest] = decodeURIComponent(new URL(request.url).pathname).split('/');
      const key = rest.join('/');
      const response =
        bucket === credentials.bucket
          ? await answer(request, key)
          : problem(404, 'NoSuchBucket', 'No such bucket.');
      requests.push(`${request.method} ${key} ${response.status}`);
      return response;
    },
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    objects,
    requests,
    get fault() {
      return state.fault;
    },
    set fault(fault) {
      state.fault = fault;
    },
    stop: () => {
      for (const release of hung) release();
      void server.stop(true);
    },
  };
}

const problem = (status: number, code: string, message: string): Response =>
  new Response(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Computes the signature anew: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(request: Request, { accessKeyId, secretAccessKey, region }: S3Credentials): boolean {
  const found = SIGNED.exec(request.headers.get('authorization') ?? '');
  if (!found) return false;
  const [, keyId, date = '', givenRegion, names = '', signature] = found;
  if (keyId !== accessKeyId || givenRegion !== region) return false;
  const url = new URL(request.url);
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const headers = names.split(';').map((name) => `${name}:${(request.headers.get(name) ?? '').trim()}\n`);
  const canonical = [
    request.method,
    url.pathname,
    query,
    headers.join(''),
    names,
    request.headers.get('x-amz-content-sha256'),
  ].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers.get('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = [date, region, 's3', 'aws4_request'].reduce<string | Uint8Array>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Uint8Array, text: string): Uint8Array =>
  createHmac('sha256', key).update(text).digest();
