import { type Static, Type } from 'typebox';
import { providerId } from '../../domain/ids.ts';
import { isOver } from '../../domain/status.ts';
import type { DataKind, PollAnswer, PollTarget, Provider, ProviderHost } from '../../ports/provider.ts';
import { defineProvider } from '../define-provider.ts';
import { SimulatedLeague } from './league.ts';
import { decode } from './map.ts';
import { PLANS } from './plan.ts';
import { covers, sighting } from './sighting.ts';
import { BOOKS, STADIUM, type Viewpoint, WIRE } from './viewpoint.ts';
import type { WireMatch } from './wire.ts';
import { writeMatch } from './write.ts';

const Settings = Type.Object({
  seed: Type.Integer({
    default: 1,
    description: 'Which simulated league is played. All simulated providers need the same.',
  }),
  // At ten times life a soccer match takes 13 minutes and somebody scores in the basketball every few seconds: a
  // viewer sees scores move, breaks, ends and starts without waiting, and still has time to read them.
  speed: Type.Number({
    default: 10,
    minimum: 0.1,
    maximum: 100,
    description: 'How many times faster than life simulated matches are played.',
  }),
  matches: Type.Integer({
    default: 12,
    minimum: 1,
    maximum: 5_000,
    description:
      'About how many simulated matches are in play at a time; a few more are listed before and after.',
  }),
  lagMs: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 600_000,
    description: 'Milliseconds this provider is later than it usually is.',
  }),
});

function simulated(view: Viewpoint, name: string, offers: readonly DataKind[]) {
  return defineProvider({
    id: providerId(view.id),
    name,
    family: 'simulated',
    sports: PLANS.map((plan) => plan.sport),
    offers,
    pace: { minInterval: 500, timeout: 2_000 },
    settings: Settings,
    decode,
    create: (settings, host) => new SimulatedProvider(view, offers, settings, host),
  });
}

export const simStadium = simulated(STADIUM, 'Simulated stadium reporters', ['scores']);
export const simWire = simulated(WIRE, 'Simulated news agency', ['scores', 'markets']);
export const simBooks = simulated(BOOKS, 'Simulated odds collector', ['scores', 'markets']);

/** One provider's view of the simulated league. It asks nobody: its answers follow from settings and clock. */
class SimulatedProvider implements Provider {
  readonly #view: Viewpoint;
  readonly #lag: number;
  readonly #host: ProviderHost;
  readonly #league: SimulatedLeague;
  readonly #targets: readonly PollTarget[];

  constructor(
    view: Viewpoint,
    offers: readonly DataKind[],
    settings: Static<typeof Settings>,
    host: ProviderHost,
  ) {
    this.#view = view;
    this.#lag = settings.lagMs;
    this.#host = host;
    this.#league = new SimulatedLeague(settings);
    this.#targets = offers.flatMap((kind) =>
      this.#league.competitions.map(({ sport, league }) => ({
        id: `${kind}:${league}`,
        kind,
        sport,
        league,
      })),
    );
  }

  targets(): readonly PollTarget[] {
    return this.#targets;
  }

  async poll(target: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    signal.throwIfAborted();
    const now = this.#host.clock.now();
    return { ...decode(this.#body(target)), requestedAt: now, receivedAt: now, notModified: false };
  }

  #body({ league, kind }: PollTarget): { matches: WireMatch[] } {
    if (league === undefined) return { matches: [] };
    const now = this.#host.clock.now();
    const matches: WireMatch[] = [];
    for (const fixture of this.#league.around(league, now)) {
      if (!covers(this.#view, fixture)) continue;
      const seen = sighting(fixture, this.#view, now, this.#lag);
      if (isOver(seen.status) && !this.#view.keepsFinished) continue;
      matches.push(writeMatch(seen, this.#view, kind));
    }
    return { matches };
  }
}
