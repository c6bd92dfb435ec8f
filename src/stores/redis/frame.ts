import type { MatchId } from '../../domain/ids.ts';
import type { Position, Stream } from '../../domain/view.ts';

/**
 * What our scripts publish to all replicas: lines, the JSON in them not yet parsed. `fresh` says that the match did not
 * exist before; `match` is empty when it is as it was.
 */
export type Frame =
  | {
      readonly kind: 'commit';
      readonly id: MatchId;
      readonly stream: Stream;
      readonly position: Position;
      readonly otherSeq: number;
      readonly fresh: boolean;
      readonly match: string;
      readonly state: string;
      readonly message: string;
    }
  | {
      readonly kind: 'match';
      readonly id: MatchId;
      readonly position: Readonly<Record<Stream, Position>>;
      readonly fresh: boolean;
      readonly match: string;
    }
  | {
      readonly kind: 'confirm';
      readonly id: MatchId;
      readonly stream: Stream;
      readonly position: Position;
      readonly state: string;
    }
  | { readonly kind: 'evict' | 'reread'; readonly id: MatchId }
  | { readonly kind: 'epoch'; readonly epoch: string };

/** Reads a frame; `undefined` when it is none of ours. */
export function parseFrame(text: string): Frame | undefined {
  const kind = text.slice(0, text.indexOf('\n'));
  switch (kind) {
    case 'commit': {
      const [, id, stream, epoch, seq, otherSeq, fresh, match, state, message] = lines(text, 10);
      if (!isStream(stream)) return undefined;
      if (!id || !epoch || !state || !message || match === undefined) return undefined;
      const position = positionOf(epoch, seq);
      const other = positionOf(epoch, otherSeq);
      if (!position || !other) return undefined;
      return {
        kind,
        id: id as MatchId,
        stream,
        position,
        otherSeq: other.seq,
        fresh: fresh === '1',
        match,
        state,
        message,
      };
    }
    case 'match': {
      const [, id, epoch, scoresSeq, marketsSeq, fresh, match] = lines(text, 7);
      if (!id || !epoch || !match) return undefined;
      const scores = positionOf(epoch, scoresSeq);
      const markets = positionOf(epoch, marketsSeq);
      if (!scores || !markets) return undefined;
      return { kind, id: id as MatchId, position: { scores, markets }, fresh: fresh === '1', match };
    }
    case 'confirm': {
      const [, id, stream, epoch, seq, state] = lines(text, 6);
      if (!isStream(stream) || !id || !epoch || !state) return undefined;
      const position = positionOf(epoch, seq);
      return position && { kind, id: id as MatchId, stream, position, state };
    }
    case 'evict':
    case 'reread':
      return { kind, id: text.slice(kind.length + 1) as MatchId };
    case 'epoch':
      return { kind, epoch: text.slice(kind.length + 1) };
    default:
      return undefined;
  }
}

const isStream = (text: string | undefined): text is Stream => text === 'scores' || text === 'markets';

function positionOf(epoch: string, seq: string | undefined): Position | undefined {
  const number = Number(seq);
  return seq !== undefined && Number.isSafeInteger(number) && number >= 0
    ? { epoch, seq: number }
    : undefined;
}

/** The first `count` lines; the last of them takes all that is left. */
function lines(text: string, count: number): string[] {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < count - 1) {
    const end = text.indexOf('\n', from);
    if (end < 0) break;
    parts.push(text.slice(from, end));
    from = end + 1;
  }
  parts.push(text.slice(from));
  return parts;
}
