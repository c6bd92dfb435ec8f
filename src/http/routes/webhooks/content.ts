import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../../problem.ts';

const MEDIA_TYPE =
  /^(application\/json|text\/json|application\/xml|text\/xml|application\/[\w.-]+\+(json|xml))$/;
const CHARSET = /^(utf-?8|us-ascii)$/;

/** Refuses what is neither JSON nor XML in UTF-8. */
export function checkMediaType(field: string | undefined): void {
  const [type = '', ...parameters] = (field ?? '').toLowerCase().split(';', 10);
  if (!MEDIA_TYPE.test(type.trim()))
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json or application/xml.');
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim() === 'charset' && !CHARSET.test(value.trim().replaceAll('"', '')))
      throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body in UTF-8.');
  }
}

/** Refuses packed bodies: signatures are over what was sent, and senders of webhooks do not pack. */
export function checkEncoding(field: string | undefined): void {
  if (field !== undefined && field.trim().toLowerCase() !== 'identity')
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body without a Content-Encoding.');
}

/** The fields as single texts. */
export function headersOf(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const single: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers))
    single[name] = Array.isArray(value) ? value.join(', ') : value;
  return single;
}
