import type { MatchId } from '../domain/ids.ts';
import { isOver } from '../domain/status.ts';
import { after, type EpochMs, epochMs, hours, minutes } from '../domain/time.ts';
import type { MatchView, ScoreView } from '../domain/view.ts';

// People look up last night's result the next day; a match that nobody called over may have been rained off for two.
const OVER_FOR = hours(24);
const SILENT_FOR = hours(72);
// A bound on memory however many matches a day brings: beyond it the longest finished go first. History has them all.
const MOST_FINISHED = 1_000;
// One that a provider still lists would be back with its next answer, as a match that begins anew.
const UNHEARD_FOR = minutes(10);

/** The matches that need not be live any more at `now`, oldest first. */
export function leaving(views: Iterable<MatchView>, now: EpochMs): readonly MatchId[] {
  const gone: MatchId[] = [];
  const finished: { readonly id: MatchId; readonly at: EpochMs }[] = [];
  for (const { id, match, score, markets } of views) {
    const priced = markets.reduce((newest, market) => Math.max(newest, market.lastChangedAt), 0);
    const at = epochMs(Math.max(score?.updatedAt ?? match.startsAt, priced));
    if (score && isOver(score.status)) {
      if (now >= after(at, OVER_FOR)) gone.push(id);
      else if (now >= after(lastHeard(score), UNHEARD_FOR)) finished.push({ id, at });
    } else if (now >= after(match.startsAt, SILENT_FOR) && now >= after(at, SILENT_FOR)) gone.push(id);
  }
  const excess = finished.length - MOST_FINISHED;
  if (excess > 0) {
    finished.sort((a, b) => a.at - b.at);
    gone.push(...finished.slice(0, excess).map(({ id }) => id));
  }
  return gone;
}

const lastHeard = ({ sources, updatedAt }: ScoreView): EpochMs =>
  epochMs(Math.max(updatedAt, ...sources.map(({ observedAt }) => observedAt)));
