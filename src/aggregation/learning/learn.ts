import type { ProviderId } from '../../domain/ids.ts';
import type { SourceKnowledge, SourceRecord, SportKnowledge } from '../../domain/source-knowledge.ts';
import { withDelay } from './delays.ts';
import type { Lesson } from './lesson.ts';

// What was seen three hundred changes ago counts a third: a season, or a long evening of a fast sport.
const KEEP = 0.9965;

const NEW_SPORT: SportKnowledge = { sources: {}, changes: 0, corrections: 0, played: 0 };
const NEW_SOURCE: SourceRecord = {
  delays: [],
  right: 0,
  mirrored: 0,
  madeUp: 0,
  retreats: 0,
  falseRetreats: 0,
  silence: 0,
  wrongWith: {},
};

/** The knowledge after the lessons, in their order. The same lessons in the same order make the same knowledge. */
export const learn = (knowledge: SourceKnowledge, lessons: readonly Lesson[]): SourceKnowledge =>
  lessons.reduce(learnOne, knowledge);

function learnOne(knowledge: SourceKnowledge, lesson: Lesson): SourceKnowledge {
  const before = knowledge.sports[lesson.sport] ?? NEW_SPORT;
  const sport = ofSport(before, lesson);
  return { ...knowledge, sports: { ...knowledge.sports, [lesson.sport]: sport } };
}

function ofSport(sport: SportKnowledge, lesson: Lesson): SportKnowledge {
  const record = (provider: ProviderId): SourceRecord => sport.sources[provider] ?? NEW_SOURCE;
  const changed: Record<ProviderId, SourceRecord> = {};
  switch (lesson.kind) {
    case 'change': {
      for (const { provider, delay } of lesson.delays) {
        const { delays, ...rest } = record(provider);
        changed[provider] = { ...rest, delays: withDelay(delays, delay, KEEP) };
      }
      const { changes, corrections, played } = sport;
      return {
        sources: { ...sport.sources, ...changed },
        changes: changes * KEEP + 1,
        corrections: corrections * KEEP + Number(lesson.corrected),
        played: played * KEEP + lesson.played,
      };
    }
    case 'said':
      changed[lesson.provider] = afterSaid(record(lesson.provider), lesson);
      break;
    case 'retreat': {
      const { retreats, falseRetreats, ...rest } = record(lesson.provider);
      changed[lesson.provider] = {
        ...rest,
        retreats: retreats * KEEP + 1,
        falseRetreats: falseRetreats * KEEP + Number(!lesson.isTrue),
      };
    }
  }
  return { ...sport, sources: { ...sport.sources, ...changed } };
}

function afterSaid(record: SourceRecord, lesson: Extract<Lesson, { kind: 'said' }>): SourceRecord {
  const { outcome, silence, together } = lesson;
  const count = (which: typeof outcome): number => record[which] * KEEP + Number(which === outcome);
  const wrongWith: Record<ProviderId, number> = {};
  if (outcome !== 'right') {
    const others = new Set([...(Object.keys(record.wrongWith) as ProviderId[]), ...together]);
    for (const other of others)
      wrongWith[other] = (record.wrongWith[other] ?? 0) * KEEP + Number(together.includes(other));
  }
  return {
    ...record,
    right: count('right'),
    mirrored: count('mirrored'),
    madeUp: count('madeUp'),
    // Quick to take a longer silence for normal, slow to forget it.
    silence: silence === undefined ? record.silence : Math.max(silence, record.silence * 0.98),
    wrongWith: outcome === 'right' ? record.wrongWith : wrongWith,
  };
}
