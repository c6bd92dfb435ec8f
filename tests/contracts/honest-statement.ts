import { expect } from 'bun:test';
import { MARKET_TYPES } from '../../src/domain/market.ts';
import type { Statement } from '../../src/domain/observation.ts';
import { isScore } from '../../src/domain/score.ts';
import { isSportId } from '../../src/domain/sports/index.ts';
import { hasScore, MATCH_STATUSES } from '../../src/domain/status.ts';

/** Fails unless the statement holds only values that can be true and can be stored. */
export function expectHonest(statement: Statement): void {
  const { match, score, markets } = statement;
  expectText(match.externalId, 128);
  expect(isSportId(match.sport)).toBe(true);
  if (match.league !== undefined) expect(match.league).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
  if (match.leagueName !== undefined) expectText(match.leagueName, 200);
  if (match.startsAt !== undefined) expectInstant(match.startsAt);
  for (const side of match.competitors ? [match.competitors.home, match.competitors.away] : []) {
    expectText(side.name, 200);
    if (side.abbreviation !== undefined) expectText(side.abbreviation, 200);
    if (side.externalId !== undefined) expectText(side.externalId, 128);
  }
  if (statement.statedAt !== undefined) expectInstant(statement.statedAt);
  if (score !== undefined) {
    expect(MATCH_STATUSES).toContain(score.status);
    if (score.score !== undefined) {
      expect(hasScore(score.status)).toBe(true);
      expect(isScore(score.score)).toBe(true);
    }
    if (score.shootout !== undefined) expect(isScore(score.shootout)).toBe(true);
    if (score.period !== undefined) expectText(score.period, 64);
    if (score.clock !== undefined) {
      expectText(score.clock.display, 32);
      const { seconds } = score.clock;
      if (seconds !== undefined) expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
    }
  }
  for (const claim of markets ?? []) {
    expect(claim.bookmaker).toMatch(/^[a-z0-9][a-z0-9_.-]{0,63}$/);
    if (claim.bookmakerName !== undefined) expectText(claim.bookmakerName, 200);
    expect(MARKET_TYPES).toContain(claim.market);
    if (claim.line !== undefined)
      expect(Number.isFinite(claim.line) && !Object.is(claim.line, -0)).toBe(true);
    if (claim.statedAt !== undefined) expectInstant(claim.statedAt);
    if (!claim.suspended) expect(claim.quotes.length).toBeGreaterThan(0);
    expect(new Set(claim.quotes.map(({ outcome }) => outcome)).size).toBe(claim.quotes.length);
    for (const { outcome, price } of claim.quotes) {
      expectText(outcome, 200);
      expect(price > 1 && price <= 1_000_000).toBe(true);
    }
  }
}

function expectText(text: string, longest: number): void {
  expect(typeof text).toBe('string');
  expect(text.trim()).not.toBe('');
  expect(text.length).toBeLessThanOrEqual(longest);
  // Postgres refuses both.
  expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true);
}

function expectInstant(at: number): void {
  expect(Number.isSafeInteger(at)).toBe(true);
  expect(Math.abs(at)).toBeLessThanOrEqual(8_640_000_000_000_000);
}
