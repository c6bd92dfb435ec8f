import type { MatchId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import type { MarketView, MatchView, ScoreView, Stream } from '../../domain/view.ts';
import type { ConfirmedView, LiveMessage } from '../../ports/live-store.ts';

/** A match as script `read` answers it: the view, and of each stream what followed the place asked for, if known. */
export interface StoredView {
  readonly view: MatchView;
  readonly missed: Readonly<Record<Stream, readonly LiveMessage[] | undefined>>;
}

/** Reads the answer of script `read`. A match that is there and cannot be understood is `unreadable`. */
export function parseStoredView(id: MatchId, reply: unknown): StoredView | 'absent' | 'gone' | 'unreadable' {
  if (reply === null) return 'absent';
  if (reply === 'gone') return 'gone';
  if (!Array.isArray(reply)) return 'unreadable';
  const [epoch, scoresSeq, marketsSeq, matchText, scoreText, marketsText, scoresLog, marketsLog] = reply;
  const match = parseMatch(id, matchText);
  const score = scoreText === '' ? null : parseScores(scoreText);
  const markets = marketsText === '' ? [] : parseMarkets(marketsText);
  const seqs = { scores: Number(scoresSeq), markets: Number(marketsSeq) };
  if (typeof epoch !== 'string' || !Number.isSafeInteger(seqs.scores) || !Number.isSafeInteger(seqs.markets))
    return 'unreadable';
  if (match === undefined || score === undefined || markets === undefined) return 'unreadable';
  const messages = (stream: Stream, log: unknown): LiveMessage[] | undefined =>
    Array.isArray(log)
      ? log.map((json, at) => ({
          matchId: id,
          stream,
          position: { epoch, seq: seqs[stream] - log.length + 1 + at },
          json: String(json),
        }))
      : undefined;
  return {
    view: {
      id,
      match,
      score,
      markets,
      position: { scores: { epoch, seq: seqs.scores }, markets: { epoch, seq: seqs.markets } },
    },
    missed: { scores: messages('scores', scoresLog), markets: messages('markets', marketsLog) },
  };
}

export function parseMatch(id: MatchId, text: unknown): Match | undefined {
  const value = parseObject(text);
  const whole =
    value?.id === id && Array.isArray(value.links) && isObject(value.home) && isObject(value.away);
  return whole ? (value as unknown as Match) : undefined;
}

/** Reads the state of one stream; `undefined` when it is not ours. */
export function parseState(stream: Stream, text: string): ConfirmedView | undefined {
  if (stream === 'scores') {
    const scores = parseScores(text);
    return scores && { scores };
  }
  const markets = parseMarkets(text);
  return markets && { markets };
}

function parseScores(text: unknown): ScoreView | undefined {
  const value = parseObject(text);
  return value && typeof value.status === 'string' && Array.isArray(value.sources)
    ? (value as unknown as ScoreView)
    : undefined;
}

function parseMarkets(text: unknown): readonly MarketView[] | undefined {
  const value = parse(text);
  return Array.isArray(value) && value.every(isObject) ? (value as unknown as MarketView[]) : undefined;
}

function parseObject(text: unknown): Record<string, unknown> | undefined {
  const value = parse(text);
  return isObject(value) ? value : undefined;
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
