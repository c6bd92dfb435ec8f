import type { MatchView, ScoreView } from '../../../domain/view.ts';
import type { History } from '../../../ports/history.ts';
import { keptMatchId, matchNotFound } from '../../match-lookup.ts';

/** A match that is no longer live, as a view made of what was kept of it last. Refuses unknown ones. */
export async function keptView(history: History, named: string): Promise<MatchView> {
  const id = keptMatchId(named);
  const [match, last] = await Promise.all([history.match(id), history.lastScore(id)]);
  if (match === undefined) throw matchNotFound(named);
  const position = last?.position ?? { epoch: 'kept', seq: 0 };
  return {
    id,
    match,
    score: last === undefined ? null : (last.view as ScoreView),
    markets: [],
    position: { scores: position, markets: { epoch: position.epoch, seq: 0 } },
  };
}
