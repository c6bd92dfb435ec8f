/** A message of `/live/:matchId`, as a client reads it. */
export interface Received {
  readonly type: string;
  readonly epoch: string;
  readonly seq: number;
  /** Of a heartbeat. */
  readonly stale?: boolean;
  readonly staleReason?: string | null;
  readonly data: {
    readonly homeScore?: number | null;
    readonly awayScore?: number | null;
    readonly status?: string;
  } & Record<string, unknown>;
}

export interface LiveClient {
  /** Everything received, in order. */
  readonly messages: readonly Received[];
  /** Those that carry a position of the score stream. */
  scores(): readonly Received[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  close(): void;
}

/** Opens a socket and resolves once its first message is there. */
export async function liveClient(url: string): Promise<LiveClient> {
  const socket = new WebSocket(url);
  const messages: Received[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const first = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    messages.push(JSON.parse(String(data)) as Received);
    first.resolve();
  };
  socket.onclose = ({ code, reason }) => {
    closed.resolve({ code, reason });
    first.reject(new Error(`closed with ${code} ${reason} before the first message`));
  };
  await first.promise;
  return {
    messages,
    scores: () =>
      messages.filter(({ type }) => ['snapshot', 'score_update', 'score_correction'].includes(type)),
    closed: closed.promise,
    close: () => socket.close(),
  };
}
