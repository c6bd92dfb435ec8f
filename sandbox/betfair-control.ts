import type { Betfair } from './betfair.ts';
import type { StreamServer } from './betfair-stream.ts';
import { FaultError } from './faults.ts';

/**
 * - `cut`, `cut-in-line`: ends every connection, the second after half a line · `line`: sends `line` to everybody
 * - `mute`, `unmute`: says nothing any more, heartbeats included · `out-of-date`, `in-date`: 503 with each message
 * - `end-sessions`: who has logged in has to do so again · `refuse`: the next subscription, with `code`
 */
const ACTIONS = [
  'cut',
  'cut-in-line',
  'line',
  'mute',
  'unmute',
  'out-of-date',
  'in-date',
  'end-sessions',
  'refuse',
] as const;
type Action = (typeof ACTIONS)[number];

/** Does to Betfair's stream what an order of the control endpoint says: `{"do":"cut"}`. Throws `FaultError`. */
export function orderStream(body: unknown, betfair: Betfair, stream: StreamServer): void {
  const order = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { line, code } = order;
  const doing: Readonly<Record<Action, () => void>> = {
    cut: () => stream.cut(),
    'cut-in-line': () => stream.cut('in-line'),
    line: () => stream.sendLine(text('line', line)),
    mute: () => stream.mute(true),
    unmute: () => stream.mute(false),
    'out-of-date': () => stream.outOfDate(true),
    'in-date': () => stream.outOfDate(false),
    'end-sessions': () => betfair.endSessions(),
    refuse: () => stream.refuseNext('marketSubscription', text('code', code)),
  };
  const action = ACTIONS.find((known) => known === order.do);
  if (action === undefined) throw new FaultError(`do is one of ${ACTIONS.join(', ')}`);
  doing[action]();
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new FaultError(`${name} is a text`);
  return value;
}
