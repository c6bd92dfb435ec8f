/** When a client that was closed with a code should come back. */
export type Reconnect = 'after_hint' | 'with_backoff' | 'not_unchanged';

export interface CloseCode {
  readonly code: number;
  /** Sent as the close frame's reason, and the label of the closed-sockets metric. */
  readonly reason: string;
  readonly reconnect: Reconnect;
  readonly meaning: string;
}

/** Every code we close a socket with; `docs/protocol.md` lists the same ones (checked by a test). 4500 and up: do not retry. */
export const CLOSE = {
  tooBig: {
    code: 1009,
    reason: 'message_too_big',
    reconnect: 'not_unchanged',
    meaning: 'A message of the client was over 4096 bytes.',
  },
  failed: {
    code: 1011,
    reason: 'internal_error',
    reconnect: 'with_backoff',
    meaning: 'A fault of ours ended this socket.',
  },
  restart: {
    code: 1012,
    reason: 'server_restart',
    reconnect: 'after_hint',
    meaning:
      'This server is going away; another takes over. The `closing` message before it says how long to wait.',
  },
  slow: {
    code: 4001,
    reason: 'slow_consumer',
    reconnect: 'with_backoff',
    meaning: 'The client did not read what was sent for too long.',
  },
  tooManyMessages: {
    code: 4002,
    reason: 'too_many_messages',
    reconnect: 'with_backoff',
    meaning: 'The client sent far more messages than the limit allows.',
  },
  badMessages: {
    code: 4500,
    reason: 'bad_messages',
    reconnect: 'not_unchanged',
    meaning: 'The client sent ten messages in a row that mean nothing here.',
  },
} as const satisfies Record<string, CloseCode>;
