import { isScore } from '../../src/domain/score.ts';
import { isSportId } from '../../src/domain/sports/index.ts';
import { MATCH_STATUSES, type MatchStatus } from '../../src/domain/status.ts';
import type { Millis } from '../../src/domain/time.ts';
import type { SaidCorrection, Shown } from './merger.ts';
import type { Report } from './report.ts';

const STATUSES: ReadonlySet<string> = new Set(MATCH_STATUSES);

/** The reports of a file, a line each; a line that is none is `undefined`, empty ones are passed over. */
export async function* readReports(path: string): AsyncGenerator<Report | undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of Bun.file(path).stream()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield readReport(line);
  }
  if (rest.trim() !== '') yield readReport(rest);
}

function readReport(line: string): Report | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const {
    at,
    provider,
    matchId,
    sport = 'soccer',
    status,
    home,
    away,
    statedAt,
  } = value as Record<string, unknown>;
  if (typeof at !== 'number' || !Number.isFinite(at)) return undefined;
  if (typeof provider !== 'string' || typeof matchId !== 'string' || typeof sport !== 'string')
    return undefined;
  if (typeof status !== 'string' || !STATUSES.has(status)) return undefined;
  if (typeof home !== 'number' || typeof away !== 'number' || !isScore({ home, away })) return undefined;
  const stated = instant(statedAt);
  return {
    at,
    provider,
    matchId,
    sport: isSportId(sport) ? sport : 'other',
    status: status as MatchStatus,
    home,
    away,
    ...(stated !== undefined && { statedAt: stated }),
  };
}

function instant(value: unknown): Millis | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : value;
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}

/** What is shown of a match at a tick, as a line. */
export const tickLine = (matchId: string, at: Millis, { score, status, confidence }: Shown): string =>
  `${JSON.stringify({ at, matchId, home: score?.home ?? 0, away: score?.away ?? 0, status, confidence })}\n`;

/** A correction as a line. */
export const correctionLine = ({ at, matchId, from, to }: SaidCorrection): string =>
  `${JSON.stringify({ at, matchId, correction: { from: pair(from), to: pair(to) } })}\n`;

const pair = (score: SaidCorrection['from']): [number, number] | null => score && [score.home, score.away];
