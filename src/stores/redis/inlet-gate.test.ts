import { expect, test } from 'bun:test';
import { epochMs } from '../../domain/time.ts';
import { InletGate } from './inlet-gate.ts';

const at = (ms: number) => epochMs(1_000_000 + ms);

test('admits a burst of one second, then as many as the time has earned', () => {
  const gate = new InletGate({ characters: 10, perSecond: 4 }, at(0), () => {});
  const admitted = (ms: number) => {
    let count = 0;
    while (gate.admits('m1', '{}', at(ms))) count += 1;
    return count;
  };
  expect([0, 0, 250, 1_250, 100_000, 99_000].map(admitted)).toEqual([4, 0, 1, 4, 4, 0]);
});

const misfits = [
  { name: 'a text too long', id: 'm1', text: 'x'.repeat(11) },
  { name: 'no id', id: '', text: '{}' },
  { name: 'an id too long', id: 'x'.repeat(201), text: '{}' },
];
for (const { name, id, text } of misfits)
  test(`drops ${name}, and spends nothing on it`, () => {
    const gate = new InletGate({ characters: 10, perSecond: 1 }, at(0), () => {});
    expect(gate.admits(id, text, at(0))).toBe(false);
    expect(gate.admits('x'.repeat(200), '0123456789', at(0))).toBe(true);
  });

test('says so once a minute, with the number so far', () => {
  const said: number[] = [];
  const gate = new InletGate({ characters: 1, perSecond: 1 }, at(0), (dropped) => said.push(dropped));
  for (const ms of [0, 1, 59_999, 60_000, 60_001, 119_999, 120_000]) gate.admits('m1', 'too long', at(ms));
  expect(said).toEqual([1, 4, 7]);
});
