import type { EventType } from './event-type.ts';
import { bettingOdds } from './types/betting-odds.ts';
import { liveScore } from './types/live-score.ts';
import { matchEvent } from './types/match-event.ts';
import { matchStatus } from './types/match-status.ts';
import { raceResult } from './types/race-result.ts';

/** The types of our own. A new one is a file and a line here. */
export const builtInTypes: readonly EventType[] = [
  liveScore,
  matchEvent,
  matchStatus,
  bettingOdds,
  raceResult,
];
