import { type Millis, minutes, seconds } from '../../src/domain/time.ts';
import { Dice } from './dice.ts';
import type { FaultModel, SourceFaults } from './fault-model.ts';
import type { PlayedMatch } from './played-match.ts';
import type { Report } from './report.ts';
import { type Course, courseOf, type Said } from './said.ts';

// Sources speak of a match a little before its kick-off, and some time after its end.
const LEAD: Millis = minutes(1);
const TRAIL: Millis = minutes(3);
const NOTHING_YET: Pick<Said, 'status' | 'score'> = { status: 'scheduled', score: { home: 0, away: 0 } };
const TOGETHER: Millis = minutes(240);

/** All reports of the matches, in order of arrival; matches in order of kick-off. Made day by day, so as not to hold them all. */
export function* reportsOf(
  matches: readonly PlayedMatch[],
  model: FaultModel,
  seed: number,
): Generator<readonly Report[]> {
  let batch: PlayedMatch[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const match of matches) {
    const start = match.states[0]?.at ?? 0;
    if (start > latest + TOGETHER && batch.length > 0) {
      yield reportsTogether(batch, model, seed);
      batch = [];
    }
    latest = Math.max(latest, start);
    batch.push(match);
  }
  if (batch.length > 0) yield reportsTogether(batch, model, seed);
}

function reportsTogether(matches: readonly PlayedMatch[], model: FaultModel, seed: number): Report[] {
  const best = model.sources[0]?.id;
  const reports: Report[] = [];
  for (const match of matches) {
    const isOut = new Dice(seed, match.id, 'outage').is(model.outage);
    for (const source of model.sources)
      if (!(isOut && source.id === best)) reports.push(...reportsBy(match, source, model, seed));
  }
  return reports.sort((a, b) => a.at - b.at);
}

/** The reports of one source about one match, in no order. */
export function reportsBy(
  match: PlayedMatch,
  source: SourceFaults,
  model: FaultModel,
  seed: number,
): Report[] {
  const course = courseOf(match, source, model, seed);
  const dice = new Dice(seed, match.id, source.id, 'wire');
  const start = (match.states[0]?.at ?? 0) - LEAD;
  const end = (match.states.at(-1)?.at ?? 0) + TRAIL;
  const reports: Report[] = [];
  for (const at of moments(course, source, start, end, dice)) {
    if (course.silent.some(({ from, until }) => at >= from && at < until)) continue;
    const report = reportAt(at, match, source, course, dice);
    reports.push(
      dice.is(model.outOfOrder)
        ? { ...report, at: report.at + Math.ceil(dice.between(500, seconds(5))) }
        : report,
    );
    if (dice.is(model.duplicates))
      reports.push({ ...report, at: report.at + Math.ceil(dice.between(0, seconds(2))) });
  }
  return reports;
}

/** When a source speaks: at its polls, or at every change and when it has been silent for some time. */
function moments(course: Course, source: SourceFaults, start: Millis, end: Millis, dice: Dice): Millis[] {
  const { every, polled } = source;
  const changes = polled ? [] : course.said.map(({ at }) => at).filter((at) => at < end);
  const times: Millis[] = [];
  let at = start + dice.between(0, Math.min(every, seconds(30)));
  for (const change of [...changes, end]) {
    for (; at < change; at += every) times.push(at);
    if (change < end) times.push(change);
    if (!polled) at = change + every;
  }
  return times;
}

function reportAt(
  at: Millis,
  match: PlayedMatch,
  source: SourceFaults,
  { said }: Course,
  dice: Dice,
): Report {
  const { status, score } = said.findLast((state) => state.at <= at) ?? NOTHING_YET;
  return {
    at: Math.ceil(at),
    provider: source.id,
    matchId: match.id,
    sport: match.sport,
    status,
    ...score,
    ...(source.statesTime && { statedAt: Math.floor(at) + source.skew + Math.round(dice.normal(50)) }),
  };
}
