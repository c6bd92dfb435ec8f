import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from './decode.ts';
import { errorIn } from './errors.ts';
import { Segments } from './segments.ts';
import { StreamBook } from './stream-book.ts';
import { StreamedMarket } from './streamed-market.ts';
import {
  type ChangeMessage,
  isChangeMessage,
  isListedBook,
  isListedMarket,
  isMarketChange,
  isMarketDefinition,
  isRpcResult,
  isStatusMessage,
  opOf,
} from './wire.ts';

const folder = join(import.meta.dir, '../../../../shared/payloads/betfair');

if (existsSync(folder)) {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const change = (name: string): ChangeMessage => {
    const message = read(`streaming_mcm_${name}`);
    if (!isChangeMessage(message)) throw new Error(`${name} is no change message`);
    return message;
  };

  describe('recorded lines', () => {
    test('are read as what they are', () => {
      expect(opOf(read('streaming_connection'))).toBe('connection');
      const status = read('streaming_status');
      expect(isStatusMessage(status)).toBe(true);
      expect(errorIn(status, 0 as never)).toBeUndefined();
      expect(isChangeMessage(read('streaming_503'))).toBe(true);
      expect(isMarketDefinition(read('streaming_market_definition'))).toBe(true);
      for (const name of ['HEARTBEAT', 'SUB_IMAGE', 'RESUB_DELTA', 'update', 'UPDATE_md', 'UPDATE_tv']) {
        for (const element of change(name).mc ?? []) expect(isMarketChange(element)).toBe(true);
      }
    });

    test('every change of an image and after it is applied whole', () => {
      const image = change('SUB_IMAGE').mc?.[0];
      const market = new StreamedMarket();
      if (!isMarketChange(image)) throw new Error('no image');
      expect(market.apply(image, 1_471_370_159_007)).toBe(true);
      expect(market.status).toBe('OPEN');
      expect(market.definition?.runners).toHaveLength(7);
      const backs = market.definition?.runners.map(({ id }) => market.runner(id)?.back);
      expect(backs).toEqual([2.54, 1.8, 5.8, 4.6, 4.6, 46, 42]);
      for (const name of ['update', 'UPDATE_tv']) {
        const later = change(name).mc?.[0];
        if (!isMarketChange(later)) throw new Error('no change');
        expect(market.apply(later, 1_471_370_160_471)).toBe(true);
      }
      expect(market.runner(11_527_192)?.back).toBe(4.7);
      expect(market.runner(11_131_804)?.back).toBe(2.54);
    });

    test('all of them in a row: markets that are no matches are counted, and nothing is made of them', () => {
      const order = [
        'connection',
        'status',
        'mcm_SUB_IMAGE',
        'mcm_update',
        'mcm_UPDATE_tv',
        'mcm_HEARTBEAT',
        '503',
      ];
      const { statements, dropped } = decode(order.map((name) => read(`streaming_${name}`)));
      expect(statements).toEqual([]);
      expect(dropped.map(({ why }) => why)).toEqual([
        'unmapped_market',
        'unmapped_market',
        'unmapped_market',
      ]);
    });

    test('503 makes a book out of date, and the next message ends it', () => {
      const described: string[] = [];
      const book = new StreamBook((marketId) => {
        described.push(marketId);
        return undefined;
      });
      const drop = () => {};
      book.apply(change('SUB_IMAGE'), 'mc', drop);
      const stale = read('streaming_503');
      if (!isChangeMessage(stale)) throw new Error('no change message');
      expect(book.apply(stale, 'mc', drop)).toEqual([]);
      expect(book.apply(change('HEARTBEAT'), 'mc', drop)).toEqual([]);
      expect(described).toEqual(['1.126235656']);
    });

    test('a change to go on from is refused for markets that no image was seen of', () => {
      const { statements, dropped } = decode(read('streaming_mcm_RESUB_DELTA'));
      expect(statements).toEqual([]);
      expect(dropped.length).toBe(change('RESUB_DELTA').mc?.length ?? 0);
      expect(new Set(dropped.map(({ why }) => why))).toEqual(new Set(['unknown_market']));
    });

    test('an image cut in segments is the image', () => {
      const image = change('RESUB_DELTA');
      const changes = image.mc ?? [];
      const segments = new Segments();
      const { clk, mc, ...head } = image;
      for (let at = 0; at < changes.length - 1; at++) {
        const segmentType = at === 0 ? 'SEG_START' : 'SEG';
        expect(segments.push({ ...head, segmentType, mc: changes.slice(at, at + 1) })).toBe('pending');
      }
      const whole = segments.push({ ...head, clk: clk ?? '', segmentType: 'SEG_END', mc: changes.slice(-1) });
      expect(whole).toMatchObject({ ct: 'RESUB_DELTA', clk, initialClk: image.initialClk, mc });
    });
  });

  describe('recorded answers', () => {
    test('the catalogue and the books have the shape we read', () => {
      const [catalogue, books] = [read('list_market_catalogue'), read('list_market_book')];
      if (!isRpcResult(catalogue) || !isRpcResult(books)) throw new Error('no result');
      expect(catalogue.result.map(isListedMarket)).toEqual([true]);
      expect(books.result.every(isListedBook)).toBe(true);
    });

    test('a season’s winner is no match', () => {
      expect(decode(read('list_market_catalogue'))).toEqual({
        statements: [],
        dropped: [{ where: 'result[0]', why: 'unmapped_market' }],
      });
    });
  });
}
