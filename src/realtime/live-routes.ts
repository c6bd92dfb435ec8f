import websocket from '@fastify/websocket';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type AllowedOrigins, isAllowedOrigin } from '../platform/origins.ts';
import type { LiveHub } from './hub.ts';
import type { LiveDependencies } from './live-context.ts';
import { type LiveRequest, readLiveRequest } from './live-request.ts';
import { RealtimeError } from './realtime-error.ts';
import { UpgradeGate } from './upgrade-gate.ts';

export interface LiveRoutesOptions {
  readonly hub: LiveHub;
  readonly allowedOrigins: AllowedOrigins;
  /** Whether the process is on its way out, even before the hub has been stopped. */
  readonly leaving: () => boolean;
}

const PREFIX = '/live/';
const MAX_MESSAGE = 4_096;
/** `WS /live/:matchId` on the HTTP server. Closing the server first closes every socket through the hub. */
export function liveRoutes(
  { hub, allowedOrigins, leaving }: LiveRoutesOptions,
  deps: LiveDependencies,
): FastifyPluginAsync {
  return async (app) => {
    const { live, log, metrics } = deps;
    const gate = new UpgradeGate(app.server, PREFIX, (request, response) => app.routing(request, response));
    await app.register(websocket, {
      options: {
        maxPayload: MAX_MESSAGE,
        perMessageDeflate: false,
        clientTracking: false,
        // Only what it listens to for upgrades.
        server: gate as unknown as typeof app.server,
      },
      // The library closes a socket that broke the protocol; there is nothing to add.
      errorHandler: () => {},
      preClose: (done) => {
        void hub.stop().finally(() => {
          gate.close();
          done();
        });
      },
    });

    // The request of an upgrade, as read: kept from the check to the socket.
    const accepted = new WeakMap<FastifyRequest, LiveRequest>();

    app.route<{ Params: { matchId: string } }>({
      method: 'GET',
      url: `${PREFIX}:matchId`,
      preHandler: (request, reply, done) => {
        if (!request.ws) return done();
        try {
          accepted.set(request, admit(request));
          done();
        } catch (error) {
          refuse(error, reply);
          done(error as Error);
        }
      },
      handler: (_request, reply) => {
        reply.headers({ upgrade: 'websocket', connection: 'Upgrade' });
        throw new RealtimeError('UPGRADE_REQUIRED', 'Connect to this address with the WebSocket protocol.');
      },
      wsHandler: (socket, request) => {
        const wanted = accepted.get(request);
        // The library's own listener would keep the whole request in memory for as long as the socket is open.
        socket.removeAllListeners('error');
        if (wanted === undefined) socket.terminate();
        else hub.open(socket, wanted, request.ip);
      },
    });

    function admit(request: FastifyRequest<{ Params: { matchId: string } }>): LiveRequest {
      const { origin } = request.headers;
      if (!isAllowedOrigin(origin, allowedOrigins))
        throw new RealtimeError('ORIGIN_NOT_ALLOWED', 'Pages of this origin may not open a socket.');
      const wanted = readLiveRequest(request.params.matchId, request.query as Record<string, unknown>, live);
      hub.checkRoom(request.ip, leaving());
      return wanted;
    }

    function refuse(error: unknown, reply: FastifyReply): void {
      // Nobody reads on from a connection that asked for an upgrade.
      reply.header('connection', 'close');
      if (!(error instanceof RealtimeError)) return;
      if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
      metrics.refused.inc({ code: error.code });
      log.debug({ code: error.code }, 'upgrade refused');
    }
  };
}
