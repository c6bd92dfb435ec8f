/** The greatest number that the stream ever had: what was trimmed counts. */
const LAST = `
local function last()
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return tonumber(string.match(info[i + 1], '^(%d+)')) end
  end
end
local function add(id, at)
  local fields = {}
  for i = at + 1, at + 2 * tonumber(ARGV[at]) do fields[#fields + 1] = ARGV[i] end
  redis.call('XADD', KEYS[1], id, unpack(fields))
  return at + 2 * tonumber(ARGV[at]) + 1
end
`;

/** KEYS stream → last number */
export const LAST_NUMBER = `${LAST}
return last()
`;

/**
 * KEYS stream · ARGV reached, then of each event: number, count of fields, fields and values → 1, or 0 when lost
 * Numbers are compared here, in one step with the adding: two writers at once leave each event once, in order.
 */
export const APPEND = `${LAST}
local newest = last()
if newest < tonumber(ARGV[1]) then return 0 end
local at = 2
while at <= #ARGV do
  local number, count = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  if number > newest then add(ARGV[at] .. '-0', at + 1) end
  at = at + 2 + 2 * count
end
return 1
`;

/** KEYS stream · ARGV number, count of fields, fields and values */
export const APPEND_LATE = `${LAST}
local newest = last()
if tonumber(ARGV[1]) > newest then return add(ARGV[1] .. '-0', 2) end
if #redis.call('XRANGE', KEYS[1], ARGV[1] .. '-0', ARGV[1] .. '-0') == 0 then add(newest .. '-*', 2) end
return 1
`;
