import { isOver } from '../../src/domain/status.ts';
import { type Millis, minutes } from '../../src/domain/time.ts';
import type { Merger, SaidCorrection, Shown } from './merger.ts';
import type { Report } from './report.ts';

/** What comes of a replay, in order. */
export interface Listener {
  /** Once per match and tick from its first report until it is over. */
  readonly tick: (matchId: string, at: Millis, shown: Shown) => void;
  readonly correction: (correction: SaidCorrection) => void;
  readonly reports?: (reports: readonly Report[]) => void;
}

// A match of which nobody has spoken for so long is not followed any further.
const FORSAKEN: Millis = minutes(10);

/** Feeds reports to a merger in order of arrival, all of one instant at once, and looks at every tick. */
export class Replay {
  readonly #merger: Merger;
  readonly #tick: Millis;
  readonly #listener: Listener;
  readonly #followed = new Map<string, { next: Millis; heard: Millis }>();
  #soonest = Number.POSITIVE_INFINITY;
  #instant: Report[] = [];
  #at = Number.NEGATIVE_INFINITY;

  constructor(merger: Merger, tick: Millis, listener: Listener) {
    this.#merger = merger;
    this.#tick = tick;
    this.#listener = listener;
  }

  add(report: Report): void {
    if (report.at !== this.#at) this.#flush();
    this.#at = report.at;
    this.#instant.push(report);
  }

  /** Nothing comes any more. */
  end(): void {
    this.#flush();
    this.#ticksBefore(this.#at + this.#tick);
  }

  #flush(): void {
    if (this.#instant.length === 0) return;
    const reports = this.#instant;
    const at = this.#at;
    this.#instant = [];
    if (at > this.#soonest) this.#ticksBefore(at);
    this.#listener.reports?.(reports);
    for (const { matchId } of reports) {
      const next = Math.ceil(at / this.#tick) * this.#tick;
      const known = this.#followed.get(matchId);
      if (known) known.heard = at;
      else this.#followed.set(matchId, { next, heard: at });
      this.#soonest = Math.min(this.#soonest, known?.next ?? next);
    }
    for (const correction of this.#merger.take(reports, at)) this.#listener.correction(correction);
  }

  #ticksBefore(until: Millis): void {
    this.#soonest = Number.POSITIVE_INFINITY;
    for (const [matchId, followed] of this.#followed) {
      for (; followed.next < until; followed.next += this.#tick) {
        const { shown, corrections } = this.#merger.look(matchId, followed.next);
        for (const correction of corrections) this.#listener.correction(correction);
        if (shown) this.#listener.tick(matchId, followed.next, shown);
        if (followed.next - followed.heard > FORSAKEN) break;
      }
      if (followed.next < until) {
        this.#followed.delete(matchId);
        this.#merger.forget(matchId);
      } else this.#soonest = Math.min(this.#soonest, followed.next);
    }
  }
}

/** True while a match is worth a line. */
export const isWorthALine = ({ status }: Shown): boolean => status !== 'scheduled' && !isOver(status);
