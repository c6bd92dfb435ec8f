/** What is wrong with a message of a client; `docs/protocol.md` lists the same codes (checked by a test). */
export const MESSAGE_FAULTS = {
  MESSAGE_NOT_TEXT: 'Send text frames with JSON in them.',
  MESSAGE_NOT_JSON: 'The message is not JSON.',
  MESSAGE_INVALID:
    'The message must be an object with a text `type`, and `id`, if given, a number or short text.',
  MESSAGE_TYPE_UNKNOWN: 'The only message a client may send here is `ping`.',
  MESSAGE_RATE_LIMITED: 'Too many messages; those over the limit are not answered.',
} as const;

export type MessageFault = keyof typeof MESSAGE_FAULTS;

/** A client's message that was understood. */
export interface Ping {
  readonly type: 'ping';
  readonly id?: string | number;
}

const LONGEST_ID = 64;

/** Reads one frame. Never throws: what is not understood comes back as the fault to tell the client. */
export function readClientMessage(text: string, isBinary: boolean): Ping | MessageFault {
  if (isBinary) return 'MESSAGE_NOT_TEXT';
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return 'MESSAGE_NOT_JSON';
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return 'MESSAGE_INVALID';
  const { type, id } = message as { type?: unknown; id?: unknown };
  if (typeof type !== 'string') return 'MESSAGE_INVALID';
  if (type !== 'ping') return 'MESSAGE_TYPE_UNKNOWN';
  if (id === undefined) return { type };
  return isId(id) ? { type, id } : 'MESSAGE_INVALID';
}

const isId = (id: unknown): id is string | number =>
  typeof id === 'string' ? id.length <= LONGEST_ID : typeof id === 'number' && Number.isFinite(id);
