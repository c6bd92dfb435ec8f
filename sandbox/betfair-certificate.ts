import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  /** It is its own authority: give it to the client as the one to trust. */
  readonly cert: string;
}

/** A self-signed certificate for loopback (or for `host` alone), made now; `undefined` where there is no openssl. */
export function certificate(host?: string): Certificate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'touchline-certificate-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = host === undefined ? 'DNS:localhost,IP:127.0.0.1' : `DNS:${host}`;
  try {
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ...['-keyout', key, '-out', cert, '-days', '2'],
      ...['-subj', `/CN=${host ?? 'localhost'}`, '-addext', `subjectAltName=${names}`],
    ]);
    if (made.status !== 0) return undefined;
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
