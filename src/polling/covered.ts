import type { ExternalId, MatchId, ProviderId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { MatchPhase } from '../ports/polling.ts';
import { type Phase, phaseOf } from './phase.ts';

/** A match that a provider spoke of. */
export interface Covered {
  readonly matchId: MatchId;
  readonly league: string;
  readonly phase: Phase;
}

/** Those of a provider's matches that we know, and how near to play they are. */
export function coveredBy(
  live: Pick<LiveStore, 'findByLink' | 'view'>,
  provider: ProviderId,
  externalIds: Iterable<ExternalId>,
  now: EpochMs,
): Covered[] {
  const covered: Covered[] = [];
  for (const externalId of externalIds) {
    const id = live.findByLink({ provider, externalId });
    const view = id && live.view(id);
    if (view) covered.push({ matchId: view.id, league: view.match.league, phase: phaseOf(view, now) });
  }
  return covered;
}

/** The most urgent phase comes first. */
export const URGENCY: Readonly<Record<MatchPhase, number>> = {
  in_play: 0,
  soon: 1,
  just_finished: 2,
  far_off: 3,
  over: 4,
};

/** The most urgent phase of some matches; `far_off` when there are none. */
export const mostUrgent = (covered: readonly Covered[]): MatchPhase =>
  covered.map(({ phase }) => phase.phase).sort((a, b) => URGENCY[a] - URGENCY[b])[0] ?? 'far_off';
