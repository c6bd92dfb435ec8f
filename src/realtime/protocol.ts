import { marketDocument, scoreDocument } from '../domain/documents.ts';
import type { MatchId } from '../domain/ids.ts';
import { type EpochMs, iso, type Millis } from '../domain/time.ts';
import type { MatchView, Position, StaleReason } from '../domain/view.ts';
import { MESSAGE_FAULTS, type MessageFault } from './client-message.ts';
import type { CloseCode } from './close-codes.ts';

/** Why a client is sent a snapshot instead of the messages it missed. */
export type ResyncReason = 'position_unknown' | 'position_missing' | 'messages_missed';

/** Where both streams of a match stand. */
export type Positions = MatchView['position'];

/** What a match's messages say beyond its view: when, and whether the store behind it can be reached. */
export interface Moment {
  readonly now: EpochMs;
  readonly storeDown: boolean;
}

export function snapshotMessage(
  id: MatchId,
  view: MatchView | undefined,
  at: Positions,
  withMarkets: boolean,
  moment: Moment,
): string {
  return JSON.stringify({
    type: 'snapshot',
    matchId: id,
    ...at.scores,
    timestamp: iso(moment.now),
    data: view === undefined ? null : snapshotData(view, moment),
    ...(withMarkets && {
      markets: (view?.markets ?? []).map((market) => marketDocument(view as MatchView, market)),
      marketsEpoch: at.markets.epoch,
      marketsSeq: at.markets.seq,
    }),
  });
}

function snapshotData(view: MatchView, moment: Moment) {
  const { score, sport, league, homeTeam, awayTeam, startsAt, sources, updatedAt, ...state } = scoreDocument(
    view,
    moment.now,
  );
  return {
    homeScore: score?.home ?? null,
    awayScore: score?.away ?? null,
    period: state.period,
    status: state.status,
    clock: state.clock,
    confidence: state.confidence,
    ...staleness(view, moment),
    shootout: state.shootout,
    sport,
    league,
    homeTeam,
    awayTeam,
    startsAt,
    sources,
    updatedAt,
  };
}

/** Marks a snapshot as standing for messages that a slow client was not sent. */
export const conflated = (snapshot: string): string => `{"conflated":true,${snapshot.slice(1)}`;

export const resyncMessage = (id: MatchId, at: Position, reason: ResyncReason, now: EpochMs): string =>
  JSON.stringify({ type: 'resync', matchId: id, ...at, timestamp: iso(now), reason });

/** `heardAt`: when the newest source observation of the match was received. */
export function heartbeatMessage(
  id: MatchId,
  view: MatchView | undefined,
  at: Positions,
  withMarkets: boolean,
  heardAt: EpochMs | undefined,
  moment: Moment,
): string {
  return JSON.stringify({
    type: 'heartbeat',
    matchId: id,
    ...at.scores,
    timestamp: iso(moment.now),
    sourceAgeMs: heardAt === undefined ? null : Math.max(0, moment.now - heardAt),
    ...staleness(view, moment),
    ...(withMarkets && { marketsEpoch: at.markets.epoch, marketsSeq: at.markets.seq }),
  });
}

function staleness(view: MatchView | undefined, { storeDown }: Moment) {
  const staleReason: StaleReason | null = storeDown ? 'store_unavailable' : (view?.score?.stale ?? null);
  return { stale: staleReason !== null, staleReason };
}

export const pongMessage = (id: string | number | undefined, now: EpochMs): string =>
  JSON.stringify({ type: 'pong', ...(id !== undefined && { id }), timestamp: iso(now) });

export const errorMessage = (code: MessageFault): string =>
  JSON.stringify({ type: 'error', code, message: MESSAGE_FAULTS[code] });

/** Sent before we close; `retryAfterMs` differs from client to client, so that they do not all come back at once. */
export const closingMessage = ({ code, reason }: CloseCode, retryAfterMs: Millis): string =>
  JSON.stringify({ type: 'closing', code, reason, retryAfterMs });
