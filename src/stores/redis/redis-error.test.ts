import { expect, test } from 'bun:test';
import type { StoreErrorCode } from '../../ports/store-error.ts';
import { redisError, silences } from './redis-error.ts';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

const cases: { given: Error; code: StoreErrorCode; away: boolean }[] = [
  { given: new Error('Command timed out'), code: 'STORE_TIMEOUT', away: true },
  { given: new Error('Connection is closed.'), code: 'STORE_UNAVAILABLE', away: true },
  {
    given: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' }),
    code: 'STORE_UNAVAILABLE',
    away: true,
  },
  { given: reply('LOADING Redis is loading the dataset in memory'), code: 'STORE_UNAVAILABLE', away: true },
  {
    given: reply("READONLY You can't write against a read only replica."),
    code: 'STORE_UNAVAILABLE',
    away: true,
  },
  { given: reply('OOM command not allowed'), code: 'STORE_UNAVAILABLE', away: false },
  { given: reply('MISCONF Redis is configured to save'), code: 'STORE_UNAVAILABLE', away: false },
  { given: reply('WRONGPASS invalid username-password pair'), code: 'STORE_ACCESS_REFUSED', away: false },
  { given: reply('NOAUTH Authentication required.'), code: 'STORE_ACCESS_REFUSED', away: false },
  {
    given: reply("NOPERM User app has no permissions to run the 'eval' command"),
    code: 'STORE_ACCESS_REFUSED',
    away: false,
  },
  { given: reply('ERR DB index is out of range'), code: 'STORE_ACCESS_REFUSED', away: false },
  { given: reply("ERR unknown command 'HELLO'"), code: 'STORE_UNSUPPORTED', away: false },
  { given: reply('WRONGTYPE Operation against a key'), code: 'STORE_REJECTED', away: false },
];

for (const { given, code, away } of cases)
  test(`${given.message} is ${code}${away ? ', and Redis is away' : ''}`, () => {
    const error = redisError(given);
    expect(error.code).toBe(code);
    expect(silences(error)).toBe(away);
  });

test('keeps nothing of the command that failed: it may be AUTH', () => {
  const given = Object.assign(reply('WRONGPASS no'), {
    command: { name: 'auth', args: ['user', 'hunter2'] },
  });
  expect(Bun.inspect(redisError(given), { depth: 10 })).not.toContain('hunter2');
});
