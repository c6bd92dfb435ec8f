import { createHash } from 'node:crypto';

/** A Lua script and the digest Redis knows it by. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

const script = (source: string): RedisScript => ({
  source,
  sha: createHash('sha1').update(source).digest('hex'),
});

/*
 * A match is one hash: epoch, scores:seq, markets:seq, fence, match, scores, markets (JSON), scores:size, markets:size
 * (bytes in the logs) and, once evicted, gone: the numbers it used stay known for as long as they might come back.
 * Every script that writes compares the hash's epoch with the caller's: another one (or no hash where there should be
 * one) means that data was lost or renewed, and the caller reads anew.
 */

/**
 * KEYS epoch · ARGV candidate, doubted epoch, channel → epoch, version of the server
 * The epoch holds as long as the server's run does: after a restart or a failover, or when the key is gone, writes may
 * have been lost, and the candidate becomes the epoch for everybody.
 */
export const beginEpoch = script(`
local server = redis.call('INFO', 'server')
local run, version = string.match(server, 'run_id:(%w+)'), string.match(server, 'redis_version:(%S+)')
local known = redis.call('HMGET', KEYS[1], 'runId', 'epoch')
local epoch = known[2]
if known[1] == run and epoch and epoch ~= ARGV[2] then return {epoch, version} end
local candidate = ARGV[1]
if epoch and epoch >= candidate then candidate = epoch .. candidate end
redis.call('HSET', KEYS[1], 'runId', run, 'epoch', candidate)
redis.call('PUBLISH', ARGV[3], 'epoch\\n' .. candidate)
return {candidate, version}
`);

/** KEYS epoch → epoch, or '' when it no longer holds */
export const checkEpoch = script(`
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local known = redis.call('HMGET', KEYS[1], 'runId', 'epoch')
if known[1] == run and known[2] then return known[2] end
return ''
`);

/**
 * KEYS view, log of the stream · ARGV epoch, stream, other stream, based-on epoch, based-on seq, fence, match, state,
 * message, log messages, log bytes, ttl, channel, id
 * → committed, seq, other seq, 1 when the match was new | conflict, seq | fenced | gone | lost | moved
 */
export const commit = script(`
local epoch, stream, other = ARGV[1], ARGV[2], ARGV[3]
local known = redis.call('HMGET', KEYS[1], 'epoch', stream .. ':seq', other .. ':seq', 'fence', 'match', 'gone')
if known[6] and known[1] < epoch then
  redis.call('DEL', KEYS[1])
  known = {}
end
if known[4] and tonumber(known[4]) > tonumber(ARGV[6]) then return {'fenced'} end
local seq, based = tonumber(known[2] or 0), tonumber(ARGV[5])
local fresh = not known[1] or known[6]
if not known[1] then
  if based ~= 0 then return {'lost'} end
elseif known[1] ~= epoch then
  return {'moved'}
elseif known[6] then
  if based ~= 0 then return {'gone'} end
  based = seq
end
if ARGV[4] ~= epoch or based ~= seq then return {'conflict', seq} end

seq = seq + 1
local message = '{"epoch":"' .. epoch .. '","seq":' .. seq .. ',' .. string.sub(ARGV[9], 2)
local match = ''
if known[5] ~= ARGV[7] then match = ARGV[7] end
-- Nothing is undone when a command fails, so the one that can fail comes first.
local length = redis.call('RPUSH', KEYS[2], message)
redis.call('HSET', KEYS[1], 'epoch', epoch, stream .. ':seq', seq, 'fence', ARGV[6], 'match', ARGV[7], stream, ARGV[8])
if known[6] then redis.call('HDEL', KEYS[1], 'gone') end
if length == 1 then redis.call('HDEL', KEYS[1], stream .. ':size') end
local size = redis.call('HINCRBY', KEYS[1], stream .. ':size', #message)
while length > 0 and (length > tonumber(ARGV[10]) or size > tonumber(ARGV[11])) do
  size = redis.call('HINCRBY', KEYS[1], stream .. ':size', -#redis.call('LPOP', KEYS[2]))
  length = length - 1
end
redis.call('PEXPIRE', KEYS[1], ARGV[12])
redis.call('PEXPIRE', KEYS[2], ARGV[12])
local otherSeq = tonumber(known[3] or 0)
redis.call('PUBLISH', ARGV[13], table.concat(
  {'commit', ARGV[14], stream, epoch, seq, otherSeq, fresh and 1 or 0, match, ARGV[8], message}, '\\n'))
return {'committed', seq, otherSeq, fresh and 1 or 0}
`);

/**
 * KEYS view · ARGV epoch, stream, seq, fence, state, ttl, channel, id → confirmed | passed by
 * Sets a stream's state where it stands; does nothing when it has moved on.
 */
export const confirm = script(`
local known = redis.call('HMGET', KEYS[1], 'epoch', ARGV[2] .. ':seq', 'fence', 'gone')
if known[1] ~= ARGV[1] or known[4] or tonumber(known[2] or 0) ~= tonumber(ARGV[3]) then return 'passed by' end
if known[3] and tonumber(known[3]) > tonumber(ARGV[4]) then return 'passed by' end
redis.call('HSET', KEYS[1], 'fence', ARGV[4], ARGV[2], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PUBLISH', ARGV[7], table.concat({'confirm', ARGV[8], ARGV[2], ARGV[1], ARGV[3], ARGV[5]}, '\\n'))
return 'confirmed'
`);

/**
 * KEYS view · ARGV epoch, fence, match, ttl, channel, id, 1 when the caller knows of earlier messages
 * → put, scores seq, markets seq | fenced | lost | moved
 */
export const putMatch = script(`
local epoch = ARGV[1]
local known = redis.call('HMGET', KEYS[1], 'epoch', 'scores:seq', 'markets:seq', 'fence', 'match', 'gone')
if known[6] and known[1] < epoch then
  redis.call('DEL', KEYS[1])
  known = {}
end
if known[4] and tonumber(known[4]) > tonumber(ARGV[2]) then return {'fenced'} end
if not known[1] then
  if ARGV[7] == '1' then return {'lost'} end
elseif known[1] ~= epoch then
  return {'moved'}
end
local scores, markets = tonumber(known[2] or 0), tonumber(known[3] or 0)
redis.call('PEXPIRE', KEYS[1], ARGV[4], 'GT')
if known[5] == ARGV[3] then return {'put', scores, markets} end
local fresh = not known[1] or known[6]
redis.call('HSET', KEYS[1], 'epoch', epoch, 'fence', ARGV[2], 'match', ARGV[3])
if fresh then
  redis.call('HDEL', KEYS[1], 'gone')
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
redis.call('PUBLISH', ARGV[5], table.concat(
  {'match', ARGV[6], epoch, scores, markets, fresh and 1 or 0, ARGV[3]}, '\\n'))
return {'put', scores, markets}
`);

/**
 * KEYS view, scores log, markets log · ARGV epoch, time to remember the numbers used, channel, id
 * The numbers stay for a while: a match of the same id, come back in the same epoch, goes on after them.
 */
export const evict = script(`
local known = redis.call('HMGET', KEYS[1], 'epoch', 'scores:seq', 'markets:seq', 'gone')
if not known[1] or known[4] then return 0 end
redis.call('DEL', KEYS[2], KEYS[3])
if known[1] == ARGV[1] and tonumber(known[2] or 0) + tonumber(known[3] or 0) > 0 then
  redis.call('HDEL', KEYS[1], 'match', 'scores', 'markets', 'scores:size', 'markets:size')
  redis.call('HSET', KEYS[1], 'gone', 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
else
  redis.call('DEL', KEYS[1])
end
redis.call('PUBLISH', ARGV[3], 'evict\\n' .. ARGV[4])
return 1
`);

/**
 * KEYS view, scores log, markets log · ARGV epoch, then of the view offered: its epoch ('' when none is offered),
 * scores seq, markets seq, match, scores, markets; ttl, channel, id → 1 when it was brought into the epoch
 * Brings a match of an older epoch, or one that was lost, into the present one, at seq 0. The newer of what Redis has
 * and what is offered wins; the first to come here decides for all.
 */
export const adopt = script(`
local known = redis.call('HMGET', KEYS[1], 'epoch', 'scores:seq', 'markets:seq', 'gone')
if known[1] == ARGV[1] then return 0 end
local offered = ARGV[2]
if known[4] then
  redis.call('DEL', KEYS[1])
  return 0
end
local stored = known[1]
if not stored and offered == '' then return 0 end
local function newer(seq, stored_seq)
  if offered == '' then return false end
  if not stored or offered > known[1] then return true end
  return offered == known[1] and tonumber(seq) > tonumber(stored_seq or 0)
end
local scores, markets = newer(ARGV[3], known[2]), newer(ARGV[4], known[3])
if scores or markets then redis.call('HSET', KEYS[1], 'match', ARGV[5]) end
if scores then redis.call('HSET', KEYS[1], 'scores', ARGV[6]) end
if markets then redis.call('HSET', KEYS[1], 'markets', ARGV[7]) end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'scores:seq', 0, 'markets:seq', 0)
redis.call('HDEL', KEYS[1], 'fence', 'scores:size', 'markets:size')
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('PEXPIRE', KEYS[1], ARGV[8])
redis.call('PUBLISH', ARGV[9], 'reread\\n' .. ARGV[10])
return 1
`);

/**
 * KEYS view, scores log, markets log · ARGV epoch, scores seq, markets seq
 * → epoch, scores seq, markets seq, match, scores, markets, messages after that scores seq, after that markets seq
 *   (each false when the log does not reach back so far); 'gone' when it was evicted, nothing when there is no such match
 */
export const read = script(`
local known = redis.call('HMGET', KEYS[1], 'epoch', 'scores:seq', 'markets:seq', 'match', 'scores', 'markets', 'gone')
if known[7] then return 'gone' end
if not known[1] or not known[4] then return false end
local function tail(log, seq, from)
  local count = tonumber(seq or 0) - tonumber(from)
  if known[1] ~= ARGV[1] or count < 0 then return false end
  if count == 0 then return {} end
  if redis.call('LLEN', log) < count then return false end
  return redis.call('LRANGE', log, -count, -1)
end
return {known[1], known[2] or '0', known[3] or '0', known[4], known[5] or '', known[6] or '',
  tail(KEYS[2], known[2], ARGV[2]), tail(KEYS[3], known[3], ARGV[3])}
`);

/**
 * KEYS holder, token · ARGV holder, ttl → token, or nothing while somebody else holds it
 * Tokens grow with the server's time as well, so they go on growing after the counter was lost.
 */
export const takeLease = script(`
local held = redis.call('GET', KEYS[1])
local token = redis.call('GET', KEYS[2])
if held == ARGV[1] and token then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return token
end
if held and held ~= ARGV[1] then return false end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
token = string.format('%.0f', math.max(tonumber(token or 0) + 1, now))
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], token)
return token
`);

/** KEYS holder · ARGV holder */
export const releaseLease = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

export const ALL_SCRIPTS = [
  beginEpoch,
  checkEpoch,
  commit,
  confirm,
  putMatch,
  evict,
  adopt,
  read,
  takeLease,
  releaseLease,
] as const;
