import { providerId } from '../src/domain/ids.ts';
import type { MatchReference } from '../src/domain/match.ts';
import { type Observation, observe } from '../src/domain/observation.ts';
import { epochMs } from '../src/domain/time.ts';
import { systemClock } from '../src/platform/system-clock.ts';
import { decode } from '../src/providers/the-odds-api/map.ts';
import { fixtures, oddsBody, type WireFixture } from './odds-body.ts';
import { ownTime } from './own-time.ts';
import { quietRoad } from './quiet-road.ts';
import { median, quantile } from './statistics.ts';

const MATCHES = 200;
const SOURCES = 6;
const BOOKS = 10;

/** Microseconds from the call of `accept` with one observation to the committed view. */
export interface OneObservation {
  readonly what: string;
  readonly count: number;
  readonly changed: number;
  readonly p50: number;
  readonly p99: number;
  /** Median over the rounds of a round's time by the number of its observations: collection of garbage included. */
  readonly perObservation: number;
}

/** One observation at a time into views that other sources have spoken of already. */
export async function oneObservation(rounds: number): Promise<OneObservation[]> {
  const { ingest } = await quietRoad();
  const from = systemClock.now() - 3_600_000;
  const known = fixtures(MATCHES, from);

  async function measured(what: string, batchOf: (round: number) => Observation[]): Promise<OneObservation> {
    const spans: number[] = [];
    const perRound: number[] = [];
    let changed = 0;
    for (let round = 0; round < rounds * 2; round++) {
      const batch = batchOf(round);
      const begun = ownTime();
      for (const observation of batch) {
        const start = Bun.nanoseconds();
        const summary = await ingest.accept([observation]);
        // The first half is for the compiler.
        if (round < rounds) continue;
        spans.push((Bun.nanoseconds() - start) / 1_000);
        changed += summary.changed;
      }
      if (round >= rounds) perRound.push(((ownTime() - begun) * 1_000) / batch.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return {
      what,
      count: spans.length,
      changed,
      p50: quantile(spans, 0.5),
      p99: quantile(spans, 0.99),
      perObservation: median(perRound),
    };
  }

  const scores = (round: number) => known.map((fixture) => scoreOf(fixture, round));
  const markets = (round: number) => {
    const body: unknown = JSON.parse(
      oddsBody({ matches: MATCHES, bookmakers: BOOKS, markets: ['h2h'] }, from, round),
    );
    const now = systemClock.now();
    return observe(decode(body, { path: '/v4/sports/soccer_epl/odds?oddsFormat=decimal' }).statements, {
      provider: providerId('the-odds-api'),
      requestedAt: now,
      receivedAt: now,
    });
  };
  let last: Observation[] = [];
  const found = [
    await measured(`a score that moved, ${SOURCES} sources`, (round) => {
      last = scores(round);
      return last;
    }),
    await measured('the same score again', () => last),
    await measured(`a market that moved, ${BOOKS} bookmakers`, markets),
  ];
  await ingest.stop();
  return found;
}

const referenceOf = ({ id, home, away, startsAt }: WireFixture): MatchReference => ({
  externalId: id,
  sport: 'soccer',
  league: 'epl',
  competitors: { home: { name: home }, away: { name: away } },
  startsAt: epochMs(Date.parse(startsAt)),
  startPrecision: 'minute',
});

/** The sources speak in turns, each a goal or a second further than the last time. */
function scoreOf(fixture: WireFixture, round: number): Observation {
  const now = systemClock.now();
  const goals = Math.floor(round / SOURCES);
  return {
    provider: providerId(`source-${round % SOURCES}`),
    requestedAt: now,
    receivedAt: now,
    statedAt: now,
    match: referenceOf(fixture),
    score: {
      status: 'live',
      score: { home: goals >> 1, away: (goals + 1) >> 1 },
      period: '1st Half',
      clock: { display: `${goals}:${String(round % 60).padStart(2, '0')}` },
    },
  };
}
