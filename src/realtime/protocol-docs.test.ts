import { describe, expect, test } from 'bun:test';
import { MESSAGE_FAULTS } from './client-message.ts';
import { CLOSE, type CloseCode, type Reconnect } from './close-codes.ts';
import { UPGRADE_REFUSALS } from './realtime-error.ts';

const docs = await Bun.file(new URL('../../docs/protocol.md', import.meta.url)).text();

/** The rows of the tables whose first cell fits, as cells without backticks. */
const rows = (first: RegExp): string[][] =>
  docs
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
    .filter(([cell]) => first.test(cell ?? ''));

const COME_BACK: Readonly<Record<Reconnect, string>> = {
  after_hint: 'after the hint',
  with_backoff: 'with backoff',
  not_unchanged: 'not unchanged',
};

describe('docs/protocol.md', () => {
  test('lists every close code, with its reason and whether to come back', () => {
    const codes: CloseCode[] = Object.values(CLOSE);
    expect(rows(/^(1|4)\d\d\d$/).map((cells) => cells.slice(0, 3))).toEqual(
      codes.map(({ code, reason, reconnect }) => [String(code), reason, COME_BACK[reconnect]]),
    );
    // What the page says of the range has to hold.
    for (const { code, reconnect } of codes) if (code >= 4500) expect(reconnect).toBe('not_unchanged');
  });

  test('lists every fault of a client’s message', () => {
    expect(rows(/^MESSAGE_/).map(([code]) => code)).toEqual(Object.keys(MESSAGE_FAULTS));
  });

  test('lists every refusal of an upgrade', () => {
    const refusals = Object.entries(UPGRADE_REFUSALS);
    expect(
      rows(/^[45]\d\d$/)
        .map(([status, code]) => [code, Number(status)])
        .sort(),
    ).toEqual(refusals.sort());
  });

  test('its examples are JSON, one at least of each message', () => {
    const examples = [...docs.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json ?? ''));
    expect(examples.map(({ type }) => type).sort()).toEqual(
      ['snapshot', 'score_update', 'score_correction', 'market_update', 'heartbeat', 'resync', 'closing']
        .concat(['match_event', 'ping', 'pong', 'error'])
        .sort(),
    );
  });
});
